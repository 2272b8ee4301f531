"""What would have to change, and by how much, to change who comes first or who is among the first three."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from spillover.display.exhibits import Exhibit
from spillover.display.language import fmt, is_missing, label, say
from spillover.display.sentra_words import (
    criterion_names,
    names_of,
    province_name,
    source_line,
    value_text,
)
from spillover.display.tables import Column, table, with_raw

if TYPE_CHECKING:
    from spillover.display.exhibits import TableCaption
    from spillover.sentra.study import SentraStudy

SHOWN = 5  # smallest changes of each kind that are shown
PLACES = (1, 3)


def sentra_change_table(study: SentraStudy) -> Exhibit:
    """The smallest changes of weights and of values that would change the first place or the first three."""
    rows, criteria = study.changes, {row.criterion_id: row for row in study.criteria.itertuples()}
    able = rows[rows["possible"] & rows["method"].eq("weighted")]
    able = able[[row.change == "weight" or _seen(study, row) for row in able.itertuples()]]
    able = able[[_differs(row, criteria) for row in able.itertuples()]]
    able = able.sort_values(["place", "change", "size"], ascending=[True, False, True])
    first = able.groupby(["place", "change"], sort=False).head(SHOWN)
    names = criterion_names(study)
    shown = pd.DataFrame(
        {
            "place": [label(f"sentra_place.{row.place}") for row in first.itertuples()],
            "what": [_what(row, names) for row in first.itertuples()],
            "current": [_current(row, criteria) for row in first.itertuples()],
            "needed": [_amount(row.needed, row, criteria) for row in first.itertuples()],
            "in_range": [_open(row) for row in first.itertuples()],
            "then": [_then(*names_of([row.enters, row.leaves])) for row in first.itertuples()],
        }
    )
    columns: dict[str, Column | str] = {
        "place": "sentra_question", "what": "sentra_changed", "current": "sentra_current", "needed": "needed",
        "in_range": "in_range", "then": "sentra_then",
    }  # fmt: skip
    caption: TableCaption = {
        "name": "sentra_changes",
        "title": say(
            id=f"Perubahan terkecil yang mengubah jawaban, {province_name(study)} (jumlah berbobot)",
            en=f"The smallest changes that change the answer, {province_name(study)} (weighted sum)",
        ),
        "source": source_line(study, *study.criteria["measure"], also=["sentra_criteria"]),
        "note": _unmoved(study, able),
    }
    if shown.empty:
        shown = pd.DataFrame([dict.fromkeys(columns, "")])
    return with_raw(table(shown, columns=columns, **caption), rows)


def _seen(study: SentraStudy, row: Any) -> bool:
    """Whether the needed value lies among those of the province; a yes or no is not moved half-way."""
    values = study.values.values[row.criterion_id]
    if study.criteria.set_index("criterion_id").loc[row.criterion_id, "measure"] == "sea_between":
        return False
    return bool(values.min() <= row.needed <= values.max())


def _then(enters: str, leaves: str) -> str:
    return str(say(id=f"{enters} menggantikan {leaves}", en=f"{enters} replaces {leaves}"))


def _what(row: Any, names: dict[str, str]) -> str:
    name = names[row.criterion_id]
    if row.change == "weight":
        return str(say(id=f"Bobot: {name}", en=f"Weight: {name}"))
    return str(say(id=f"Nilai {names_of([row.region_code])[0]}: {name}",
                   en=f"Value of {names_of([row.region_code])[0]}: {name}"))  # fmt: skip


def _amount(value: float, row: Any, criteria: dict[str, Any]) -> str:
    if row.change == "weight":
        return fmt(value, 3)
    return value_text(value, criteria[row.criterion_id])


def _current(row: Any, criteria: dict[str, Any]) -> str:
    """The present weight or value; an assumed one is marked."""
    return _amount(row.current, row, criteria) + (" *" if row.status == "assumed" else "")


def _differs(row: Any, criteria: dict[str, Any]) -> bool:
    """Whether a reader sees a change at all: a tie is broken by any."""
    return _amount(row.current, row, criteria) != _amount(row.needed, row, criteria)


def _open(row: Any) -> str:
    """Whether the data themselves leave the answer open; of a weight there are none."""
    return "–" if is_missing(row.in_range) else label("word.yes" if row.in_range else "word.no")


def _unmoved(study: SentraStudy, able: pd.DataFrame) -> str:
    """For how many criteria no single change does it."""
    n = study.ranks["n_criteria"].iloc[0]
    counts = {place: able[able["place"].eq(place)]["criterion_id"].nunique() for place in PLACES}
    return str(
        say(
            id="Melewati nilai yang diperlukan, jawaban berubah. Peringkat pertama dapat diubah lewat "
            f"{fmt(counts[1])} dari {fmt(int(n))} kriteria, tiga besar lewat {fmt(counts[3])}; ditampilkan "
            f"paling banyak {fmt(SHOWN)} perubahan bobot dan nilai yang terkecil, dan hanya nilai yang "
            "teramati di provinsi ini. Di dalam kisaran data: ketidakpastian data sendiri membiarkan jawaban "
            "terbuka (–: bobot, atau galat yang sama untuk semua kabupaten/kota). * nilai andaian. Semua, juga "
            "menurut TOPSIS: lembar Kepekaan di XLSX.",
            en="Beyond the needed value the answer changes. The first place can be changed through "
            f"{fmt(counts[1])} of {fmt(int(n))} criteria, the first three through {fmt(counts[3])}; at most "
            f"the {fmt(SHOWN)} smallest changes of weights and of values are shown, and only values that are "
            "observed in the province. Within the range of the data: their own uncertainty leaves the answer "
            "open (–: a weight, or an error that is the same for all districts). * an assumed value. All, also "
            "by TOPSIS: sheet Sensitivity of the XLSX.",
        )
    )

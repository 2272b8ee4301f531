"""The first paragraph of a sentra study: who may come first, how sure, and what of it is data or judgement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spillover.display.language import Said, fmt, join, say
from spillover.display.sentra_choices import steady_words
from spillover.display.sentra_limits import far_away, out_of_reach, uncounted
from spillover.display.sentra_words import (
    TOP,
    criterion_names,
    most_probable,
    names_of,
    probability,
    province_name,
    rank_span,
    years_of,
)
from spillover.sentra.ranking import METHODS

if TYPE_CHECKING:
    import pandas as pd

    from spillover.sentra.study import SentraStudy

WORTH_NAMING = 0.10  # a probability of the top three from which on a further district is named


def sentra_opening(study: SentraStudy) -> Said:
    """What every reader sees first: a paragraph, then the points to know before using it.

    Which districts most probably belong to the first three, with probability and rank interval by both
    methods, and how much of that is data, judgement and assumed values; where all parks lie far away, that
    first. Then who ranks without a park in reach, what demand is not counted, what was left out or assumed.

    Examples
    --------
    >>> sentra_opening(sentra_study("7200"))  # doctest: +SKIP
    """
    first = [far_away(study), _who(study), _what_it_rests_on(study)]
    points = [
        out_of_reach(study),
        steady_words(study),
        *uncounted(study),
        _judged_weight(study),
        *_left_out(study),
        _how(study),
    ]
    lines = [f"- {point}" for point in points if point]
    return Said(" ".join(str(part) for part in first if part) + "\n\n" + "\n".join(lines))


def _who(study: SentraStudy) -> Said:
    """The most probable three, and who else may be among them."""
    order = most_probable(study)
    first = order.head(TOP)
    one, *others = [_sure(row) for row in first.itertuples()]
    rest = order.iloc[TOP:]
    rest = rest[rest[["p_top3", "p_top3_topsis"]].max(axis=1) >= WORTH_NAMING]
    also = join(_sure(row, spans=False) for row in rest.itertuples())
    n = fmt(len(order))
    head = say(
        id=f"**Dari {n} kabupaten/kota di {province_name(study)}, yang paling mungkin masuk tiga besar "
        f"potensi sentra IKM adalah {one}, lalu {join(others)}.**",
        en=f"**Of the {n} districts of {province_name(study)}, the most probable among the first three in "
        f"potential for an SME centre is {one}, then {join(others)}.**",
    )
    more = say(id=f"Yang juga mungkin: {also}.", en=f"Also possible: {also}.") if also else ""
    return Said(" ".join(str(part) for part in (head, more) if part))


def _how(study: SentraStudy) -> Said:
    """What the probabilities and intervals are."""
    draws = fmt(int(study.ranks["draws"].iloc[0]))
    return say(
        id=f"Peluang dihitung dari {draws} ulangan dengan bobot, data dan nilai kosong yang diubah-ubah; "
        "angka di belakang garis miring menurut TOPSIS, selang peringkat memuat 90% ulangan.",
        en=f"Probabilities are from {draws} repetitions with weights, data and missing values varied; the "
        "figure behind the slash is by TOPSIS, the rank interval holds 90% of the repetitions.",
    )


def _sure(row: object, *, spans: bool = True) -> str:
    """A district with probability of the top three by both methods, and its rank interval."""
    name = names_of([row.region_code])[0]  # type: ignore[attr-defined]
    both = f"{probability(row.p_top3)}/{probability(row.p_top3_topsis)}"  # type: ignore[attr-defined]
    if not spans:
        return f"{name} ({both})"
    place = rank_span(row.rank_low, row.rank_high)  # type: ignore[attr-defined]
    return str(say(id=f"{name} (peluang {both}, peringkat {place})",
                   en=f"{name} (probability {both}, rank {place})"))  # fmt: skip


def telling(study: SentraStudy) -> list[str]:
    """Criteria with data in which districts differ: only these move ranks."""
    values = study.values.values
    return [name for name in study.criteria["criterion_id"] if values[name].nunique() > 1]


def _what_it_rests_on(study: SentraStudy) -> Said:
    """Shares of the score of the first three, and of the weights."""
    first = most_probable(study).head(TOP)
    data, judged, assumed = (_percents(first[f"share_{name}"]) for name in ("data", "judgement", "imputed"))
    counting = study.criteria[study.criteria["criterion_id"].isin(telling(study))]
    own, names, n = counting[counting["kind"].eq("judgement")], criterion_names(study), fmt(len(counting))
    which = join(f"“{names[name]}”" for name in own["criterion_id"])
    part = fmt(own["weight"].sum() / counting["weight"].sum(), 0, percent=True)
    rows = study.facts.measures
    years = years_of(rows[rows["measure"].isin(counting["measure"])])
    share, every = fmt(counting["weight"].sum(), 0, percent=True), fmt(len(study.criteria))
    lead = say(
        id=f"**Data dan pertimbangan:** semua bobot adalah pertimbangan; {share} dari bobot itu membedakan "
        f"kabupaten/kota ({n} dari {every} kriteria). Dari skor ketiganya, {data} berasal dari data (tahun "
        f"{years}), {judged} dari pertimbangan, dan {assumed} dari nilai yang diandaikan karena datanya tidak "
        "ada.",
        en=f"**Data and judgement:** all weights are judgement; {share} of them tell districts apart "
        f"({n} of {every} criteria). Of the scores of these three, {data} come from data (of {years}), "
        f"{judged} from judgement and {assumed} from values that were assumed because there are no data.",
    )
    if own.empty:
        return lead
    more = say(
        id=f"Nilai pertimbangan ada pada {which} ({part} dari bobot yang membedakan): pekerja kali kebutuhan "
        "per orang, yang sebagian besar norma.",
        en=f"Judged values are those of {which} ({part} of the weights that tell): workers times needs per "
        "head, most of them norms.",
    )
    return Said(f"{lead} {more}")


def _percents(shares: pd.Series) -> str:
    """A range of shares in whole percent."""
    known = shares.dropna()
    if known.empty:
        return fmt(None)
    low, high = (fmt(value, 0, percent=True) for value in (known.min(), known.max()))
    return low if low == high else f"{low.removesuffix('%')}–{high}"


def _judged_weight(study: SentraStudy) -> Said | str:
    """Whether another weight of the judged demand would change who is first."""
    judged = study.criteria.loc[study.criteria["kind"].eq("judgement"), "criterion_id"]
    rows = study.changes[
        study.changes["place"].eq(1) & study.changes["change"].eq("weight")
        & study.changes["criterion_id"].isin(judged) & study.changes["status"].ne("left_out")
    ]  # fmt: skip
    rows = rows[rows["criterion_id"].isin(telling(study))]
    if rows.empty:
        return ""
    names = join(dict.fromkeys(f"“{criterion_names(study)[name]}”" for name in rows["criterion_id"]))
    found = rows[rows["possible"]]
    if found.empty and set(rows["method"]) == set(METHODS):
        return say(
            id=f"Berapa pun bobot {names}, dari 0 sampai di bawah 1, peringkat pertama tetap sama.",
            en=f"Whatever the weight of {names}, from 0 to below 1, the first place stays the same.",
        )
    if found.empty:
        return ""
    near = found.loc[(found["needed"] - found["current"]).abs().idxmin()]
    less = near["needed"] < near["current"]
    limit, who = fmt(near["needed"], 2), names_of([near["enters"]])[0]
    name, now = criterion_names(study)[near["criterion_id"]], fmt(near["current"], 2)
    return say(
        id=f"Bila bobot “{name}” {'di bawah' if less else 'di atas'} {limit} (kini {now}), peringkat pertama "
        f"beralih ke {who}.",
        en=f"With a weight of “{name}” {'below' if less else 'above'} {limit} (now {now}), the first place "
        f"goes to {who}.",
    )


def _left_out(study: SentraStudy) -> list[Said]:
    """Criteria without any figure, criteria in which all are equal, and how many values of the others miss."""
    values, names = study.values.values, criterion_names(study)
    weights = study.criteria.set_index("criterion_id")["weight"]
    gone = [name for name in values if values[name].isna().all()]
    flat = [name for name in values if name not in gone and name not in telling(study)]
    parts: list[Said] = []
    if gone:
        which, part = join(names[name] for name in gone), fmt(weights[gone].sum(), 0, percent=True)
        parts.append(
            say(
                id=f"Tidak ikut dihitung karena tidak satu kabupaten/kota pun punya angkanya: {which} "
                f"({part} dari seluruh bobot).",
                en=f"Left out because no district has a figure: {which} ({part} of all weights).",
            )
        )
    alone = [name for name in flat if values[name].isna().any()]
    if alone:
        which, part = join(names[name] for name in alone), fmt(weights[alone].sum(), 0, percent=True)
        parts.append(
            say(
                id=f"Angkanya hanya ada di terlalu sedikit kabupaten/kota untuk membedakan: {which} "
                f"({part} dari seluruh bobot).",
                en=f"Figures for too few districts to tell them apart: {which} ({part} of all weights).",
            )
        )
    flat = [name for name in flat if name not in alone]
    if flat:
        which, part = join(names[name] for name in flat), fmt(weights[flat].sum(), 0, percent=True)
        parts.append(
            say(
                id=f"Sama untuk semua kabupaten/kota, sehingga tidak membedakan: {which} ({part} dari seluruh bobot).",
                en=f"Equal for all districts, and therefore telling nothing: {which} ({part} of all weights).",
            )
        )
    short = {name: int(values[name].isna().sum()) for name in telling(study) if values[name].isna().any()}
    if short:
        n = fmt(len(values))
        some = "; ".join(f"{names[name]} ({fmt(count)})" for name, count in short.items())
        parts.append(
            say(
                id=f"Kosong pada sebagian dari {n} kabupaten/kota, lalu diandaikan: {some}.",
                en=f"Missing for some of the {n} districts, and assumed: {some}.",
            )
        )
    return parts

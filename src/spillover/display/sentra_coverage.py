"""Where training and licensing reached, and how their places lie to parks and to potential."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from spillover.display.exhibits import Exhibit
from spillover.display.language import fmt, fmt_year, is_missing, label, say, text_of
from spillover.display.ledger_views import programme_names
from spillover.display.sentra_words import (
    cite_all,
    names_of,
    probability,
    province_name,
    with_names,
)
from spillover.display.tables import Column, table, with_raw
from spillover.sentra.coverage import FAR_KM, KINDS, far_from_programmes, place_distances

if TYPE_CHECKING:
    from spillover.sentra.study import SentraStudy

LICENCES, TRAINING = "malut_licences_2019", "training"


def sentra_coverage_table(study: SentraStudy) -> Exhibit:
    """Training and licensing by district: how many, per 1,000 people, firms and industries, and how far."""
    rows = study.facts.coverage.set_index(["kind", "region_code"])
    codes = study.values.values.index
    shown = pd.DataFrame({"name": names_of(codes)})
    columns: dict[str, Column | str] = {"name": "district"}
    for kind in KINDS:
        own = rows.loc[kind].reindex(codes)
        shown[kind] = [_count(row) for row in own.itertuples()]
        columns[kind] = Column(f"sentra_{kind}", "person" if kind == TRAINING else "permit", kind="interval")
        shown[f"{kind}_rate"] = own["per_1000_people"].to_numpy()
        columns[f"{kind}_rate"] = Column("per_1000_people", f"sentra_of_{kind}", 2)
        shown[f"{kind}_imk"] = own["per_1000_imk"].fillna(own["per_1000_businesses"]).to_numpy()
        if not own[["per_1000_imk", "per_1000_businesses"]].isna().all(axis=None):
            imk = own["per_1000_imk"].notna().any()
            columns[f"{kind}_imk"] = Column(
                "sentra_per_1000_imk" if imk else "per_1000_businesses", f"sentra_of_{kind}", 2
            )
        shown[f"{kind}_near"] = [
            f"{row.nearest_place} ({fmt(row.nearest_km, 0)} km)" for row in own.itertuples()
        ]
        columns[f"{kind}_near"] = f"sentra_near_{kind}"
    far = set(far_from_programmes(study.province)["region_code"])
    shown["far"] = [code in far for code in codes]
    columns["far"] = Column(label("column.far"), f"≥ {fmt(FAR_KM)} km", kind="text")
    exhibit = table(
        shown,
        columns=columns,
        name="sentra_coverage",
        title=say(
            id=f"Pelatihan dan perizinan menurut kabupaten, {province_name(study)}: yang dilaporkan, dan tempat terdekat",
            en=f"Training and licensing by district, {province_name(study)}: as reported, and the nearest place",
        ),
        source=cite_all(["partnerships", "sme_counts", "population"]),
        note=_whole_province(study)
        + str(
            say(
                id="Hanya yang ada dalam buku klaim: tanpa angka bukan berarti tidak ada program. Jarak garis lurus dari "
                "titik tengah kabupaten ke tempat program terdekat di provinsi mana pun. Izin bukan jumlah usaha.",
                en="Only what the ledger holds: no figure does not mean no programme. Straight line from the middle of the "
                "district to the nearest place of a programme in any province. Permits are not firms.",
            )
        ),
    )
    return with_raw(exhibit, study.facts.coverage)


def _count(row: Any) -> str:
    return "" if is_missing(row.value) else f"{fmt(row.value)} ({fmt_year(row.year)})"


def _whole_province(study: SentraStudy) -> str:
    """Claims on the province as a whole per 1,000 of its micro and small industries."""
    said = []
    for row in study.facts.coverage.drop_duplicates("kind").itertuples():
        if is_missing(row.province_value):
            continue
        what, n = label(f"column.sentra_{row.kind}"), fmt(row.province_value)
        rate = f" ({fmt(row.province_per_1000_imk, 1)} {label('sentra.per_1000_imk')})"
        rate = "" if is_missing(row.province_per_1000_imk) else rate
        said.append(f"{what}: {n}{rate}, {fmt_year(row.province_year)}")
    if not said:
        return ""
    text = "; ".join(said)
    return str(say(id=f"Seluruh provinsi: {text}. ", en=f"Whole province: {text}. "))


def sentra_places_table(study: SentraStudy) -> Exhibit:
    """How the places of training and licensing lie to the parks and to the districts' potential.

    Places of the province; if it has none, those of the 2019 licences of Maluku Utara and of the training in
    four districts of Maluku, whose potential is ranked in their own provinces.
    """
    own = study.facts.places
    rows = own if len(own) else place_distances()
    near = rows[rows["nearest"]].sort_values(["kind", "distance_km"])
    if own.empty:
        near = near[near["programme"].eq(LICENCES) | near["region_code"].str.startswith("81")]
    ranks = study.ranks.set_index("region_code")["p_top3"]
    names = programme_names()
    shown = with_names(near).assign(
        park=[text_of(park, "park") for park in near["park_id"]],
        programme=near["programme"].map(names),
        basis=[label(f"point_basis.{basis}") for basis in near["basis"]],
        p_top3=[probability(ranks.get(code)) for code in near["region_code"]],
    )
    columns: dict[str, Column | str] = {
        "place": "place", "name": "district", "programme": "programme", "park": "sentra_nearest_park",
        "distance_km": Column("distance_km", "km", 0), "edge_km": Column("distance_edge", "km", 0),
        "basis": "nearest_basis", "p_top3": Column("sentra_p_district", "sentra_weighted", kind="interval"),
    }  # fmt: skip
    where = say(
        id=f"{province_name(study)} tidak punya tempat program dalam buku klaim; ini tempat di Maluku Utara dan Maluku, yang "
        "potensinya diurutkan dalam studi provinsinya. ",
        en=f"{province_name(study)} has no place of a programme in the ledger; these are places in Maluku Utara and Maluku, "
        "whose potential is ranked in the studies of their provinces. ",
    ) if own.empty else ""  # fmt: skip
    exhibit = table(
        shown,
        columns=columns,
        name="sentra_places",
        title=say(
            id="Tempat pelatihan dan perizinan: jarak ke kawasan terdekat dan potensi kabupatennya",
            en="Places of training and licensing: distance to the nearest park, and the district's potential",
        ),
        source=cite_all(["partnerships", "parks", "capitals"]),
        note=where
        + say(
            id=f"Kawasan yang beroperasi hingga {near['year'].iloc[0]}. Desa tidak punya titik sendiri: lihat dasar titiknya, "
            "dan jarak dari batas kabupaten, yang tidak dapat dilampaui.",
            en=f"Parks that operate by {near['year'].iloc[0]}. Villages have no points of their own: see the basis of the "
            "point, and the distance from the district's edge, below which none can lie.",
        ),
    )
    return with_raw(exhibit, rows)

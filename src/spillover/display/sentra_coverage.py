"""Where training and licensing reached, and how their places lie to parks and to potential."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from spillover.display.exhibits import Exhibit
from spillover.display.language import fmt, fmt_year, is_missing, join, label, say, text_of
from spillover.display.ledger_views import programme_names
from spillover.display.sentra_words import (
    cite_all,
    names_of,
    probability,
    province_name,
    with_names,
)
from spillover.display.tables import Column, table, with_raw
from spillover.regions import read_provinces
from spillover.sentra.coverage import FAR_KM, KINDS, far_from_programmes, place_distances

if TYPE_CHECKING:
    from spillover.sentra.study import SentraStudy

TRAINING = "training"
GUESSED = "district_centroid"  # the place's point is only the middle of its district


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
        shown[f"{kind}_near"] = [_nearest(row) for row in own.itertuples()]
        columns[f"{kind}_near"] = f"sentra_near_{kind}"
    far = far_from_programmes(study.province).set_index("region_code")["missing_reason"]
    shown["far"] = [
        label("word.no" if code not in far.index else "sentra.not_known" if far[code] else "word.yes")
        for code in codes
    ]
    columns["far"] = Column(label("column.far"), f"≥ {fmt(FAR_KM)} km", kind="text")
    exhibit = table(
        shown,
        columns=columns,
        name="sentra_coverage",
        title=say(
            id=f"Pelatihan dan perizinan menurut kabupaten, {province_name(study)}: yang dilaporkan, dan tempat terdekat yang tercatat",
            en=f"Training and licensing by district, {province_name(study)}: as reported, and the nearest recorded place",
        ),
        source=cite_all(["partnerships", "sme_counts", "population"]),
        note=_whole_province(study)
        + _nothing_recorded(study)
        + str(
            say(
                id="Hanya yang ada dalam buku klaim: tanpa angka bukan berarti tidak ada program. Jarak garis lurus dari "
                'titik tengah kabupaten ke tempat program terdekat yang tercatat di provinsi mana pun; "sekitar": titik '
                "tempat itu hanya titik tengah kabupatennya. Izin bukan jumlah usaha.",
                en="Only what the ledger holds: no figure does not mean no programme. Straight line from the middle of the "
                'district to the nearest recorded place of a programme in any province; "about": the point of that place '
                "is only the middle of its district. Permits are not firms.",
            )
        ),
    )
    return with_raw(exhibit, study.facts.coverage)


def _count(row: Any) -> str:
    return "" if is_missing(row.value) else f"{fmt(row.value)} ({fmt_year(row.year)})"


def _nearest(row: Any) -> str:
    """The nearest recorded place with its distance; of a place inside that has no point, that it is inside."""
    guessed = row.nearest_basis == GUESSED
    if guessed and row.n_places:
        n = fmt(row.n_places)
        places = "place" if row.n_places == 1 else "places"
        return str(say(id=f"di kabupaten/kota ini ({n} tempat)", en=f"in this district ({n} {places})"))
    km = f"{fmt(row.nearest_km, 0)}\N{NO-BREAK SPACE}km"
    if guessed:
        km = str(say(id=f"sekitar {km}", en=f"about {km}"))
    return f"{row.nearest_place} ({km})"


def _nothing_recorded(study: SentraStudy) -> str:
    """Which kinds of programme have no recorded place in the province, so that nobody knows who is far."""
    places = study.facts.coverage.groupby("kind", sort=False)["n_places"].sum()
    kinds = [label(f"sentra_of.{kind}") for kind in places.index[places.eq(0)]]
    if not kinds:
        return ""
    name, what = province_name(study), f" {label('word.or')} ".join(kinds)
    known = len(kinds) < len(places)
    so = {"id": "" if known else " Karena itu tidak diketahui kabupaten/kota mana yang jauh dari program.",
          "en": "" if known else " So it is not known which districts are far from any programme."}  # fmt: skip
    said = say(
        id=f"Buku klaim tidak mencatat tempat {what} di {name}.{so['id']} ",
        en=f"The ledger records no place of {what} in {name}.{so['en']} ",
    )
    return str(said)


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

    Places of the province; if it has none, all that the ledger records, whose potential is ranked in their
    own provinces.
    """
    own = study.facts.places
    rows = own if len(own) else place_distances()
    near = rows[rows["nearest"]].sort_values(["kind", "distance_km"])
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
    exhibit = table(
        shown,
        columns=columns,
        name="sentra_places",
        title=say(
            id="Tempat pelatihan dan perizinan: jarak ke kawasan terdekat dan potensi kabupatennya",
            en="Places of training and licensing: distance to the nearest park, and the district's potential",
        ),
        source=cite_all(["partnerships", "parks", "capitals"]),
        note=(_elsewhere(study, near["region_code"]) if own.empty else "")
        + say(
            id=f"Kawasan yang beroperasi hingga {near['year'].iloc[0]}. Desa tidak punya titik sendiri: lihat dasar titiknya, "
            "dan jarak dari batas kabupaten, yang tidak dapat dilampaui.",
            en=f"Parks that operate by {near['year'].iloc[0]}. Villages have no points of their own: see the basis of the "
            "point, and the distance from the district's edge, below which none can lie.",
        ),
    )
    return with_raw(exhibit, rows)


def _elsewhere(study: SentraStudy, codes: pd.Series) -> str:
    """That the places shown are those of other provinces, and which."""
    names = read_provinces().set_index("province_code")["name"]
    others = join(names[code] for code in dict.fromkeys(codes.str[:2] + "00"))
    said = say(
        id=f"{province_name(study)} tidak punya tempat program dalam buku klaim; ini tempat di {others}, yang "
        "potensinya diurutkan dalam studi provinsinya. ",
        en=f"{province_name(study)} has no place of a programme in the ledger; these are places in {others}, "
        "whose potential is ranked in the studies of their provinces. ",
    )
    return str(said)

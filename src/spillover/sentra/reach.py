"""Whom training and licensing reached: claims without double counting, and the points of their places."""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd

from spillover.parks import read_parks
from spillover.partnerships.columns import NATION, split_list
from spillover.partnerships.coverage import programme_coverage
from spillover.partnerships.ledger import read_claim_sources, read_ledger, read_programmes
from spillover.partnerships.places import locate, read_places
from spillover.regions import read_regions
from spillover.sentra.capitals import read_capitals
from spillover.sources import once_per_data

# How sure the point of a place is, the surest first.
BASES = ("settlement", "park", "same_kecamatan", "district_capital", "district_centroid")


def reached() -> pd.DataFrame:
    """Claims on participants and licences, each person once within a district or a province.

    A claim that is part of another one on the same region is left out: 25 traders and 25 suppliers are the
    50 participants. A district's part of a province's claim stays, beside that of the province: never add
    the two.

    Returns
    -------
    DataFrame
        entry_id, programme, kind {training, licensing}, region_code, place, measure {participants, licences},
        value, unit, qualifier, year, imk_establishments (of the province in that year; NaN for districts),
        per_1000_imk, source_id, reported_as, as_of, url.

    Examples
    --------
    >>> table = reached()
    >>> table.loc[table["region_code"].isin(["8101", "8105", "8106", "8171"]), "value"].sum().item()
    220.0
    """
    return _reached().copy()


@once_per_data
def _reached() -> pd.DataFrame:
    """`reached`, made once."""
    ledger, programmes = read_ledger(), read_programmes()
    claims = programme_coverage(ledger, programmes)
    beside = ledger[["entry_id", "part_of", "reported_as", "as_of"]]
    claims = claims.merge(beside, on="entry_id", how="left", validate="1:1")
    region = claims.set_index("entry_id")["region_code"]
    inside = claims["part_of"].map(region) == claims["region_code"]
    claims = claims[~inside & claims["value"].notna()]
    kind = programmes.set_index("programme_id")["kind"]
    pages = read_claim_sources().set_index("source_id")["url"]
    columns = [
        "entry_id", "programme", "kind", "region_code", "place", "measure", "value", "unit", "qualifier",
        "year", "imk_establishments", "per_1000_imk", "source_id", "reported_as", "as_of", "url",
    ]  # fmt: skip
    made = claims.assign(kind=claims["programme"].map(kind), url=claims["source_id"].map(pages))
    return made[columns].reset_index(drop=True)


def reached_places() -> pd.DataFrame:
    """Places of training and licensing below the province, each with the best point that is known.

    Returns
    -------
    DataFrame
        One row per programme, measure and place: programme, kind, measure, place, place_kind, region_code
        (district), year, ambiguous (what else the name may mean), lon, lat, basis: "settlement" (the place
        itself is a capital in capitals.csv), "park" (the one park of the programme, in the same district),
        "same_kecamatan" (the point of a settlement in the same sub-district), "district_capital", or
        "district_centroid" where the capital has no point.

    Notes
    -----
    The gazetteer has no points for villages. A village of which only the district is known may be anywhere
    in it: read its distances beside those of the district's edge.

    Examples
    --------
    >>> places = reached_places()
    >>> int(places["programme"].eq("malut_licences_2019").sum())
    9
    """
    return _reached_places().copy()


@once_per_data
def _reached_places() -> pd.DataFrame:
    """`reached_places`, made once."""
    districts = set(read_regions()["region_code"])
    rows = []
    for claim in reached().to_dict("records"):
        if claim["region_code"] == NATION:
            continue
        for found in locate(claim["place"], within=claim["region_code"]):
            if found.region_code in districts:
                rows.append(
                    {k: claim[k] for k in ("programme", "kind", "measure", "year")}
                    | {"place": found.place, "place_kind": found.kind, "region_code": found.region_code}
                    | {"ambiguous": found.ambiguous}
                )
    columns = ["programme", "kind", "measure", "year", "place", "place_kind", "region_code", "ambiguous"]
    table = pd.DataFrame(rows, columns=columns).drop_duplicates(ignore_index=True)
    known = _known()
    points = [_point(row, known) for row in table.to_dict("records")]
    return table.join(pd.DataFrame(points, columns=["lon", "lat", "basis"]))


class _Known(NamedTuple):
    """What points are taken from."""

    towns: pd.DataFrame
    places: pd.DataFrame
    parks: pd.DataFrame
    park_ids: pd.Series
    regions: pd.DataFrame


def _known() -> _Known:
    """The tables, read once for all places."""
    return _Known(
        towns=read_capitals().dropna(subset=["lon"]),
        places=read_places(),
        parks=read_parks().dropna(subset=["lon"]),
        park_ids=read_programmes().set_index("programme_id")["park_ids"],
        regions=read_regions(),
    )


def _point(row: dict[Any, Any], known: _Known) -> tuple[float, float, str]:
    """The best point of a place, and of what it is."""
    code = row["region_code"]
    towns = known.towns[known.towns["region_code"] == code].drop_duplicates("capital")
    itself = towns[towns["capital"] == row["place"].removeprefix("Kota ")]
    if len(itself):
        return _of(itself, "settlement")
    own_parks = split_list(known.park_ids[row["programme"]])
    site = known.parks[known.parks["park_id"].isin(own_parks) & known.parks["region_code"].eq(code)]
    if len(own_parks) == 1 and len(site) == 1:
        return _of(site, "park")
    here = known.places[known.places["region_code"] == code]
    own = set(here.loc[here["place"] == row["place"], "kecamatan"]) - {""}
    beside = towns[towns["capital"].isin(here.loc[here["kecamatan"].isin(own), "place"])]
    if len(beside):
        return _of(beside, "same_kecamatan")
    seat = known.towns[known.towns["seat_of"] == code]
    if len(seat):
        return _of(seat, "district_capital")
    return _of(known.regions[known.regions["region_code"] == code], "district_centroid")


def _of(table: pd.DataFrame, basis: str) -> tuple[float, float, str]:
    return float(table["lon"].iloc[0]), float(table["lat"].iloc[0]), basis

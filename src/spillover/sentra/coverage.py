"""Training and licensing: how many per 1,000 firms, who is far from any, how the places lie to parks."""

from __future__ import annotations

import numpy as np
import pandas as pd

from spillover.distances import geodesic_km
from spillover.errors import DataError
from spillover.exposure import park_exposure
from spillover.parks import operating, read_parks
from spillover.regions import read_boundaries, read_regions
from spillover.sentra.reach import reached, reached_places
from spillover.sentra.structure import OLDEST, per_thousand
from spillover.sentra.supply import MISSING, district_supply, districts_of
from spillover.sme import read_imk

KINDS = {"training": "training_participants", "licensing": "licences"}
ANY_YEAR = 100  # a census of businesses is used whatever its age: its year stands beside the rate
FAR_KM = 100.0  # judgement: about a day there and back on the roads and ferries of these provinces


def programme_coverage(province: str, *, far_km: float = FAR_KM) -> pd.DataFrame:
    """Training and licensing of each district of a province, and how far it is from any such programme.

    Four rates that must not be mixed, each with its own denominator: per 1,000 non-farm businesses of the
    census of 2016 (all businesses, by district, where a page prints them); per 1,000 micro and small
    industries (IMK) of the district, where the survey prints shares (Sulawesi Tengah 2021); per 1,000
    people of at most five years before or after; and for the province as a whole per 1,000 IMK of the
    programme's own year.

    Parameters
    ----------
    province : str
        BPS code, "8100".
    far_km : float
        From here on a district counts as far from any programme (above 0).

    Returns
    -------
    DataFrame
        One row per district and kind {training, licensing}: region_code, kind, value (people or permits of
        the last programme year that a claim gives for the district; NaN where none does), unit, year,
        missing_reason, per_1000_businesses, businesses_year, per_1000_imk, imk_year, per_1000_people,
        people_year (all missing where numerator or denominator is), n_places (places of that kind in the
        district, as the claims name them), nearest_place, nearest_programme, nearest_km (geodesic from the
        centroid to the nearest place of that kind in any province), nearest_basis (how sure that place's
        point is), far (bool: no place inside and the nearest at ``far_km`` or beyond; missing where
        the nearest is that far but no programme of the kind has a recorded place in the province, for then
        nobody knows), province_value, province_year, province_imk, province_per_1000_imk (claims on
        the whole province, its last year; NaN if none).

    Raises
    ------
    DataError
        Unknown province, a distance that is not above 0.

    Notes
    -----
    Only what the ledger holds: a district without a row of its own may have had programmes that nobody
    reported. Permits are no firms: one firm may have several. A place whose point is only the middle of its
    district (nearest_basis "district_centroid") is 0 km from it, which says no more than "inside".

    Examples
    --------
    >>> table = programme_coverage("8100").query("kind == 'training'").set_index("region_code")
    >>> float(table.loc["8105", "value"]), round(float(table.loc["8105", "province_per_1000_imk"]), 1)
    (80.0, 6.5)
    """
    if not far_km > 0:
        raise DataError("programme_coverage", "the distance is not above 0", [far_km], "give kilometres")
    regions = districts_of(province)
    supply = district_supply(province)
    tables = []
    for kind, measure in KINDS.items():
        rows = supply[supply["measure"].eq(measure)]
        table = rows[["region_code", "value", "unit", "year", "missing_reason"]].assign(kind=kind)
        businesses = _base(supply, "non_farm_establishments")
        table = _rate(table, businesses, "per_1000_businesses", "businesses_year")
        table = _rate(table, _base(supply, "imk_establishments"), "per_1000_imk", "imk_year")
        people = supply[
            supply["source_system"].ne("civil_registry")
        ]  # counts who is registered, not who lives
        people = _base(people, "population")
        table = _rate(table, people, "per_1000_people", "people_year", oldest=OLDEST)
        near = _nearest_place(regions, kind, far_km)
        table = table.merge(near, on="region_code", how="left", validate="1:1")
        tables.append(table.assign(**_of_province(province, measure)))
    made = pd.concat(tables, ignore_index=True)
    return made[["region_code", "kind", *[c for c in made.columns if c not in ("region_code", "kind")]]]


def _base(supply: pd.DataFrame, measure: str) -> pd.DataFrame:
    rows = supply[supply["measure"].eq(measure) & supply["value"].gt(0)]
    return rows[["region_code", "year", "value"]]


def _rate(
    table: pd.DataFrame, base: pd.DataFrame, name: str, year: str, *, oldest: int = ANY_YEAR
) -> pd.DataFrame:
    """Add a rate per 1,000 of a base and the year of the base; missing if there is no base."""
    if base.empty:
        return table.assign(**{name: np.nan, year: pd.array([pd.NA] * len(table), dtype="Int64")})
    rated = per_thousand(table, base, oldest=oldest)
    rated.index = table.index
    there = rated["per_1000"].notna()
    return table.assign(**{name: rated["per_1000"], year: rated["base_year"].where(there)})


def _nearest_place(regions: pd.DataFrame, kind: str, far_km: float) -> pd.DataFrame:
    """Number of places of a kind in each district, and the nearest one of all."""
    places = reached_places()
    places = places[places["kind"] == kind].reset_index(drop=True)
    inside = regions["region_code"].map(places.groupby("region_code").size()).fillna(0).astype(int)
    made = regions[["region_code"]].assign(n_places=inside)
    if places.empty:
        gone = {"nearest_place": "", "nearest_programme": "", "nearest_km": np.nan, "nearest_basis": ""}
        return made.assign(**gone, far=pd.array([pd.NA] * len(made), dtype="boolean"))
    distance = geodesic_km(regions, places)
    first = distance.argmin(axis=1)
    nearest = distance[np.arange(len(regions)), first]
    far = pd.array((nearest >= far_km) & inside.eq(0).to_numpy(), dtype="boolean")
    if not inside.any():  # the ledger holds no programme here: that is not the same as none
        far[far.to_numpy(dtype=bool)] = pd.NA
    return made.assign(
        nearest_place=places["place"].to_numpy()[first],
        nearest_programme=places["programme"].to_numpy()[first],
        nearest_km=nearest,
        nearest_basis=places["basis"].to_numpy()[first],
        far=far,
    )


def _of_province(province: str, measure: str) -> dict[str, object]:
    """Claims on the whole province in its last year, over the micro and small industries of that year."""
    claims = reached()
    wanted = "participants" if measure == "training_participants" else measure
    rows = claims[claims["region_code"].eq(province) & claims["measure"].eq(wanted)]
    if rows.empty:
        gone = {"province_value": np.nan, "province_year": pd.NA, "province_imk": np.nan}
        return gone | {"province_per_1000_imk": np.nan}
    year = int(rows["year"].max())
    value = float(rows.loc[rows["year"] == year, "value"].sum())
    imk = read_imk()
    one = imk[imk["size"].eq("total") & imk["region_code"].eq(province) & imk["year"].eq(year)]
    total = float(one["establishments"].iloc[0]) if len(one) else np.nan
    rate = {"province_imk": total, "province_per_1000_imk": 1000 * value / total}
    return {"province_value": value, "province_year": year, **rate}


def place_distances(province: str | None = None, year: int | None = None) -> pd.DataFrame:
    """How the places of training and licensing lie to the parks: one row for each place and park.

    Parameters
    ----------
    province : str, optional
        Only places in this province.
    year : int, optional
        Parks that operate by the end of this year (2019: as the licences were given); by default all that
        operate by the registry.

    Returns
    -------
    DataFrame
        programme, kind, measure, place, region_code, ambiguous, basis (of the place's point, as in
        `spillover.sentra.reach.reached_places`), park_id, year, distance_km (from that point), edge_km (from
        the nearest point of its district: no place in it is nearer to the park), nearest (bool).

    Raises
    ------
    DataError
        Unknown province.

    Examples
    --------
    >>> table = place_distances("8200").query("programme == 'malut_licences_2019' and nearest")
    >>> len(table), table.set_index("place").loc["Sofifi", "park_id"]
    (9, 'IWIP')
    """
    places = reached_places()
    if province is not None:
        places = places[places["region_code"].isin(districts_of(province)["region_code"])]
    columns = [
        "programme", "kind", "measure", "place", "region_code", "ambiguous", "basis", "park_id", "year",
        "distance_km", "edge_km", "nearest",
    ]  # fmt: skip
    parks = read_parks()
    opened = parks.loc[parks["status"].eq("operating"), "first_operation_year"]
    at = int(opened.max()) if year is None else int(year)
    return _to_parks(places.reset_index(drop=True), operating(parks, at)).assign(year=at)[columns]


def _to_parks(places: pd.DataFrame, parks: pd.DataFrame) -> pd.DataFrame:
    """Places × parks with their distances."""
    regions = read_regions()
    own = regions[regions["region_code"].isin(places["region_code"])]
    pairs = places.drop(columns="year").merge(parks[["park_id"]], how="cross")
    distance = geodesic_km(places, parks)
    if pairs.empty:
        return pairs.assign(distance_km=0.0, nearest=False, edge_km=0.0)
    first = distance.argmin(axis=1)[:, None] == np.arange(len(parks))
    pairs = pairs.assign(distance_km=distance.ravel(), nearest=first.ravel())
    edge = park_exposure(own, parks, basis="edge", boundaries=read_boundaries())
    edge = edge[["region_code", "park_id", "distance_km"]].rename(columns={"distance_km": "edge_km"})
    return pairs.merge(edge, on=["region_code", "park_id"], how="left", validate="m:1")


def far_from_programmes(province: str, *, far_km: float = FAR_KM) -> pd.DataFrame:
    """Districts without any recorded place of training or licensing within a distance.

    Returns
    -------
    DataFrame
        region_code, nearest_km (to the nearest recorded place of either kind), nearest_place,
        nearest_programme, missing_reason ("not_available" where no programme has a recorded place in the
        province: whether the district is far is not known then), the farthest first.

    Examples
    --------
    >>> far_from_programmes("8200").set_index("region_code").loc["8203", "missing_reason"]
    ''
    >>> set(far_from_programmes("7200")["missing_reason"])
    {'not_available'}
    """
    table = programme_coverage(province, far_km=far_km)
    by_district = table.groupby("region_code")["far"]
    near = by_district.transform(lambda far: bool((~far).fillna(False).any())).astype(bool)
    table = table.assign(known=by_district.transform("count") > 0)
    rows = table[~near].sort_values(["nearest_km", "region_code"])
    first = rows.drop_duplicates("region_code")
    columns = ["region_code", "nearest_km", "nearest_place", "nearest_programme"]
    reason = np.where(first["known"], "", MISSING)
    made = first[columns].assign(missing_reason=reason)
    return made.sort_values(["nearest_km", "region_code"], ascending=[False, True], ignore_index=True)

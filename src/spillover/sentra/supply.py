"""What each district of a province has: every measure in one long table, what is missing with its reason."""

from __future__ import annotations

import re

import pandas as pd

from spillover.errors import DataError, check_unique
from spillover.indicators import read_indicator
from spillover.regions import read_provinces, read_regions
from spillover.sentra.former import flags_of_former
from spillover.sentra.population import PEOPLE_SYSTEMS, read_population_counts
from spillover.sentra.reach import reached
from spillover.sentra.schooling import UNITS, read_schooling
from spillover.sme import read_imk, read_sme_counts
from spillover.sources import once_per_data

WHERE = "district_supply"
COLUMNS = [
    "region_code", "measure", "value", "unit", "year", "source_system", "source_id", "reported_as",
    "missing_reason", "as_of", "flag", "url",
]  # fmt: skip
INDICATORS = (
    "population", "tpt", "poverty_line", "grdp_per_capita_real", "grdp_real", "grdp_nominal",
)  # fmt: skip
# What a study asks of every province, so that its absence is seen too.
CORE_COUNTS = (
    ("non_farm_establishments", "economic_census", "unit"),
    ("kur_debtors", "kur_any", "debtor"),
    ("imk_share_of_province", "imk_survey", "percent"),
)
CLAIMS = (("participants", "training_participants", "person"), ("licences", "licences", "permit"))
MISSING = "not_available"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_PART_OF_YEAR = re.compile(rf"({'|'.join(_MONTHS)})-({'|'.join(_MONTHS)}) \d{{4}}")


def districts_of(province: str) -> pd.DataFrame:
    """Districts of a province, as `spillover.read_regions` gives them.

    Raises
    ------
    DataError
        Unknown province.

    Examples
    --------
    >>> len(districts_of("7200"))
    13
    """
    known = read_provinces()["province_code"]
    if province not in set(known):
        remedy = 'use the BPS code with two zeros, as in provinces.csv: "7200" is Sulawesi Tengah'
        raise DataError("province", "unknown province", [province], remedy)
    regions = read_regions()
    return regions[regions["province_code"] == province].reset_index(drop=True)


def district_supply(province: str, *, counts: str = "comparable") -> pd.DataFrame:
    """Every measure of supply for every district of a province; what is missing is a row with its reason.

    Parameters
    ----------
    province : str
        BPS code, "7200".
    counts : {"comparable", "latest"}
        Which figure of a counting system stands for a district: that of the one date for which most
        districts of the province have one (of several such dates, the last), so that districts can be
        compared; or the last of each district, whatever its date. Indicators are always the last.

    Returns
    -------
    DataFrame
        One row per district, measure and source system: region_code, measure, value (NaN where missing),
        unit, year (Int64), source_system (who counted: systems are never pooled; "kur_any" where no system
        counts KUR debtors in the province), source_id, reported_as,
        missing_reason ("" where there is a value, else as in the long table: not_available), as_of (date as
        printed), flag (what to know of the value, joined by ";": backcast, before_revision, part_of_year,
        derived, rounded, former_boundary: it holds a district split off since), url (page of a count).

        Measures: population (implied by GRDP, census of 2020, civil registry), tpt, poverty_line,
        grdp_per_capita_real, grdp_real, grdp_nominal; mean_years_schooling, grdp_manufacturing,
        grdp_agriculture; all district counts that any system has in the province; imk_establishments (share
        of the district × province, where the survey prints shares); training_participants and licences of
        the ledger.

    Raises
    ------
    DataError
        Unknown province, or an unknown choice of counts.

    Notes
    -----
    The survey of micro and small industry (IMK) is published by province. Only for Sulawesi Tengah 2021 have
    we seen shares of districts, in whole percent: with 1 % the number is sure within a factor of three only.

    Examples
    --------
    >>> table = district_supply("7200").set_index(["region_code", "measure", "source_system"])
    >>> float(table.loc[("7203", "non_farm_establishments", "economic_census"), "value"])
    17021.0
    >>> table.loc[("7203", "licences", "ledger"), "missing_reason"]
    'not_available'
    """
    if counts not in ("comparable", "latest"):
        raise DataError(WHERE, "unknown choice of counts", [counts], "use comparable or latest")
    return _supply(province, counts).copy()


@once_per_data
def _supply(province: str, counts: str) -> pd.DataFrame:
    """`district_supply`, made once."""
    codes = districts_of(province)["region_code"].tolist()
    parts = [_indicators(codes), _people(codes), _schooling(codes), _counts(codes, counts)]
    table = pd.concat([*parts, _imk(codes), _claims(codes)], ignore_index=True)
    table = table.sort_values(["measure", "source_system", "region_code"], ignore_index=True)
    check_unique(table, ["region_code", "measure", "source_system"], WHERE)
    return table.astype({"year": "Int64", "value": "float64"})[COLUMNS]


def _filled(found: pd.DataFrame, codes: list[str], **same: str) -> pd.DataFrame:
    """A row for each district: those found, and for the others one that says that it is missing."""
    table = pd.DataFrame({"region_code": codes}).merge(found, on="region_code", how="left", validate="1:1")
    for column in COLUMNS:
        if column not in table.columns:
            table[column] = pd.NA if column in ("value", "year") else ""
    table = table.assign(**same)
    gone = table["value"].isna()
    words = [c for c in COLUMNS if c not in ("value", "year", "region_code")]
    table[words] = table[words].astype("object").fillna("").astype("str")
    reason = table["missing_reason"].mask(gone & table["missing_reason"].eq(""), MISSING)
    table = table.assign(missing_reason=reason.mask(~gone, ""), value=pd.to_numeric(table["value"]))
    return table.assign(year=table["year"].astype("Int64").mask(gone))[COLUMNS]


@once_per_data
def _last_values(name: str) -> pd.DataFrame:
    """The last value of each district of one indicator."""
    table = read_indicator(name)
    table = table[table["period"].eq("") & table["value"].notna()]
    last = table.sort_values("year").drop_duplicates("region_code", keep="last")
    flag = last["status"].where(last["status"].ne("final"), "")
    return last.assign(flag=flag)[["region_code", "value", "year", "source_id", "flag", "unit"]]


def _indicators(codes: list[str]) -> pd.DataFrame:
    parts = []
    for name in INDICATORS:
        last = _last_values(name)
        unit = last["unit"].iloc[0]
        parts.append(_filled(last.drop(columns="unit"), codes, measure=name, unit=unit, source_system="bps"))
    return pd.concat(parts, ignore_index=True)


def _people(codes: list[str]) -> pd.DataFrame:
    """People of the census of 2020, and of the civil registry, beside the population that GRDP implies."""
    table = read_population_counts().assign(source_id="population_counts")
    parts = []
    for system in PEOPLE_SYSTEMS:
        rows = table[table["source_system"].eq(system) & table["region_code"].isin(codes)]
        last = rows.sort_values("as_of").drop_duplicates("region_code", keep="last")
        found = last[last.columns.intersection(COLUMNS)].drop(columns="source_system")
        found = found.assign(flag=last["qualifier"].map({"about": "rounded"}).fillna(""))
        parts.append(_filled(found, codes, measure="population", unit="person", source_system=system))
    return pd.concat(parts, ignore_index=True)


def _schooling(codes: list[str]) -> pd.DataFrame:
    long = read_schooling().dropna(subset=["value"]).sort_values("year")
    parts = []
    for name, unit in UNITS.items():
        last = long[long["measure"] == name].drop_duplicates("region_code", keep="last")
        found = last[["region_code", "value", "year", "flag"]].assign(source_id="schooling")
        parts.append(_filled(found, codes, measure=name, unit=unit, source_system="bps"))
    return pd.concat(parts, ignore_index=True)


def _order(as_of: str) -> str:
    """Something that sorts dates as printed inside of one year: parts of it by the month they end in."""
    months = _PART_OF_YEAR.fullmatch(as_of)
    return f"{_MONTHS.index(months[2]) + 1:02d}" if months else as_of[5:7] or "12"


def _counts(codes: list[str], choice: str) -> pd.DataFrame:
    """Counts of whole districts by source system, one date for each system and measure."""
    every = read_sme_counts()
    whole = every[every["place"].eq("") & every["region_code"].eq(codes[0][:2] + "00")]
    table = every[every["place"].eq("") & every["region_code"].isin(codes)]
    flag = table["as_of"].map(lambda text: "part_of_year" if _PART_OF_YEAR.fullmatch(text) else "")
    table = table.assign(order=table["as_of"].map(_order), source_id="sme_counts", flag=flag)
    table = table.sort_values(["year", "order"], kind="stable")
    parts = []
    for (measure, system, unit), rows in table.groupby(["measure", "source_system", "unit"]):
        used = _one_date(rows) if choice == "comparable" else rows
        found = used.drop_duplicates("region_code", keep="last").drop(columns=["measure", "source_system"])
        total = whole[whole["measure"].eq(measure) & whole["source_system"].eq(system)]
        found = found.assign(flag=flags_of_former(found, total, codes))
        same = {"measure": measure, "source_system": system, "unit": unit}
        parts.append(_filled(found[found.columns.intersection(COLUMNS)], codes, **same))
    there = set(table["measure"] + "/" + table["source_system"]) | set(table["measure"] + "/kur_any")
    for measure, system, unit in CORE_COUNTS:
        if f"{measure}/{system}" not in there:
            empty = pd.DataFrame({"region_code": [], "value": []}, dtype="object")
            same = {"measure": measure, "source_system": system, "unit": unit, "source_id": "sme_counts"}
            parts.append(_filled(empty, codes, **same))
    return pd.concat(parts, ignore_index=True)


def _one_date(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of the date for which most districts have a figure; of several such dates, the last."""
    dates = rows.groupby(["year", "order", "as_of"])["region_code"].nunique().reset_index()
    best = dates.sort_values(["region_code", "year", "order"]).iloc[-1]
    return rows[rows["year"].eq(best["year"]) & rows["as_of"].eq(best["as_of"])]


def _imk(codes: list[str]) -> pd.DataFrame:
    """Micro and small industries of a district where the survey prints its share of the province."""
    shares = read_sme_counts("imk_survey")
    shares = shares[shares["measure"].eq("imk_share_of_province") & shares["region_code"].isin(codes)]
    imk = read_imk()
    total = imk[imk["size"].eq("total")].set_index(["region_code", "year"])["establishments"]
    index = pd.MultiIndex.from_arrays([shares["region_code"].str[:2] + "00", shares["year"]])
    whole = total.reindex(index).astype("float64").to_numpy()
    said = [f"{share:g} % of {n:,.0f}" for share, n in zip(shares["value"], whole, strict=True)]
    found = shares[["region_code", "year", "as_of", "url"]].assign(
        value=shares["value"].to_numpy() / 100 * whole, reported_as=said, flag="derived;rounded"
    )
    same = {"measure": "imk_establishments", "unit": "unit", "source_system": "imk_survey"}
    return _filled(found, codes, **same, source_id="sme_counts;imk_2013_2024")


def _claims(codes: list[str]) -> pd.DataFrame:
    """Participants and licences that the ledger gives for a whole district, of the last year, added up."""
    claims = reached()
    parts = []
    for measure, name, unit in CLAIMS:
        rows = claims[claims["measure"].eq(measure) & claims["region_code"].isin(codes)]
        last = rows["year"].eq(rows.groupby("region_code")["year"].transform("max"))
        joined = rows[last].groupby("region_code", as_index=False)
        found = joined.agg(
            value=("value", "sum"), year=("year", "max"), reported_as=("reported_as", "; ".join),
            as_of=("as_of", "max"), url=("url", "; ".join),
        )  # fmt: skip
        same = {"measure": name, "unit": unit, "source_system": "ledger", "source_id": "partnerships"}
        parts.append(_filled(found, codes, **same))
    return pd.concat(parts, ignore_index=True)

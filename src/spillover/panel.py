"""Panels: region × year tables that the models take."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from spillover.errors import DataError, check_not_empty, check_unique
from spillover.exposure import RING_EDGES_KM, assign_ring, nearest_operating
from spillover.regions import read_provinces
from spillover.sme import IMK_MEASURES

# The provinces of 2022 are added to those they were split from, so that a province keeps its territory.
SPLIT_YEAR = 2022


def make_panel(tables: Sequence[pd.DataFrame], regions: pd.DataFrame, years: Iterable[int]) -> pd.DataFrame:
    """Put indicators side by side, one row per district and year, balanced.

    Parameters
    ----------
    tables : sequence of DataFrame
        Results of `spillover.read_indicator`.
    regions : DataFrame
        The districts wanted (region_code, province_code).
    years : iterable of int

    Returns
    -------
    DataFrame
        region_code, province_code, year, one column per indicator (NaN where missing) and, for every
        indicator without zeros or negatives, ``log_<indicator>``.

    Raises
    ------
    DataError
        An indicator given twice, or none that has values here.
    """
    years = list(years)
    index = pd.MultiIndex.from_product([regions["region_code"], years], names=["region_code", "year"])
    panel = index.to_frame(index=False).merge(
        regions[["region_code", "province_code"]], on="region_code", validate="m:1"
    )
    for table in tables:
        check_not_empty(table, "indicator")
        name = str(table["indicator"].iloc[0])
        if name in panel.columns:
            raise DataError("make_panel", "an indicator is given twice", [name], "give each once")
        values = table[["region_code", "year", "value"]].rename(columns={"value": name})
        panel = panel.merge(values, on=["region_code", "year"], how="left", validate="1:1")
        if (panel[name].dropna() > 0).all():
            panel[f"log_{name}"] = np.log(panel[name])
    return panel


def add_exposure(
    panel: pd.DataFrame, exposure: pd.DataFrame, *, ring_edges_km: Sequence[float] = RING_EDGES_KM
) -> pd.DataFrame:
    """Add the nearest operating park of each row's year: park_id, distance_km, basis and ring.

    Districts for which no park operates yet have an empty park_id, no distance, and the outermost ring.
    """
    nearest = nearest_operating(exposure, sorted(panel["year"].unique()))
    out = panel.merge(nearest, on=["region_code", "year"], how="left", validate="1:1")
    if out["basis"].isna().any():
        lost = out.loc[out["basis"].isna(), "region_code"].unique()
        raise DataError(
            "add_exposure", "districts without distances", lost, "make the exposure for these districts"
        )
    return out.assign(ring=assign_ring(out["distance_km"], ring_edges_km))


def panel_province(province_code: pd.Series) -> pd.Series:
    """Province whose territory is constant over 2013–2025: today's, or the one it was split from in 2022."""
    provinces = read_provinces()
    new = provinces[provinces["since"].eq(SPLIT_YEAR).fillna(False)]
    parent = dict(zip(new["province_code"], new["parent_code"], strict=True))
    return province_code.replace(parent)


def imk_panel(imk: pd.DataFrame, years: Iterable[int], *, size: str = "total") -> pd.DataFrame:
    """Province × year panel of IMK outcomes on constant territory (34 provinces).

    Parameters
    ----------
    imk : DataFrame
        As from `spillover.read_imk`.
    years : iterable of int
        Never mix years before and after the frame change of 2017: this is refused.
    size : {"total", "micro", "small"}

    Returns
    -------
    DataFrame
        region_code, year, establishments, workers, output_million_idr, output_per_establishment (million
        rupiah, current prices; NaN where output is marked suspicious), flag, and log_ of each measure.

    Raises
    ------
    DataError
        Years on both sides of the frame change, or none of the years in the table.
    """
    years = list(years)
    if min(years) < 2017 <= max(years):
        raise DataError(
            "imk_panel", "years on both sides of the 2017 frame change", years, "use 2017–2025 or 2013–2015"
        )
    data = imk[imk["year"].isin(years) & imk["size"].eq(size)]
    check_not_empty(data, "imk_panel")
    data = data.assign(region_code=panel_province(data["region_code"]))
    grouped = data.groupby(["region_code", "year"])
    panel = grouped[list(IMK_MEASURES)].sum(min_count=1).astype("float64").reset_index()
    flags = grouped["flag"].agg(lambda f: ";".join(sorted({x for x in f if x}))).reset_index()
    panel = panel.merge(flags, on=["region_code", "year"], validate="1:1")
    suspicious = panel["flag"].str.contains("suspicious_output")
    panel["output_per_establishment"] = (panel["output_million_idr"] / panel["establishments"]).mask(
        suspicious
    )
    for name in (*IMK_MEASURES, "output_per_establishment"):
        panel[f"log_{name}"] = np.log(panel[name])
    check_unique(panel, ["region_code", "year"], "imk_panel")
    return panel


def census_growth(counts: pd.DataFrame, changes: pd.DataFrame) -> pd.DataFrame:
    """Growth of non-farm establishments from 2006 to 2016 inside the economic census.

    Parameters
    ----------
    counts : DataFrame
        ``read_sme_counts("economic_census")``.
    changes : DataFrame
        As from `spillover.read_region_changes`, to mark districts that lost territory in between.

    Returns
    -------
    DataFrame
        One row per region with both counts or a printed growth rate: region_code, count_2006,
        count_2016, growth_percent, basis {"counts", "printed rate"}, rounded (bool: a count printed
        rounded), territory_changed (bool: a child district was split off in 2006–2016, so the two
        counts may not cover the same area), url.
    """
    firms = counts[counts["measure"].eq("non_farm_establishments") & counts["place"].eq("")]
    wide = firms.pivot(index="region_code", columns="year", values="value").dropna(subset=[2006, 2016])
    rounded = firms[firms["reported_as"].ne("")].groupby("region_code").size()
    table = pd.DataFrame(
        {
            "count_2006": wide[2006],
            "count_2016": wide[2016],
            "growth_percent": (wide[2016] / wide[2006] - 1.0) * 100.0,
            "basis": "counts",
            "rounded": wide.index.isin(rounded.index),
            "url": firms[firms["year"] == 2016].set_index("region_code")["url"].reindex(wide.index),
        }
    )
    rates = counts[counts["measure"].eq("non_farm_growth_2006_2016")].set_index("region_code")
    rates = rates[~rates.index.isin(table.index)]
    printed = pd.DataFrame(
        {"growth_percent": rates["value"], "basis": "printed rate", "rounded": True, "url": rates["url"]}
    )
    out = pd.concat([table, printed]).rename_axis("region_code").reset_index()
    splits = changes[changes["kind"].eq("split") & changes["year"].between(2007, 2016)]
    moved = {*splits["child_code"], *splits["parent_code"]}
    return out.assign(
        rounded=out["rounded"].astype(bool), territory_changed=out["region_code"].isin(moved)
    ).sort_values("region_code", ignore_index=True)

"""Who may stand for an exposed district: the pool of donors, and why the others are not in it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from spillover.catalogue import read_breaks
from spillover.exposure import nearest_operating, park_exposure
from spillover.parks import read_parks
from spillover.past_regions import birth_years
from spillover.regions import read_region_changes, read_regions

REACH_KM = 200.0
LAST_OPENING = 2025  # the registry's last year: a donor is never exposed, not even after its series ends
FOUNDED_BY = 2000  # a district founded later has back-cast values, or none
JAVA_BALI, PAPUA = ("3", "51"), ("9",)  # first digits of the codes


def donor_pool(indicator: str, years: range, ground: pd.DataFrame | None = None) -> pd.DataFrame:
    """Every district and why it is not a donor ("" if it is one); the first reason counts.

    Donors are districts that are no city, never within 200 km (centroid) of a park that operates by
    2025, outside Java, Bali and Papua (other economies; in Papua the census of 2020 moves values per
    head most), that existed in 2000, and whose series has no known break of its own in the years.

    Returns
    -------
    DataFrame
        region_code, reason {"", near_park, city, java_bali, papua, founded_later, break}.
    """
    pool = lasting_reasons() if ground is None else ground
    breaks = read_breaks(indicator)
    broken = set(breaks.loc[breaks["year"].between(years[1], years[-1]), "region_code"]) - {""}
    codes = pool["region_code"]
    hit = codes.isin(broken) | (codes.str[:2] + "00").isin(broken)
    return pool.assign(reason=pool["reason"].mask(hit & pool["reason"].eq(""), "break"))


def lasting_reasons() -> pd.DataFrame:
    """Reasons against a donor that hold for every indicator: as `donor_pool`, without breaks."""
    regions = read_regions()
    codes = regions["region_code"]
    near = nearest_operating(park_exposure(regions, read_parks()), [LAST_OPENING]).set_index("region_code")
    born = birth_years(read_region_changes())
    reasons = {
        "near_park": codes.map(near["distance_km"]).lt(REACH_KM),
        "city": regions["kind"].ne("kabupaten"),
        "java_bali": codes.str.startswith(JAVA_BALI),
        "papua": codes.str.startswith(PAPUA),
        "founded_later": codes.map(born).fillna(0).gt(FOUNDED_BY),
    }
    reason = np.select([r.to_numpy(bool) for r in reasons.values()], list(reasons), default="")
    return pd.DataFrame({"region_code": codes, "reason": reason})

"""The polygons kept for a map are those of the boundaries, and all that its frame shows."""

from __future__ import annotations

from shapely.geometry import box

from spillover.regions import read_boundaries
from spillover.sentra.ground import HIGHEST, ground_shapes, map_extent
from spillover.sentra.study import SentraStudy


def test_what_is_kept_is_what_the_frame_shows(study: SentraStudy) -> None:
    kept = ground_shapes(study.facts.ground).set_index("region_code")
    every = read_boundaries().set_index("region_code")
    assert kept.crs == every.crs
    assert kept.geometry.geom_equals_exact(every.geometry[kept.index], 0).all()
    west, south, east, north = map_extent(kept.loc[study.ranks["region_code"]])
    inside = every.index[every.intersects(box(west, south, east, north))]
    assert set(inside) <= set(kept.index)
    assert (north - south) / (east - west) <= HIGHEST + 1e-9

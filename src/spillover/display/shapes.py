"""Districts as drawn: in the units of a figure, simplified to what the eye can see, cut to the frame."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from spillover.display.style import WIDTH
from spillover.errors import DataError, check_columns, check_not_empty

if TYPE_CHECKING:
    import geopandas as gpd

Extent = tuple[float, float, float, float]
EAST: Extent = (
    118.5,
    -6.5,
    131.3,
    2.7,
)  # Sulawesi, Maluku Utara and most of Maluku: west, south, east, north
INDONESIA: Extent = (94.8, -11.2, 141.2, 6.2)
TOLERANCE = 0.55  # units; a map is 800 units wide
SMALLEST = 0.8  # square units; smaller islands are dropped unless they are the district's largest part


@dataclass(frozen=True)
class Frame:
    """An equirectangular window on the map, true to scale at its middle latitude, ``WIDTH`` units wide."""

    extent: Extent

    def __post_init__(self) -> None:
        west, south, east, north = self.extent
        if not (-180 <= west < east <= 180 and -90 < south < north < 90):
            raise DataError(
                "map", "an extent that is none", [self.extent], "give west, south, east, north in degrees"
            )

    @cached_property
    def squeeze(self) -> float:
        return math.cos(math.radians((self.extent[1] + self.extent[3]) / 2))

    @cached_property
    def scale(self) -> float:
        """Units per degree of latitude."""
        return WIDTH / ((self.extent[2] - self.extent[0]) * self.squeeze)

    @cached_property
    def height(self) -> float:
        return (self.extent[3] - self.extent[1]) * self.scale

    def project(self, lon: float, lat: float) -> tuple[float, float]:
        """Units from the lower left corner."""
        return (lon - self.extent[0]) * self.scale * self.squeeze, (lat - self.extent[1]) * self.scale

    def holds(self, x: float, y: float) -> bool:
        return 0 <= x <= WIDTH and 0 <= y <= self.height

    def km_to_units(self, km: float) -> float:
        """Length of ``km`` on the ground, eastward at the middle latitude."""
        from pyproj import Geod

        middle = (self.extent[1] + self.extent[3]) / 2
        metres = Geod(ellps="WGS84").inv(self.extent[0], middle, self.extent[0] + 1, middle)[2]
        return float(km * 1000 / metres * self.scale * self.squeeze)


def draw_shapes(boundaries: gpd.GeoDataFrame, frame: Frame) -> dict[str, Any]:
    """Return region_code → geometry in units, simplified together so that neighbours keep one common border.

    Parameters
    ----------
    boundaries : GeoDataFrame
        region_code, geometry (longitude and latitude); a coverage without overlaps.

    Raises
    ------
    DataError
        Missing columns, or no district inside the frame.
    """
    import shapely

    check_columns(boundaries, ["region_code", "geometry"], "boundaries")
    west, south, east, north = frame.extent
    near = boundaries.cx[west:east, south:north]
    check_not_empty(near, "boundaries inside the map")
    corner, factors = np.array([west, south]), np.array([frame.scale * frame.squeeze, frame.scale])
    flat = shapely.transform(near.geometry.to_numpy(), lambda points: (points - corner) * factors)
    # the tolerance is the square root of an area (Visvalingam–Whyatt), so it is a length in units
    simple = shapely.coverage_simplify(flat, TOLERANCE * 1.6)
    cut = shapely.clip_by_rect(simple, 0, 0, WIDTH, frame.height)
    shapes = {code: _without_specks(shape) for code, shape in zip(near["region_code"], cut, strict=True)}
    return {code: shape for code, shape in shapes.items() if not shape.is_empty}


def _without_specks(shape: Any) -> Any:
    import shapely

    parts = [p for p in shapely.get_parts(shape) if p.geom_type == "Polygon"]
    parts.sort(key=lambda part: -part.area)
    return shapely.MultiPolygon([part for i, part in enumerate(parts) if i == 0 or part.area >= SMALLEST])


def province_borders(shapes: Mapping[str, Any], province: Mapping[str, str]) -> Any:
    """Return the lines between districts of different provinces (coasts are not borders).

    Neighbours of a simplified coverage share their vertices, so a border is a segment of two districts.
    """
    import shapely

    first: dict[tuple[Any, Any], str | None] = {}
    borders = []
    for code, shape in shapes.items():
        own = province.get(code)
        for part in shape.geoms:
            for ring in (part.exterior, *part.interiors):
                points = list(ring.coords)
                for start, end in pairwise(points):
                    segment = (min(start, end), max(start, end))
                    if first.setdefault(segment, own) != own:
                        borders.append(segment)
    return shapely.line_merge(shapely.MultiLineString(borders))


def as_path(shape: Any) -> Any:
    """Return a matplotlib Path of polygons (with holes) or lines."""
    import shapely
    from matplotlib.path import Path

    pieces = []
    for part in shapely.get_parts(shape):
        rings = [part.exterior, *part.interiors] if part.geom_type == "Polygon" else [part]
        for ring in rings:
            points = shapely.get_coordinates(ring)
            codes = np.full(len(points), Path.LINETO, dtype=Path.code_type)
            codes[0] = Path.MOVETO
            if part.geom_type == "Polygon":
                codes[-1] = Path.CLOSEPOLY
            pieces.append(Path(points, codes))
    return Path.make_compound_path(*pieces)

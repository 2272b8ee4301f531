"""Maps: districts by ring of distance to the nearest park, or by any value in given classes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Unpack

from spillover.display import style
from spillover.display.canvas import MapCanvas
from spillover.display.exhibits import Caption, Exhibit, check_caption, figure
from spillover.display.language import fmt, is_missing, label, text_of
from spillover.display.shapes import EAST, Extent, Frame
from spillover.errors import DataError, check_columns

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

RING_ORDER = ("0-50", "50-100", "100-200", ">200")


def ring_map(
    regions: pd.DataFrame,
    boundaries: gpd.GeoDataFrame,
    rings: pd.DataFrame,
    parks: pd.DataFrame,
    *,
    year: int,
    extent: Extent = EAST,
    **caption: Unpack[Caption],
) -> Exhibit:
    """Draw districts by ring of distance to the nearest park that operates in ``year``, and the parks.

    Parameters
    ----------
    regions : DataFrame
        region_code, name, province_code.
    boundaries : GeoDataFrame
        region_code, geometry (degrees).
    rings : DataFrame
        region_code (once each), ring, distance_km, park_id of the nearest operating park. An ordered
        categorical ``ring`` declares the rings, empty ones included; otherwise they are 0-50, 50-100,
        100-200, >200. Districts that are not in the table are drawn as other land.
    parks : DataFrame
        park_id, complex_id, lon, lat (degrees), first_operation_year, status. Parks of one complex are named
        once; mines are not drawn, nor parks without coordinates.
    year : int
    extent : (west, south, east, north)
        Degrees; by default Sulawesi and Maluku.

    Raises
    ------
    DataError
        Missing columns, a district twice or unknown, a ring that is not declared, no rows.

    Examples
    --------
    >>> near = sp.nearest_operating(exposure, [2024])
    >>> ring_map(regions, boundaries, near.assign(ring=sp.assign_ring(near["distance_km"])), parks, year=2024,
    ...          name="ring_map_2024", title="…", source="…", alt="…")  # doctest: +SKIP
    """
    check_caption(caption)
    where = f"map {caption['name']}"
    check_columns(parks, ["park_id", "complex_id", "lon", "lat", "first_operation_year", "status"], "parks")
    check_columns(rings, ["region_code", "ring", "distance_km", "park_id"], where)
    order = _ring_order(rings, where)
    colours = dict(zip(order, shades(len(order)), strict=True))
    classes = [(text_of(ring, "ring"), colours[ring], rings["ring"].astype(str) == ring) for ring in order]
    canvas = MapCanvas(regions, boundaries, rings["region_code"], extent, where)
    names = regions.set_index("region_code")["name"]
    for row in rings[["region_code", "ring", "distance_km", "park_id"]].itertuples(index=False):
        canvas.fill(row[0], colours[str(row[1])], _district_title(names[row[0]], row[1], row[2], row[3]))
    canvas.borders()
    canvas.legend(label("map.legend", year=year), classes)
    canvas.parks(drawn_parks(parks, year, canvas.frame), year)
    return figure(canvas.fig, titles=canvas.titles, **caption)


def choropleth(
    regions: pd.DataFrame,
    boundaries: gpd.GeoDataFrame,
    values: pd.DataFrame,
    *,
    bins: Sequence[float],
    unit: str,
    extent: Extent = EAST,
    **caption: Unpack[Caption],
) -> Exhibit:
    """Draw districts by ``value`` in the classes [bin, next bin), darker for more.

    Parameters
    ----------
    values : DataFrame
        region_code (once each), value; missing values are drawn as other land.
    bins : increasing numbers
        Edges of the classes, lowest and highest included; values outside raise.
    unit : str
        Key of ``unit.*`` or the text itself.

    Raises
    ------
    DataError
        As in :func:`ring_map`; edges that do not increase; values outside them.
    """
    check_caption(caption)
    where = f"map {caption['name']}"
    check_columns(values, ["region_code", "value"], where)
    edges = list(bins)
    if len(edges) < 2 or any(b <= a for a, b in pairwise(edges)):
        raise DataError(
            where, "class edges that do not increase", edges, "give at least two increasing numbers"
        )
    known = values.dropna(subset=["value"])
    outside = known[(known["value"] < edges[0]) | (known["value"] >= edges[-1])]
    if len(outside):
        raise DataError(where, "values outside the classes", outside["region_code"], "widen the bins")
    canvas = MapCanvas(regions, boundaries, values["region_code"], extent, where, legend=64)
    names = regions.set_index("region_code")["name"]
    unit_text = text_of(unit, "unit")
    classes = []
    for low, high, shade in zip(edges, edges[1:], reversed(shades(len(edges) - 1)), strict=False):
        inside = (values["value"] >= low) & (values["value"] < high)
        classes.append((f"{fmt(low)} – {fmt(high)}", shade, inside))
        for code, value in values.loc[inside, ["region_code", "value"]].itertuples(index=False):
            canvas.fill(code, shade, f"{names[code]}: {fmt(value)} {unit_text}")
    canvas.borders()
    canvas.legend(label("map.classes", unit=unit_text), classes)
    return figure(canvas.fig, titles=canvas.titles, **caption)


def _ring_order(rings: pd.DataFrame, where: str) -> list[str]:
    order = list(rings["ring"].cat.categories) if hasattr(rings["ring"], "cat") else list(RING_ORDER)
    unknown = rings.loc[~rings["ring"].astype(str).isin(order), "ring"].astype(str).unique()
    if len(unknown):
        raise DataError(where, "rings that are not declared", unknown, "make ring an ordered categorical")
    return order


def shades(count: int) -> list[str]:
    """Return ``count`` shades, darkest first."""
    from matplotlib.colors import LinearSegmentedColormap, to_hex

    if count == len(style.RINGS):
        return list(style.RINGS)
    ramp = LinearSegmentedColormap.from_list("rings", style.RINGS)
    return [to_hex(ramp(i / max(1, count - 1))) for i in range(count)]


def _district_title(name: str, ring: object, distance: float, park: object) -> str:
    if is_missing(distance) or not park:
        return label("map.district_without_park", district=name)
    park_name = text_of(str(park), "park")
    return label(
        "map.district",
        district=name,
        distance=fmt(distance, 0),
        park=park_name,
        ring=text_of(str(ring), "ring"),
    )


def drawn_parks(parks: pd.DataFrame, year: int, frame: Frame) -> pd.DataFrame:
    """Return the parks to draw: place in units, operating (bool), since (text)."""
    drawn = parks[parks["lon"].notna() & parks["lat"].notna() & (parks["status"] != "mine")]
    places = [frame.project(lon, lat) for lon, lat in zip(drawn["lon"], drawn["lat"], strict=True)]
    since = drawn["first_operation_year"]
    drawn = drawn.assign(
        x=[x for x, _ in places],
        y=[y for _, y in places],
        operating=(since <= year).fillna(False).astype(bool),
    )
    return drawn[[frame.holds(x, y) for x, y in places]].sort_values("operating", kind="stable")

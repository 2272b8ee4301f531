"""Map of the relocation test: where parks could stand, how often each place is drawn, and one draw."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Unpack

from spillover.display import style
from spillover.display.canvas import MapCanvas
from spillover.display.exhibits import Caption, Exhibit, check_caption, figure
from spillover.display.language import fmt, label, say, text_of
from spillover.display.shapes import Extent
from spillover.errors import DataError, check_columns

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

MARGIN = 1.2  # degrees around the sites
STEPS = (1, 2, 5, 10, 20, 25, 50)  # widths of the classes, percent


def drawn_sites_map(
    regions: pd.DataFrame,
    boundaries: gpd.GeoDataFrame,
    sites: pd.DataFrame,
    candidates: pd.DataFrame,
    *,
    example: int = 1,
    **caption: Unpack[Caption],
) -> Exhibit:
    """Draw candidate districts by the share of draws that choose them, the real sites and one draw.

    Parameters
    ----------
    regions : DataFrame
        region_code, name, province_code.
    boundaries : GeoDataFrame
        region_code, geometry (degrees).
    sites : DataFrame
        As from `spillover.inference.sites.draw_sites`.
    candidates : DataFrame
        The sites drawn from: region_code, lon, lat, in the order that ``sites`` numbers them.
    example : int
        Number of the draw that is shown.

    Returns
    -------
    Exhibit
        The frame holds all candidates and sites. A district with several candidates has the share of all.

    Raises
    ------
    DataError
        Other candidates than those of the draws, or no draw of this number.

    Examples
    --------
    >>> drawn_sites_map(regions, boundaries, sites, candidates, name="drawn_sites", title="…", source="…",
    ...                 alt=drawn_sites_alt(sites, candidates))  # doctest: +SKIP
    """
    check_caption(caption)
    where = f"map {caption['name']}"
    shares = draw_shares(sites, candidates)
    shown = sites[sites["draw"] == example]
    if example < 1 or shown.empty:
        problem = f"draws are numbered 1 to {sites['draw'].max()}"
        raise DataError(where, problem, [example], "show one of these")
    canvas = MapCanvas(regions, boundaries, shares["region_code"], _extent(sites, candidates), where)
    names = regions.set_index("region_code")["name"]
    classes = []
    edges = _edges(shares["percent"])
    ramp = _shades(len(edges) - 1)
    for low, high, shade in zip(edges, edges[1:], ramp, strict=False):
        inside = (shares["percent"] >= low) & (shares["percent"] < high)
        classes.append((f"{fmt(low)} – {fmt(high)}", shade, inside))
        for code, percent in shares.loc[inside, ["region_code", "percent"]].itertuples(index=False):
            told = {"name": names[code], "share": fmt(percent, 1)}
            title = say(id="{name}: terpilih dalam {share}% undian", en="{name}: in {share}% of the draws")
            canvas.fill(code, shade, title.format(**told))
    canvas.borders()
    draws = fmt(int(sites["draw"].max()))
    heading = say(
        id=f"Tapak diundi di sini dalam … persen dari {draws} undian",
        en=f"A site is drawn here in … percent of {draws} draws",
    )
    canvas.legend(heading, classes)
    _marks(canvas, sites[sites["draw"] == 0], shown)
    return figure(canvas.fig, titles=canvas.titles, **caption)


def draw_shares(sites: pd.DataFrame, candidates: pd.DataFrame) -> pd.DataFrame:
    """Share of the draws that choose a site in each candidate district.

    Returns
    -------
    DataFrame
        region_code (in the order of the candidates, each once), percent (0–100).

    Examples
    --------
    >>> import pandas as pd
    >>> from spillover.inference.sites import draw_sites
    >>> places = pd.DataFrame({"region_code": ["7203", "7403"], "lon": [121.9, 122.3], "lat": [-2.7, -3.8]})
    >>> park = places.head(1).assign(complex_id="IMIP")
    >>> draw_shares(draw_sites(park, places, draws=400, seed=1), places)["percent"].sum()
    np.float64(100.0)
    """
    check_columns(candidates, ["region_code", "lon", "lat"], "candidates")
    check_columns(sites, ["draw", "complex_id", "candidate", "lon", "lat", "n_candidates"], "drawn sites")
    drawn = sites[sites["draw"] > 0]
    chosen = candidates.iloc[drawn["candidate"].to_numpy(int) % max(len(candidates), 1)]
    same = (chosen["lon"].to_numpy() == drawn["lon"]) & (chosen["lat"].to_numpy() == drawn["lat"])
    if not (same.all() and drawn["n_candidates"].eq(len(candidates)).all()):
        problem = "candidates that are not those of the draws"
        raise DataError("drawn sites", problem, remedy="pass the table that the draws were made from")
    draw = drawn["draw"].to_numpy()
    pairs = chosen[["region_code"]].assign(draw=draw).drop_duplicates()
    share = pairs["region_code"].value_counts() * (100.0 / drawn["draw"].nunique())
    codes = candidates[["region_code"]].drop_duplicates(ignore_index=True)
    return codes.assign(percent=codes["region_code"].map(share).fillna(0.0))


def drawn_sites_alt(sites: pd.DataFrame, candidates: pd.DataFrame) -> str:
    """Alt text of the map, from its data."""
    shares = draw_shares(sites, candidates)["percent"]
    moved = [text_of(c, "complex") for c in sites.loc[sites["draw"] == 0, "complex_id"]]
    n, low, high = fmt(len(shares)), fmt(shares.min(), 0), fmt(shares.max(), 0)
    draws = fmt(int(sites["draw"].max()))
    return say(
        id=f"Peta {n} kabupaten/kota tempat lokasi kawasan dapat diundi; masing-masing terpilih dalam {low} "
        f"sampai {high} persen dari {draws} undian. Kompleks yang dipindahkan: {'; '.join(moved)}.",
        en=f"Map of {n} districts where park sites can be drawn; each is chosen in {low} to {high} percent "
        f"of {draws} draws. Complexes that are moved: {'; '.join(moved)}.",
    )


def _extent(sites: pd.DataFrame, candidates: pd.DataFrame) -> Extent:
    lon = [*sites["lon"], *candidates["lon"]]
    lat = [*sites["lat"], *candidates["lat"]]
    return min(lon) - MARGIN, min(lat) - MARGIN, max(lon) + MARGIN, max(lat) + MARGIN


def _edges(percent: pd.Series) -> list[float]:
    """Round edges of at most four classes that hold all shares."""
    low, high = float(percent.min()), float(percent.max())
    for step in STEPS:
        first = math.floor(low / step)
        last = math.floor(high / step) + 1
        if last - first <= 4:
            break
    return [step * i for i in range(first, last + 1)]


def _shades(count: int) -> list[str]:
    """Shades for ``count`` classes, lightest first."""
    from matplotlib.colors import LinearSegmentedColormap, to_hex

    ramp = LinearSegmentedColormap.from_list("shares", style.RINGS[::-1][:3])
    return [to_hex(ramp(i / max(1, count - 1))) for i in range(count)]


def _marks(canvas: MapCanvas, real: pd.DataFrame, example: pd.DataFrame) -> None:
    """Mark the real sites and those of one draw, and explain the marks in the legend."""
    number = int(example["draw"].iloc[0])
    here = say(id="tapak sebenarnya", en="real site")
    there = say(id=f"tapak dalam undian {fmt(number)}", en=f"site in draw {fmt(number)}")
    for kind, table, text in (("real", real, here), ("drawn", example, there)):
        for row in table[["complex_id", "lon", "lat"]].itertuples(index=False):
            x, y = canvas.frame.project(row[1], row[2])
            gid = f"{kind}-{row[0]}"
            canvas.titles[gid] = f"{text_of(row[0], 'complex')}: {text}"
            _mark(canvas.axes, x, y, kind, gid)
    x, y = 12.0, canvas.legend_height - 69
    for kind, text in (("real", here), ("drawn", there)):
        _mark(canvas.legend_axes, x, y, kind, None)
        style.write(canvas.legend_axes, x + 19, y, text)
        x += 19 + style.text_width(text, style.NORMAL) + 34
    canvas.legend_axes.plot((x - 10, x + 14), (y, y), color=style.INK, linewidth=1.0, clip_on=False)
    style.write(canvas.legend_axes, x + 21, y, label("map.province_border"))


def _mark(axes: Any, x: float, y: float, kind: str, gid: str | None) -> None:
    look: dict[str, Any] = {"marker": "o", "markerfacecolor": style.ACCENT, "markersize": 10}
    look |= {"markeredgecolor": style.PAPER, "zorder": 5}
    if kind == "drawn":
        look = {"marker": "D", "markerfacecolor": style.PAPER, "markersize": 8}
        look |= {"markeredgecolor": style.INK, "zorder": 6}
    axes.plot([x], [y], linestyle="", markeredgewidth=1.4, clip_on=False, gid=gid, **look)

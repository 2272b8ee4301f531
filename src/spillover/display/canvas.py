"""The sheet on which maps are drawn: land, borders, names, scale bar and legend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from spillover.display import style
from spillover.display.language import fmt, label, text_of
from spillover.display.placing import Box, nearest_point, place_labels
from spillover.display.shapes import Extent, Frame, as_path, draw_shapes, province_borders
from spillover.display.svg import HALO
from spillover.errors import check_codes, check_columns, check_not_empty, check_unique

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

LEGEND = 92
SEAS = {
    "banda": (127.3, -4.9), "flores": (121.0, -6.25), "halmahera": (130.2, 1.7), "makassar": (118.95, -1.6),
    "molucca": (125.6, -0.6), "seram": (129.6, -2.2), "sulawesi": (121.6, 2.1), "tomini": (121.2, 0.02),
}  # fmt: skip


class MapCanvas:
    """A figure with a map above and a legend below; holds the titles that the districts get."""

    def __init__(
        self,
        regions: pd.DataFrame,
        boundaries: gpd.GeoDataFrame,
        codes: pd.Series,
        extent: Extent,
        where: str,
        legend: float = LEGEND,
    ) -> None:
        check_columns(regions, ["region_code", "name", "province_code"], "regions")
        check_not_empty(codes.to_frame(), where)
        check_unique(codes.to_frame(), ["region_code"], where)
        check_codes(codes, regions["region_code"], where)
        self.frame = Frame(extent)
        self.shapes = draw_shapes(boundaries, self.frame)
        self.province: Mapping[str, str] = regions.set_index("region_code")["province_code"].to_dict()
        self.legend_height = legend
        self.fig = style.new_figure(self.frame.height + legend)
        self.axes = _layer(self.fig, legend, self.frame.height)
        self.titles: dict[str, str] = {}
        self._background(set(codes))

    def _background(self, coloured: set[str]) -> None:
        import shapely
        from matplotlib.patches import Rectangle

        water = Rectangle(
            (0, 0), style.WIDTH, self.frame.height, facecolor=style.WATER, edgecolor="none", clip_on=False
        )
        self.axes.add_patch(water)
        self.land = shapely.union_all(list(self.shapes.values()))
        shapely.prepare(self.land)
        self._patch(self.land, facecolor=style.LAND, edgecolor=style.COAST, linewidth=1.1)
        self.outside = len(coloured - set(self.shapes))

    def _patch(self, shape: Any, **look: Any) -> None:
        from matplotlib.patches import PathPatch

        if not shape.is_empty:
            self.axes.add_artist(PathPatch(as_path(shape), clip_on=False, **look))

    def fill(self, code: str, colour: str, title: str) -> None:
        """Draw one district, if any of it is inside the frame."""
        if code in self.shapes:
            gid = f"region-{code}"
            self.titles[gid] = title
            self._patch(self.shapes[code], facecolor=colour, edgecolor=style.PAPER, linewidth=0.5, gid=gid)

    def borders(self) -> None:
        """Draw province borders, the names of the seas, a scale bar and the neat line."""
        from matplotlib.patches import Rectangle

        lines = province_borders(self.shapes, self.province)
        for colour, width in ((style.PAPER, 2.6), (style.INK, 1.0)):  # cased, to be seen on dark and on light
            self._patch(lines, facecolor="none", edgecolor=colour, linewidth=width)
        neat = Rectangle(
            (0.5, 0.5),
            style.WIDTH - 1,
            self.frame.height - 1,
            facecolor="none",
            edgecolor=style.PALE,
            linewidth=1,
        )
        self.axes.add_patch(neat)
        self._scale_bar()

    def _scale_bar(self) -> None:
        km = max(
            k for k in (1, 2, 5, 10, 20, 50, 100, 200, 500) if self.frame.km_to_units(k) <= 0.2 * style.WIDTH
        )
        length, left, base = self.frame.km_to_units(km), 18, 18
        for start, colour in ((0, style.INK), (0.5, style.PAPER)):
            ends = (left + start * length, left + (start + 0.5) * length)
            self.axes.plot(
                ends, (base, base), color=style.INK, linewidth=5, solid_capstyle="butt", clip_on=False
            )
            inner = (ends[0] + 0.7, ends[1] - 0.7)
            self.axes.plot(
                inner, (base, base), color=colour, linewidth=3.4, solid_capstyle="butt", clip_on=False
            )
        for share in (0, 0.5, 1):
            unit = f" {text_of('km', 'unit')}" if share == 1 else ""
            text = fmt(km * share) + unit
            style.write(
                self.axes,
                left + share * length,
                base + 12,
                text,
                fontsize=style.SMALL,
                ha="center" if share < 1 else "left",
            )

    def legend(self, heading: str, classes: Sequence[tuple[str, str, pd.Series]]) -> None:
        """Write the classes, each with its number of districts, under the map."""
        axes = _layer(self.fig, 0, self.legend_height)
        self.legend_axes = axes
        style.write(axes, 0, self.legend_height - 17, heading, fontweight="bold")
        x = 0.0
        for text, colour, members in classes:
            written = f"{text}  ({fmt(int(members.sum()))})"
            x = self._swatch(x, colour, written)
        self._swatch(x, style.LAND, label("map.other_land"))
        if self.outside:
            text = label("map.outside", n=fmt(self.outside))
            style.write(axes, style.WIDTH, self.legend_height - 17, text, ha="right", color=style.GREY)

    def _swatch(self, x: float, colour: str, text: str) -> float:
        from matplotlib.patches import Rectangle

        y = self.legend_height - 42
        box = Rectangle(
            (x, y - 7), 24, 14, facecolor=colour, edgecolor=style.PALE, linewidth=0.6, clip_on=False
        )
        self.legend_axes.add_patch(box)
        style.write(self.legend_axes, x + 31, y, text)
        return x + 31 + style.text_width(text, style.NORMAL) + 22

    def parks(self, parks: pd.DataFrame, year: int, taken: Sequence[Box] = ()) -> float:
        """Draw the parks, filled if operating, name the complexes, explain the marks in the legend.

        ``taken``: boxes that names keep off. Returns where the legend's line of marks ends.
        """
        for row in parks[["park_id", "x", "y", "operating", "first_operation_year"]].itertuples(index=False):
            gid = f"park-{row[0]}"
            key = "map.park_title_operating" if row[3] else "map.park_title_not_yet"
            values = {"since": row[4]} if row[3] else {"year": year}
            self.titles[gid] = label(key, park=text_of(row[0], "park"), **values)
            _mark(self.axes, row[1], row[2], row[3], gid)
        self._name_seas(self._name_complexes(parks, taken))
        x, y = 12.0, self.legend_height - 69
        for operating, key in ((True, "map.park_operating"), (False, "map.park_not_yet")):
            _mark(self.legend_axes, x, y, operating, "")
            style.write(self.legend_axes, x + 19, y, label(key))
            x += 19 + style.text_width(label(key), style.NORMAL) + 34
        self.legend_axes.plot((x - 10, x + 14), (y, y), color=style.INK, linewidth=1.0, clip_on=False)
        style.write(self.legend_axes, x + 21, y, label("map.province_border"))
        return x + 21 + style.text_width(label("map.province_border"), style.NORMAL)

    def _name_complexes(self, parks: pd.DataFrame, taken: Sequence[Box]) -> list[Box]:
        """Write each complex's name once, at its first operating park, with a leader line."""
        first = parks.sort_values(["operating", "park_id"], ascending=[False, True])
        first = first.drop_duplicates("complex_id")
        marks = [(x - 7, y - 7, x + 7, y + 7) for x, y in zip(parks["x"], parks["y"], strict=True)]
        bar = (0.0, 0.0, 0.24 * style.WIDTH, 44.0)
        placed = place_labels(
            list(zip(first["x"], first["y"], strict=True)),
            [text_of(c, "complex") for c in first["complex_id"]],
            style.NORMAL,
            (6, 6, style.WIDTH - 6, self.frame.height - 6),
            taken=[*marks, bar, *taken],
            land=self.land,
        )
        for spot in placed:
            end = nearest_point(spot.anchor, spot.box)
            for colour, width in ((style.PAPER, 2.6), (style.INK, 0.9)):
                self.axes.plot(*zip(spot.anchor, end, strict=True), color=colour, linewidth=width, zorder=3.5)
            x, y = spot.centre
            style.write(self.axes, x, y, spot.text, ha="center", fontweight="bold", zorder=6, gid=HALO)
        return [*(spot.box for spot in placed), *marks, bar, *taken]

    def _name_seas(self, taken: Sequence[Box]) -> None:
        for sea, place in SEAS.items():
            x, y = self.frame.project(*place)
            text = label(f"sea.{sea}")
            half = style.text_width(text, style.SMALL) / 2 + 3
            box = (x - half, y - 8, x + half, y + 8)
            inside = (
                box[0] > 4
                and box[2] < style.WIDTH - 4
                and self.frame.holds(x, y - 8)
                and self.frame.holds(x, y + 8)
            )
            free = all(box[0] >= b[2] or b[0] >= box[2] or box[1] >= b[3] or b[1] >= box[3] for b in taken)
            if inside and free:
                style.write(
                    self.axes, x, y, text, fontsize=style.SMALL, color=style.SEA, ha="center", style="italic"
                )


def _mark(axes: Any, x: float, y: float, operating: bool, gid: str) -> None:
    look = {"markerfacecolor": style.ACCENT, "markeredgecolor": style.PAPER, "markersize": 10, "zorder": 5}
    if not operating:
        look |= {
            "markerfacecolor": style.PAPER,
            "markeredgecolor": style.ACCENT,
            "markersize": 8,
            "zorder": 4,
        }
    axes.plot([x], [y], marker="o", linestyle="", markeredgewidth=1.4, clip_on=False, gid=gid or None, **look)


def _layer(fig: Any, bottom: float, height: float) -> Any:
    """Return invisible axes across the figure whose data coordinates are its units."""
    axes = style.new_axes(fig, (0, bottom, style.WIDTH, bottom + height))
    axes.set_xlim(0, style.WIDTH)
    axes.set_ylim(0, height)
    axes.axis("off")
    return axes

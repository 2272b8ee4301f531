"""Where the districts lie: by probability of the top three, with parks and capitals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spillover.display import style
from spillover.display.canvas import MapCanvas
from spillover.display.exhibits import Exhibit, figure
from spillover.display.language import fmt, join, label, say
from spillover.display.maps import drawn_parks, shades
from spillover.display.placing import Box, place_labels
from spillover.display.sentra_words import (
    TOP,
    most_probable,
    names_of,
    probability,
    province_name,
    rank_span,
    source_line,
)
from spillover.display.svg import HALO
from spillover.parks import read_parks
from spillover.regions import read_regions
from spillover.sentra.ground import ground_shapes, map_extent

if TYPE_CHECKING:
    import pandas as pd

    from spillover.sentra.study import SentraStudy

EDGES = (0.0, 0.01, 0.10, 0.50, 1.0)


def sentra_map(study: SentraStudy) -> Exhibit:
    """Draw the districts of the province by their probability of the top three, with parks and capitals.

    Examples
    --------
    >>> sentra_map(sentra_study("7200"))  # doctest: +SKIP
    """
    regions, boundaries = read_regions(), ground_shapes(study.facts.ground)
    ranks = study.ranks.set_index("region_code")
    own = boundaries[boundaries["region_code"].isin(ranks.index)]
    canvas = MapCanvas(regions, boundaries, study.ranks["region_code"], map_extent(own), "map sentra_map")
    names = dict(zip(ranks.index, names_of(ranks.index), strict=True))
    classes = []
    for low, high, shade in zip(EDGES, EDGES[1:], reversed(shades(len(EDGES) - 1)), strict=False):
        p = study.ranks["p_top3"]
        inside = (p >= low) & ((p < high) | (high == EDGES[-1]))
        classes.append((_class_text(low, high), shade, inside))
        for code in study.ranks.loc[inside, "region_code"]:
            row = ranks.loc[code]
            place = rank_span(row["rank_low"], row["rank_high"])
            said = say(id=f"peluang tiga besar {probability(row['p_top3'])}, peringkat {place}",
                       en=f"probability of the top three {probability(row['p_top3'])}, rank {place}")  # fmt: skip
            canvas.fill(code, shade, f"{names[code]}: {said}")
    canvas.borders()
    canvas.legend(label("sentra.map_legend"), classes)
    seats = _capitals(canvas, study)
    parks = drawn_parks(read_parks(), study.year, canvas.frame)
    marks = [(x - 7, y - 7, x + 7, y + 7) for x, y in zip(parks["x"], parks["y"], strict=True)]
    taken = _district_names(canvas, names, [*seats, *marks])
    end = canvas.parks(parks, study.year, taken)
    _seat(canvas.legend_axes, end + 34, canvas.legend_height - 69)
    style.write(canvas.legend_axes, end + 44, canvas.legend_height - 69, label("column.capital"))
    first = most_probable(study).head(TOP)
    top = join(
        f"{name} {probability(p)}"
        for name, p in zip(names_of(first["region_code"]), first["p_top3"], strict=True)
    )
    return figure(
        canvas.fig,
        titles=canvas.titles,
        name="sentra_map",
        title=say(
            id=f"Peluang masuk tiga besar potensi sentra IKM, {province_name(study)}{_shown(parks, seats, 'id')}, {study.year}",
            en=f"Probability of the top three in potential for an SME centre, {province_name(study)}{_shown(parks, seats, 'en')}, {study.year}",
        ),
        source=source_line(
            study, *study.criteria["measure"], also=["sentra_criteria", "capitals", "boundaries"]
        ),
        alt=say(
            id=f"Peta kabupaten/kota yang makin gelap makin besar peluangnya; tertinggi {top}.",
            en=f"Map of districts, darker for a larger probability; highest {top}.",
        ),
        note=say(
            id="Peluang menurut jumlah berbobot. Urutan dan kisarannya ada di tabel peringkat.",
            en="Probability by weighted sum. Rank intervals stand in the table of ranks.",
        ),
    )


def _shown(parks: pd.DataFrame, seats: list[Box], lang: str) -> str:
    """What the map shows beside districts."""
    both = {"id": ("dengan kawasan", "dengan ibu kota", "dengan kawasan dan ibu kota"),
            "en": ("with parks", "with capitals", "with parks and capitals")}[lang]  # fmt: skip
    if parks.empty and not seats:
        return ""
    return ", " + both[2 if len(parks) and seats else 0 if len(parks) else 1]


def _class_text(low: float, high: float) -> str:
    if low == 0:
        return f"<{fmt(high, 0, percent=True)}"
    return f"{fmt(100 * low, 0)}–{fmt(high, 0, percent=True)}"


def _capitals(canvas: MapCanvas, study: SentraStudy) -> list[Box]:
    """Draw the capitals that have a point; return their boxes."""
    seats: pd.DataFrame = study.facts.access.drop_duplicates("region_code").dropna(subset=["capital_lon"])
    boxes = []
    for number, row in enumerate(seats.itertuples()):
        x, y = canvas.frame.project(row.capital_lon, row.capital_lat)
        gid = f"capital-{number}"
        canvas.titles[gid] = str(row.capital)
        _seat(canvas.axes, x, y, gid)
        boxes.append((x - 5, y - 5, x + 5, y + 5))
    return boxes


def _seat(axes: Any, x: float, y: float, gid: str = "") -> None:
    axes.plot([x], [y], marker="s", markersize=5.5, markerfacecolor=style.PAPER, markeredgecolor=style.INK,
              markeredgewidth=1.3, linestyle="", clip_on=False, zorder=4, gid=gid or None)  # fmt: skip


def _district_names(canvas: MapCanvas, names: dict[str, str], marks: list[Box]) -> list[Box]:
    """Write the districts' names inside or beside them, not on others; return the boxes they fill."""
    import shapely

    shapes = {code: canvas.shapes[code] for code in names if code in canvas.shapes}
    points = {code: shapely.point_on_surface(max(shape.geoms, key=lambda part: part.area))
              for code, shape in shapes.items()}  # fmt: skip
    placed = place_labels(
        [(point.x, point.y) for point in points.values()],
        [names[code] for code in points],
        style.SMALL,
        (6, 6, style.WIDTH - 6, canvas.frame.height - 6),
        reach=(0, 8, 16, 26, 38, 54),
        taken=marks,
        land=canvas.land,
        homes=list(shapes.values()),
    )
    for spot in placed:
        style.write(
            canvas.axes, *spot.centre, spot.text, fontsize=style.SMALL, ha="center", zorder=6, gid=HALO
        )
    return [spot.box for spot in placed]

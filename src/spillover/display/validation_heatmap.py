"""Size and coverage of every estimator and error in simulated designs, as shaded cells with their figures."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Unpack

from spillover.display import style
from spillover.display.exhibits import Caption, Exhibit, check_caption, figure
from spillover.display.language import MISSING, fmt, is_missing, label
from spillover.errors import DataError, check_columns, check_not_empty

if TYPE_CHECKING:
    import pandas as pd

NOMINAL = 0.05
WITHIN = 0.015  # from the nominal rate: right, as far as 2,000 simulations can tell
ROW, HEAD, ABOVE, BELOW = 21.0, 25.0, 56.0, 34.0
ORANGES = ("#fdeee2", "#f2b483", "#d55e00", "#7a3600")
COLUMNS = {
    "rejection_rate": ("rarely", "right", "often"),
    "coverage": ("low_coverage", "right_coverage", "high_coverage"),
    "power": ("low_power", "middle_power", "high_power"),
}
# Rates shown in the key.
KEY_RATES = {
    "rejection_rate": (0.005, 0.05, 0.25),
    "coverage": (0.75, 0.95, 0.995),
    "power": (0.3, 0.65, 1.0),
}
ENOUGH, HALF = 0.8, 0.5  # shares found: the usual aim, and one that is missed as often as not


def validation_heat_map(
    table: pd.DataFrame, column: str = "rejection_rate", **caption: Unpack[Caption]
) -> Exhibit:
    """Draw how often each method rejects a true null, holds the truth, or finds a planted effect.

    Rows are estimators and ways to judge their errors, columns are designs: errors independent or linked,
    by number of exposed districts. A white cell is right, an orange one claims too much (rejects too
    often, holds the truth too rarely), a blue one too little.

    Parameters
    ----------
    table : DataFrame
        As from `spillover.validation.results.read_coverage`: one row per design, estimator and inference.
    column : {"rejection_rate", "coverage", "power"}
        Power says something only of methods that do not reject too often: choose their rows.
    **caption
        As for `spillover.display.exhibits.figure`; the title must say that the outcomes are simulated.

    Raises
    ------
    DataError
        An empty table, an unknown column, or a title that does not say that these are simulations.

    Examples
    --------
    >>> title = "Simulated false rejections, Sulawesi and Maluku"
    >>> validation_heat_map(table, name="size", title=title, source="…", alt="…")  # doctest: +SKIP
    """
    check_caption(caption)
    where = f"figure {caption['name']}"
    check_columns(table, ["errors", "n_exposed", "estimator", "inference"], where)
    check_not_empty(table, where)
    if column not in COLUMNS:
        raise DataError(where, "unknown column", [column], f"use {', '.join(COLUMNS)}")
    if "simula" not in caption["title"].lower():
        raise DataError(where, "a title that does not say simulated", [caption["title"]], "say it")
    groups = {
        e: list(rows["inference"].drop_duplicates()) for e, rows in table.groupby("estimator", sort=False)
    }
    designs = list(table[["errors", "n_exposed"]].drop_duplicates().itertuples(index=False, name=None))
    values = table.set_index(["errors", "n_exposed", "estimator", "inference"])[column].to_dict()
    names = [label(f"validation.inference.{i}") for i in table["inference"].unique()]
    left = max(style.text_width(name, style.SMALL) for name in names) + 26
    inside = sum(HEAD + ROW * len(inference) for inference in groups.values())
    height = inside + ABOVE + BELOW + 2  # the rule under the last row
    fig = style.new_figure(height)
    axes = style.new_axes(fig, (0, 0, style.WIDTH, height))
    axes.axis("off")
    axes.set_xlim(0, style.WIDTH)
    axes.set_ylim(height - BELOW, -BELOW)
    width = (style.WIDTH - 2 - left) / len(designs)
    _designs_above(axes, designs, left, width)
    titles: dict[str, str] = {}
    y = ABOVE
    for estimator, inferences in groups.items():
        style.write(axes, 0, y + HEAD / 2 + 2, label(f"validation.estimator.{estimator}"), fontweight="bold")
        y += HEAD
        for inference in inferences:
            name = label(f"validation.inference.{inference}")
            style.write(axes, 12, y + ROW / 2, name, fontsize=style.SMALL)
            for number, design in enumerate(designs):
                gid = f"cell-{len(titles)}"
                box = (left + number * width, y, width, ROW)
                written = _cell(axes, box, values.get((*design, estimator, inference)), column, gid)
                titles[gid] = f"{label(f'validation.estimator.{estimator}')}, {name}: {written}"
            y += ROW
    _key(axes, column)
    return figure(fig, titles=titles, **caption)


def _shade(rate: float, column: str) -> Any:
    """Colour of a rate: how many times too often (orange) or too rarely (blue) the method rejects."""
    from matplotlib.colors import LinearSegmentedColormap

    if column == "power":
        return style.PAPER if rate >= ENOUGH else ORANGES[1 if rate >= HALF else 2]
    wrong = 1 - rate if column == "coverage" else rate
    if abs(wrong - NOMINAL) <= WITHIN + 1e-12:
        return style.PAPER
    times = math.log(max(wrong, 0.002) / NOMINAL) / math.log(10)
    scale = ORANGES if times > 0 else style.BLUES[1:4]
    return LinearSegmentedColormap.from_list("wrong", scale)(min(abs(times), 1.0))


def _cell(axes: Any, box: tuple[float, float, float, float], rate: Any, column: str, gid: str) -> str:
    from matplotlib.patches import Rectangle

    x, y, width, height = box
    missing = rate is None or is_missing(rate)
    colour = style.PAPER if missing else _shade(float(rate), column)
    patch = Rectangle((x, y), width, height, facecolor=colour, edgecolor=style.RULE, linewidth=0.8, gid=gid)
    axes.add_patch(patch)
    text = MISSING if missing else fmt(100 * float(rate), 1)
    ink = style.ink_on(colour)
    style.write(axes, x + width / 2, y + height / 2 + 0.5, text, ha="center", fontsize=10, color=ink)
    return text if missing else f"{text}%"


def _designs_above(axes: Any, designs: list[tuple[str, int]], left: float, width: float) -> None:
    style.write(
        axes, left - 10, 46, label("validation.exposed"), ha="right", fontsize=style.SMALL, color=style.GREY
    )
    for number, (_, n_exposed) in enumerate(designs):
        style.write(
            axes, left + (number + 0.5) * width, 46, fmt(n_exposed), ha="center", fontsize=style.SMALL
        )
    for errors in dict.fromkeys(e for e, _ in designs):
        mine = [i for i, (e, _) in enumerate(designs) if e == errors]
        low, high = left + mine[0] * width, left + (mine[-1] + 1) * width
        text = label(f"validation.errors.{errors}")
        size = min(
            style.SMALL, style.SMALL * (high - low - 6) / style.text_width(text, style.SMALL, bold=True)
        )
        style.write(axes, (low + high) / 2, 22, text, ha="center", fontsize=size, fontweight="bold")
        axes.plot([low + 3, high - 3], [34, 34], color=style.GREY, linewidth=0.8)


def _key(axes: Any, column: str) -> None:
    from matplotlib.patches import Rectangle

    text = label(f"validation.legend.{column}")
    style.write(axes, 0, -BELOW + 12, text, color=style.GREY, fontsize=style.SMALL)
    x = style.text_width(text, style.SMALL) + 14
    for rate, name in zip(KEY_RATES[column], COLUMNS[column], strict=True):
        box = Rectangle(
            (x, -BELOW + 6), 18, 12, facecolor=_shade(rate, column), edgecolor=style.PALE, linewidth=0.6
        )
        axes.add_patch(box)
        said = label(f"validation.{name}")
        style.write(axes, x + 23, -BELOW + 12, said, fontsize=style.SMALL, color=style.GREY)
        x += style.text_width(said, style.SMALL) + 36

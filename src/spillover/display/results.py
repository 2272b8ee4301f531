"""Estimates as a table and as a plot: the one place that knows the columns of the table ``estimates``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Unpack

from spillover.display import style
from spillover.display.exhibits import Caption, Exhibit, TableCaption, check_caption, figure
from spillover.display.language import MISSING, fmt, fmt_interval, fmt_p, is_missing, label, text_of
from spillover.display.method_labels import method_label
from spillover.display.tables import Column, table, with_raw
from spillover.errors import check_columns, check_not_empty

if TYPE_CHECKING:
    import pandas as pd

FEW_EXPOSED = 10
MARK = "\N{NO-BREAK SPACE}†"
PLOTTED = ("outcome", "term", "estimate", "conf_low", "conf_high", "n_exposed")
TABLED = (*PLOTTED, "std_error", "p_value", "n_regions", "n_obs", "n_clusters", "vcov", "ssc")
TEXT_RIGHT = 790.0
ROW, HEADING = 30.0, 34.0


def term_label(term: object) -> str:
    """Return the words for a model term: a ring, a measure, or whatever the catalogue has; else the term."""
    return text_of(str(term), "ring", "term", "column", "measure", "indicator")


def few_exposed(estimates: pd.DataFrame) -> pd.Series:
    """Mark the rows resting on so few exposed regions that the usual standard errors fail (fewer than 10)."""
    exposed = estimates["n_exposed"].astype("Float64")
    return estimates["estimate"].notna() & (exposed < FEW_EXPOSED).fillna(False).astype(bool)


def estimate_table(
    estimates: pd.DataFrame,
    *,
    columns: Mapping[str, Column | str] | None = None,
    unit: str = "log_points",
    decimals: int = 3,
    **caption: Unpack[TableCaption],
) -> Exhibit:
    """Show the estimates of one or more models, intervals and relocation p beside them.

    A dagger marks every design with fewer than ten exposed regions, and the note says what that means. If a
    term stands there under several methods of inference, a column names them.

    Parameters
    ----------
    estimates : DataFrame
        The table ``estimates`` (outcome, term, estimate, std_error, conf_low, conf_high, p_value,
        p_relocation, n_exposed, n_regions, n_obs, n_clusters, vcov, ssc; ``p_relocation`` may be absent).
    columns : mapping, optional
        Further columns of ``estimates`` to show after the term (``{"model": "model"}``).
    unit : str
        Unit of estimates, standard errors and intervals.

    Raises
    ------
    DataError
        Missing columns or no rows.
    """
    where = f"table {caption['name']}"
    check_columns(estimates, TABLED, where)
    check_not_empty(estimates, where)
    shown = estimates.copy()
    few = few_exposed(shown)
    shown["term"] = [
        term_label(t) + (MARK if mark else "") for t, mark in zip(shown["term"], few, strict=True)
    ]
    shown["outcome"] = [term_label(outcome) for outcome in shown["outcome"]]
    if "p_relocation" not in shown:
        shown["p_relocation"] = float("nan")
    shown["interval"] = [
        fmt_interval(*row, decimals) for row in zip(shown["conf_low"], shown["conf_high"], strict=True)
    ]
    several = estimates["outcome"].nunique() > 1
    layout: dict[str, Column | str] = {"outcome": "outcome"} if several else {}
    extra = dict(columns or {})
    one_term = bool(extra) and not several and len(shown) > 1 and estimates["term"].nunique() == 1
    if one_term:  # said once, in the note; the mark moves to the column that tells the rows apart
        first = next(iter(extra))
        shown[first] = [f"{v}{MARK if mark else ''}" for v, mark in zip(shown[first], few, strict=True)]
    layout |= extra if one_term else {"term": "term", **extra}
    methods = _several_methods(estimates)
    if methods:
        shown["vcov"] = [method_label(str(v)) for v in shown["vcov"]]
        layout["vcov"] = "method"
    for name in ("estimate", "std_error"):
        layout[name] = Column(name, unit, decimals)
    layout["interval"] = Column("interval", unit, kind="interval")
    for name in ("p_value", "p_relocation"):
        layout[name] = Column(name, "probability", kind="p")
    same = _constant(estimates)
    for name, of in {
        "n_exposed": "region",
        "n_regions": "region",
        "n_obs": "count",
        "n_clusters": "count",
    }.items():
        if name not in same and not (name == "n_clusters" and _one_cluster_per_region(estimates)):
            layout[name] = Column(name, of, 0, kind="number")
    note = caption.get("note", "")
    if one_term:
        note = f"{note} {label('table.term', term=term_label(estimates['term'].iloc[0]))}".strip()
    full: TableCaption = {**caption, "note": _estimate_note(estimates, few, note)}
    exhibit = table(shown, columns=layout, **full)
    return with_raw(exhibit, estimates)


def _several_methods(estimates: pd.DataFrame) -> bool:
    """Tell whether one term of one specification stands there under several methods of inference."""
    key = [c for c in ("spec_id", "outcome", "term") if c in estimates]
    return bool(estimates.groupby(key, dropna=False)["vcov"].nunique().max() > 1)


def _words(text: str, column: str) -> str:
    """A covariance or small-sample convention in words; a longer name of a method by its parts."""
    found = text_of(text, column)
    return method_label(text) if found == text and column == "vcov" else found


def _constant(estimates: pd.DataFrame) -> list[str]:
    """Counts that are the same in every row: they are said once, in the note."""
    counts = ("n_regions", "n_obs", "n_clusters")
    if len(estimates) < 2:
        return []
    return [c for c in counts if estimates[c].notna().all() and estimates[c].nunique() == 1]


def _one_cluster_per_region(estimates: pd.DataFrame) -> bool:
    known = estimates.dropna(subset=["n_clusters", "n_regions"])
    return bool((known["n_clusters"].astype(int) == known["n_regions"].astype(int)).all())


def _estimate_note(estimates: pd.DataFrame, few: pd.Series, note: str) -> str:
    parts = [note.strip()]
    if estimates["outcome"].nunique() == 1:
        parts.append(label("table.outcome", outcome=term_label(estimates["outcome"].iloc[0])))
    for column in ("ssc",) if _several_methods(estimates) else ("vcov", "ssc"):
        used = list(dict.fromkeys(_words(str(v), column) for v in estimates[column].dropna() if str(v)))
        if used:
            parts.append(
                label("table.inference" if column == "vcov" else "table.ssc", **{column: "; ".join(used)})
            )
    counts = [f"{label(f'column.{c}')}: {fmt(estimates[c].iloc[0], 0)}." for c in _constant(estimates)]
    parts += counts
    if few.any():
        parts.append(label("table.few_exposed", n=FEW_EXPOSED))
        if "p_relocation" not in estimates or estimates.loc[few, "p_relocation"].isna().any():
            parts.append(label("table.few_without_relocation"))
    return " ".join(part for part in parts if part)


def coefficient_plot(
    estimates: pd.DataFrame, *, unit: str = "log_points", decimals: int = 2, **caption: Unpack[Caption]
) -> Exhibit:
    """Draw estimates with their 95 % intervals around zero, the figures written at the right.

    Parameters
    ----------
    estimates : DataFrame
        outcome, term, estimate, conf_low, conf_high, n_exposed, and p_relocation if there is one; drawn in
        the order given, one heading per outcome. A dagger marks fewer than ten exposed regions.
    unit : str
        Unit of the estimates: a key of ``unit.*`` or the text itself.
    decimals : int
        Decimals of the figures at the right.

    Raises
    ------
    DataError
        Missing columns or no rows.

    Examples
    --------
    >>> coefficient_plot(est, name="did", title="…", source="…", alt="…")  # doctest: +SKIP
    """
    check_caption(caption)
    check_columns(estimates, PLOTTED, f"figure {caption['name']}")
    check_not_empty(estimates.dropna(subset=["estimate"]), f"figure {caption['name']}")
    estimates = estimates.reset_index(drop=True)
    groups = list(estimates.groupby("outcome", sort=False))
    inside = len(groups) * HEADING + len(estimates) * ROW + 8
    fig = style.new_figure(inside + 92)
    few = few_exposed(estimates)
    terms = [term_label(t) + (MARK if mark else "") for t, mark in zip(estimates["term"], few, strict=True)]
    widest = max(style.text_width(text, style.NORMAL) for text in terms)
    axes = style.new_axes(fig, (min(290.0, widest + 34), 54, 478, 54 + inside))
    _prepare(axes, estimates, inside, unit)
    backing = {"facecolor": style.PAPER, "edgecolor": "none", "pad": 2}  # keeps the zero line off the heading
    place = inside
    for outcome, rows in groups:
        place -= HEADING
        _beside(axes, place + 4, [(0, "left", term_label(outcome))], fontweight="bold", bbox=backing)
        for row in rows.assign(label=[terms[i] for i in rows.index]).to_dict("records"):
            place -= ROW
            _draw_estimate(axes, place + ROW / 2, row, decimals)
    heads = [(600, "right", label("column.estimate_interval")), (690, "right", label("column.p_relocation")),
             (TEXT_RIGHT, "right", label("column.exposed"))]  # fmt: skip
    _beside(axes, inside + 14, heads, color=style.GREY, fontsize=style.SMALL)
    note = " ".join(
        filter(
            None, [caption.get("note", ""), label("table.few_exposed", n=FEW_EXPOSED) if few.any() else ""]
        )
    )
    full: Caption = {**caption, "note": note}
    return figure(fig, **full)


def _prepare(axes: Any, estimates: pd.DataFrame, inside: float, unit: str) -> None:
    low, high = min(0.0, estimates["conf_low"].min()), max(0.0, estimates["conf_high"].max())
    margin = 0.06 * ((high - low) or 1)
    axes.set_xlim(low - margin, high + margin)
    axes.set_ylim(0, inside)
    axes.set_yticks([])
    axes.axvline(0, color=style.INK, linewidth=1)
    axes.grid(axis="x", color=style.RULE, linewidth=1)
    style.number_axis(axes.xaxis)
    axes.set_xlabel(text_of(unit, "unit"), fontsize=style.NORMAL, color=style.GREY, labelpad=6)


def _draw_estimate(axes: Any, y: float, row: Mapping[Any, Any], decimals: int) -> None:
    colour = style.SERIES[0]
    if not is_missing(row["estimate"]):
        ends = (row["conf_low"], row["conf_high"])
        axes.plot(ends, (y, y), color=colour, linewidth=2, solid_capstyle="butt")
        axes.plot([row["estimate"]], [y], marker="o", markersize=8, color=colour, markeredgecolor=style.PAPER)
    interval = fmt_interval(row["conf_low"], row["conf_high"], decimals)
    texts = [
        (0, "left", row["label"]),
        (600, "right", MISSING if interval == MISSING else f"{fmt(row['estimate'], decimals)} {interval}"),
        (690, "right", fmt_p(row.get("p_relocation"))),
        (TEXT_RIGHT, "right", fmt(row["n_exposed"], 0)),
    ]
    _beside(axes, y, texts)


def _beside(axes: Any, y: float, texts: list[tuple[float, str, str]], **look: Any) -> None:
    """Write texts at heights of the axes but at places (units from the figure's left edge) outside them."""
    from matplotlib.transforms import blended_transform_factory

    across = blended_transform_factory(axes.figure.transFigure, axes.transData)
    for x, side, text in texts:
        style.write(axes, x / style.WIDTH, y, text, ha=side, transform=across, **look)

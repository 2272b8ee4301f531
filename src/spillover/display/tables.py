"""Tables: HTML for the page, CSV for the machine, LaTeX for the paper, all from one DataFrame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING, Any, Literal, Unpack

from spillover.display.exhibits import Exhibit, TableCaption, check_caption, frame
from spillover.display.language import (
    MISSING,
    fmt,
    fmt_p,
    fmt_year,
    get_language,
    is_missing,
    label,
    text_of,
)
from spillover.display.latex import latex_table
from spillover.errors import DataError, check_columns, check_not_empty

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["number", "text", "year", "p", "interval"]
CSV_DIGITS = 8
SHORT = 16  # characters of text that are kept on one line


@dataclass(frozen=True)
class Column:
    """How one column is shown.

    Parameters
    ----------
    label : str
        Key of the catalogue (``"column.distance_km"``, or ``"distance_km"`` for short) or the text itself.
    unit : str
        Key of ``unit.*`` or the text itself; every column of numbers has one.
    decimals : int, optional
        Decimals of all its numbers; without it none for whole numbers, else one.
    kind : {"number", "text", "year", "p", "interval"}, optional
        Without it, by the column's dtype; an interval is text already, set like a number.
    values : str, optional
        Namespace of the catalogue in which text values are looked up (``"status"``, ``"ring"``).
    """

    label: str
    unit: str = ""
    decimals: int | None = None
    kind: Kind | None = None
    values: str = ""


def table(
    df: pd.DataFrame, *, columns: Mapping[str, Column | str] | None = None, **caption: Unpack[TableCaption]
) -> Exhibit:
    """Show a DataFrame as a table; the first column names the rows.

    Parameters
    ----------
    df : DataFrame
        One row per row of the table.
    columns : mapping, optional
        Column of ``df`` → :class:`Column`, or its label for text; in the order shown. Without it all columns,
        labelled by ``column.*``.
    **caption
        ``name``, ``title``, ``source``, optional ``note``.

    Raises
    ------
    DataError
        No rows, an unknown column, or a column of numbers without unit.

    Examples
    --------
    >>> table(parks, columns={"name": "name", "distance_km": Column("distance_km", "km", 0)},
    ...       name="parks", title="Kawasan nikel, 2024", source="…")  # doctest: +SKIP
    """
    check_caption(caption)
    where = f"table {caption['name']}"
    shown = {
        name: c if isinstance(c, Column) else Column(c)
        for name, c in (columns or dict.fromkeys(df, "")).items()
    }
    check_columns(df, list(shown), where)
    check_not_empty(df, where)
    specs = [_complete(df[name], name, column) for name, column in shown.items()]
    unitless = [
        name for name, c in zip(shown, specs, strict=True) if c.kind == "number" and not c.unit.strip()
    ]
    if unitless:
        raise DataError(
            where, "columns of numbers without unit", unitless, "give Column(label, unit, decimals)"
        )
    texts = [[_text(value, c) for value in df[name]] for name, c in zip(shown, specs, strict=True)]
    rows = list(zip(*texts, strict=True))
    note = caption.get("note", "").strip()
    if any(cell == MISSING for row in rows for cell in row):
        note = f"{note} {label('table.missing')}".strip()
    full = {**caption, "note": note}
    return Exhibit(
        kind="table",
        name=caption["name"],
        title=caption["title"],
        lang=get_language(),
        html=frame("table", _html(specs, rows, caption["title"]), full),
        csv=_csv(df[list(shown)]),
        latex=latex_table([(c.label, c.unit) for c in specs], [_right(c) for c in specs], rows, full),
        plain=_plain(specs, rows, full),
    )


def _complete(values: pd.Series, name: str, column: Column) -> Column:
    """Fill in what the caller left open: texts in the current language, kind and decimals by the values."""
    from pandas.api.types import is_bool_dtype, is_integer_dtype, is_numeric_dtype

    numeric = is_numeric_dtype(values) and not is_bool_dtype(values)
    kind = column.kind or ("year" if numeric and name == "year" else "number" if numeric else "text")
    whole = is_integer_dtype(values) or bool((values.dropna() % 1 == 0).all()) if numeric else True
    return Column(
        label=text_of(column.label or name, "column", "measure", "indicator"),
        unit=text_of(column.unit, "unit") if column.unit else "",
        decimals=column.decimals if column.decimals is not None else 0 if whole else 1,
        kind=kind,
        values=column.values,
    )


def _text(value: Any, column: Column) -> str:
    if is_missing(value) or value == "":
        return MISSING
    if column.kind == "number":
        return fmt(value, column.decimals)
    if column.kind == "year":
        return fmt_year(value)
    if column.kind == "p":
        return fmt_p(value)
    if isinstance(value, bool):
        return label("word.yes" if value else "word.no")
    return text_of(str(value), column.values) if column.values else str(value)


def _right(column: Column) -> bool:
    return column.kind != "text"


def _html(specs: list[Column], rows: list[tuple[str, ...]], title: str) -> str:
    heads, cells = [], []
    for column, texts in zip(specs, zip(*rows, strict=True), strict=True):
        side = ' class="number" style="text-align:right' if _right(column) else ' style="text-align:left'
        whole = ";white-space:nowrap" if _right(column) or max(map(len, texts)) <= SHORT else ""
        unit = f'<br><span class="unit">({escape(column.unit)})</span>' if column.unit else ""
        heads.append(f'<th scope="col"{side}">{escape(column.label)}{unit}</th>')
        cells.append([f'{side}{whole}">{escape(text)}' for text in texts])
    body = [
        f'<tr><th scope="row"{first}</th>{"".join(f"<td{cell}</td>" for cell in rest)}</tr>'
        for first, *rest in zip(*cells, strict=True)
    ]
    return "\n".join(
        [
            f'<div class="table-scroll" tabindex="0" role="region" aria-label="{escape(title)}">',
            f"<table>\n<thead><tr>{''.join(heads)}</tr></thead>\n<tbody>",
            *body,
            "</tbody>\n</table></div>",
        ]
    )


def _csv(df: pd.DataFrame) -> str:
    """Raw values under the DataFrame's column names, at eight significant digits (others differ by CPU)."""
    return str(df.to_csv(index=False, float_format=f"%.{CSV_DIGITS}g", lineterminator="\n"))


def _plain(specs: list[Column], rows: list[tuple[str, ...]], caption: Mapping[str, Any]) -> str:
    heads = [f"{c.label} ({c.unit})" if c.unit else c.label for c in specs]
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]

    def line(cells: tuple[str, ...] | list[str]) -> str:
        aligned = (
            cell.rjust(w) if _right(c) else cell.ljust(w)
            for cell, w, c in zip(cells, widths, specs, strict=True)
        )
        return "  ".join(aligned).rstrip()

    lines = [f"{label('word.table')} {caption['name']}: {caption['title']}", line(heads), *map(line, rows)]
    return "\n".join([*lines, f"{label('word.source')}: {caption['source']}"])


def with_raw(exhibit: Exhibit, raw: pd.DataFrame) -> Exhibit:
    """Give the CSV the raw table, not the one with texts in it."""
    return replace(exhibit, csv=_csv(raw))

"""One estimate under every method of inference, in words that a district officer understands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Unpack

from spillover.display.exhibits import Exhibit, TableCaption
from spillover.display.language import fmt, fmt_interval, is_missing, label, text_of
from spillover.display.method_labels import OFTEN, SELDOM, SHORT, method_label, method_sign
from spillover.display.results import FEW_EXPOSED, MARK, few_exposed, term_label
from spillover.display.tables import Column, table, with_raw
from spillover.errors import check_columns, check_not_empty

if TYPE_CHECKING:
    import pandas as pd

NEEDED = ("outcome", "term", "estimate", "std_error", "conf_low", "conf_high", "p_value",
          "n_exposed", "vcov", "ssc")  # fmt: skip
FEW_YEARS = 40
NOT_COMPUTABLE = "not computable: "
REMARKS = {"beyond the map": "table.beyond_the_map", "no two places within": "table.no_neighbours"}


def inference_table(
    rows: pd.DataFrame, *, unit: str = "log_points", decimals: int = 3, **caption: Unpack[TableCaption]
) -> Exhibit:
    """Show estimates with one row per method of inference: standard error, interval and p-value.

    Parameters
    ----------
    rows : DataFrame
        Rows of `estimates`, as from `add_inference`: outcome, term, estimate, std_error, conf_low, conf_high,
        p_value, n_exposed, vcov, ssc.
    unit : str
        Unit of estimates, standard errors and intervals.
    decimals : int

    Returns
    -------
    Exhibit
        Columns for outcome and term only if there are several. With fewer than ten exposed regions ‡ marks
        methods that reject too often, § those that seldom reject, and † the term; with fewer than 40 years ¶
        marks Driscoll-Kraay. The note says what they mean, and why an empty row is empty. The CSV holds the
        rows as they are.

    Raises
    ------
    DataError
        Missing columns or no rows.

    Examples
    --------
    >>> inference_table(rows, name="inference", title="…", source="…")  # doctest: +SKIP
    """
    where = f"table {caption['name']}"
    check_columns(rows, NEEDED, where)
    check_not_empty(rows, where)
    shown, few = rows.copy(), few_exposed(rows)
    signs = _signs(rows, few)
    shown["method"] = [method_label(v) + s for v, s in zip(rows["vcov"], signs, strict=True)]
    shown["term"] = [term_label(t) + (MARK if m else "") for t, m in zip(rows["term"], few, strict=True)]
    shown["outcome"] = [term_label(outcome) for outcome in rows["outcome"]]
    ends = zip(shown["conf_low"], shown["conf_high"], strict=True)
    shown["interval"] = [fmt_interval(*pair, decimals) for pair in ends]
    several = [name for name in ("outcome", "term") if rows[name].nunique() > 1]
    layout: dict[str, Column | str] = {name: name for name in [*several, "method"]}
    layout |= {name: Column(name, unit, decimals) for name in ("estimate", "std_error")}
    layout["interval"] = Column("interval", unit, kind="interval")
    layout["p_value"] = Column("p_value", "probability", kind="p")
    if "term" in several:
        layout["n_exposed"] = Column("n_exposed", "region", 0, kind="number")
    note = _note(rows, few, signs, several, caption.get("note", ""))
    full: TableCaption = {**caption, "note": note}
    return with_raw(table(shown, columns=layout, **full), rows)


def _signs(rows: pd.DataFrame, few: pd.Series) -> list[str]:
    """Signs of the rows' methods where they apply: with few exposed regions, or with few years."""
    signs = []
    for row, mark in zip(rows.to_dict("records"), few, strict=True):
        sign, years = method_sign(row["vcov"]), row.get("n_clusters")
        short = is_missing(years) or years < FEW_YEARS
        signs.append(sign if (short if sign == SHORT else mark) else "")
    return signs


def _note(rows: pd.DataFrame, few: pd.Series, signs: list[str], several: list[str], note: str) -> str:
    parts = [note.strip()]
    if "outcome" not in several:
        parts.append(label("table.outcome", outcome=term_label(rows["outcome"].iloc[0])))
    if "term" not in several:
        exposed = rows["n_exposed"].iloc[0]
        parts.append(f"{term_label(rows['term'].iloc[0])}.")
        parts.append("" if is_missing(exposed) else label("table.n_exposed", n=fmt(exposed, 0)))
    if "term" in several and few.any():
        parts.append(label("table.few_exposed", n=FEW_EXPOSED))
    meanings = {OFTEN: ("often", FEW_EXPOSED), SELDOM: ("seldom", FEW_EXPOSED), SHORT: ("short", FEW_YEARS)}
    parts += [label(f"table.rejects_{key}", n=n) for sign, (key, n) in meanings.items() if sign in signs]
    if rows[["conf_low", "conf_high"]].abs().max(axis=None) == float("inf"):
        parts.append(label("table.unbounded"))
    parts += [label(key) for said, key in REMARKS.items() if rows["vcov"].str.contains(said).any()]
    empty = rows["ssc"].fillna("").str.startswith(NOT_COMPUTABLE) | (
        rows["std_error"].isna() & rows["p_value"].isna() & rows["estimate"].notna()
    )
    reasons = dict.fromkeys((method_label(r.vcov), _reason(r.ssc, r.vcov)) for r in rows[empty].itertuples())
    parts += [label("table.not_computable", method=method, reason=reason) for method, reason in reasons]
    return " ".join(part for part in parts if part)


def _reason(ssc: str, vcov: str) -> str:
    """Why a method has no numbers, in words."""
    if match := re.search(r"\w+ (?P<name>\S+) alone identifies", ssc):
        return label("reason.alone", name=match["name"])
    if match := re.search(r"exposure that differs inside a (?P<unit>\w+)", ssc):
        return label("reason.paths", unit=text_of(match["unit"], "grouping"))
    if "the variance is not positive" in vcov:
        return label("reason.variance")
    return label("reason.design")

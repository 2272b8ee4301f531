"""Cumulative claims as yearly flows, with the bounds that they prove and no more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from math import inf
from typing import TypedDict, Unpack

import pandas as pd

from spillover.errors import DataError, check_columns
from spillover.partnerships.averages import average_per_year
from spillover.partnerships.bounds import row_bounds
from spillover.partnerships.columns import CURVE, LEDGER_COLUMNS, is_rate, split_list
from spillover.partnerships.curves import Claim, Curve
from spillover.partnerships.dates import Stretch, stretch, year_end
from spillover.partnerships.ledger import read_programmes, wider_programmes

__all__ = ["FLOW_COLUMNS", "average_per_year", "cumulative_curve", "to_flow"]

WHERE = "to_flow"
FLOW_COLUMNS = (
    "year", "flow_low", "flow_high", "unit", "stage", "n_claims", "binding_low", "binding_high", "assumption",
    "complete",
)  # fmt: skip
# One curve has one each of these; counterparts are worded differently by each source.
_ONE = (*(name for name in CURVE if name not in ("programme", "measure")), "basis")


def to_flow(
    ledger: pd.DataFrame,
    programme: str,
    measure: str,
    *,
    unit: str | None = None,
    wider: bool | Iterable[str] = True,
    conflicts: str = "refuse",
    as_if_year_end: Iterable[str] | Mapping[str, int] = (),
) -> pd.DataFrame:
    """Turn the cumulative claims of one programme into a flow for each calendar year, as bounds.

    The cumulative sum C is 0 before its counting starts and never falls. A claim's lower bound holds from
    the last day that its as_of can mean, its upper bound until the first. So the flow of a year lies between
    L(end) - U(start) and U(end) - L(start), where L and U are the best bounds in force. Figures that were
    superseded still say what was true at their time; they are never added.

    Parameters
    ----------
    ledger : DataFrame
        As from `read_ledger`.
    programme, measure : str
    unit : str, optional
        Needed only where the measure is reported in several.
    wider : bool or iterable of str
        Claims of programmes that contain this one bound it from above: those that `read_programmes` calls
        wider (default), those named here, or none (False). They must be counted from the same day or
        earlier; if their start is not known they say nothing.
    conflicts : {"refuse", "widen"}
        What to do with claims of one conflict group that contradict each other: raise, or only hold that one
        of the group is true (assumption ``conflict_widened``). If all claims are of one group they may also
        differ in period_start; the sum is then 0 before the earliest.
    as_if_year_end : iterable of entry_id, or mapping of entry_id to year
        Claims to be read as of 31 December of the year before (or of that year), because their text
        speaks of whole years (assumption ``read_as_year_end``).

    Returns
    -------
    DataFrame
        One row per calendar year from that of period_start to that of the last as_of: the columns of
        ``FLOW_COLUMNS``. flow_high is ``inf`` where nothing bounds it. n_claims counts the claims whose as_of
        can lie in the year. binding_low and binding_high name the claims that make the bounds (";").
        assumption holds slugs joined by ";": wider_scope_upper_bound, read_as_year_end, conflict_widened,
        about_ten_percent. complete is False for a last year that ends after the last as_of.

    Raises
    ------
    DataError
        No cumulative claims, no start of counting; several units, stages, bases, actors, regions or starts;
        claims that contradict each other.

    Examples
    --------
    >>> from spillover.partnerships.ledger import read_ledger
    >>> claims = read_ledger()
    >>> flows = to_flow(claims, "iwip_umkm", "contract_value")
    >>> bool((flows["flow_low"] <= flows["flow_high"]).all())
    True
    """
    curve, own = cumulative_curve(
        ledger, programme, measure, unit=unit, wider=wider, conflicts=conflicts, as_if_year_end=as_if_year_end
    )
    ends = max(c.days.last for c in curve.claims if not c.wider)
    rows = [_year_row(curve, year) for year in range(curve.start.year, ends.year + 1)]
    table = pd.DataFrame(rows).assign(unit=own["unit"], stage=own["stage"])
    table["complete"] = table["year"].map(lambda year: year_end(year) <= ends)
    return table[list(FLOW_COLUMNS)]


class Choices(TypedDict, total=False):
    """Keyword arguments of `to_flow`."""

    unit: str | None
    wider: bool | Iterable[str]
    conflicts: str
    as_if_year_end: Iterable[str] | Mapping[str, int]


def cumulative_curve(
    ledger: pd.DataFrame, programme: str, measure: str, **choices: Unpack[Choices]
) -> tuple[Curve, pd.Series]:
    """The curve that the claims of one programme allow, and its first claim (unit, stage, …).

    Parameters
    ----------
    ledger, programme, measure, **choices
        As for `to_flow`.

    Examples
    --------
    >>> from datetime import date
    >>> from spillover.partnerships.ledger import read_ledger
    >>> curve, _ = cumulative_curve(read_ledger(), "iwip_umkm", "contract_value")
    >>> curve.lower(date(2024, 12, 31)).value
    699500000000.0
    """
    check_columns(ledger, list(LEDGER_COLUMNS), WHERE)
    conflicts = choices.get("conflicts", "refuse")
    if conflicts not in ("refuse", "widen"):
        raise DataError(WHERE, "unknown choice of conflicts", [conflicts], "use refuse or widen")
    own = _own_claims(ledger, programme, measure, choices.get("unit"), widen=conflicts == "widen")
    start = min(own["period_start"], key=stretch)
    names = _wider(programme, choices.get("wider", True))
    others = _wider_claims(ledger, names, own.iloc[0], stretch(start).first)
    as_of = _year_ends(choices.get("as_if_year_end", ()), [*own["entry_id"], *others["entry_id"]])
    claims = [_claim(row, as_of, False) for row in own.to_dict("records")]
    claims += [_claim(row, as_of, True) for row in others.to_dict("records")]
    curve = Curve(claims, stretch(start).first, widen=conflicts == "widen")
    curve.check(WHERE)
    return curve, own.iloc[0]


def _own_claims(
    ledger: pd.DataFrame, programme: str, measure: str, unit: str | None, *, widen: bool = False
) -> pd.DataFrame:
    """The claims of one curve; parts of a total are not of it."""
    chosen = ledger["programme"].eq(programme) & ledger["measure"].eq(measure)
    if unit is not None:
        chosen &= ledger["unit"].eq(unit)
    own = ledger[chosen & ledger["part_of"].eq("")]
    if own.empty:
        remedy = "choose a programme and a measure that stand together in the ledger"
        raise DataError(WHERE, "no claims", [f"{programme}/{measure}"], remedy)
    _check_one_curve(own, widen)
    if own["basis"].iloc[0] != "cumulative":
        remedy = "flows need no turning; a stock cannot be turned into flows"
        raise DataError(WHERE, "claims that are not cumulative", own["entry_id"], remedy)
    if is_rate(own["unit"].iloc[0]):
        raise DataError(WHERE, "rates are no sums", own["entry_id"], "choose a measure that is counted up")
    if own["period_start"].eq("").any():
        remedy = "where the source does not say since when it counts, no yearly flow can be found"
        raise DataError(WHERE, "claims without a start of counting", own["entry_id"], remedy)
    return own


def _check_one_curve(own: pd.DataFrame, widen: bool) -> None:
    """Raise unless claims are of one curve; with ``widen`` they may dispute its start."""
    disputed = set.intersection(*(set(split_list(text)) for text in own["conflict"]))
    for name in _ONE:
        several = list(dict.fromkeys(own[name]))
        if len(several) > 1 and not (name == "period_start" and widen and disputed):
            shown = [f"{name}={text!r}" for text in several]
            first = f"ledger[ledger[{name!r}] == {several[0]!r}]"
            remedy = f"give unit={several[0]!r}" if name == "unit" else f"choose one first: {first}"
            raise DataError(WHERE, f"claims that differ in {name} are no one curve", shown, remedy)


def _wider(programme: str, wider: bool | Iterable[str]) -> list[str]:
    """Ids of the programmes that contain this one."""
    if wider is True:
        return wider_programmes(programme, read_programmes())
    return [] if wider is False else list(wider)


def _wider_claims(ledger: pd.DataFrame, names: list[str], own: pd.Series, start: date) -> pd.DataFrame:
    """Their claims on the same measure, unit, stage and basis that are counted from no later day."""
    chosen = ledger["programme"].isin(names) & ledger["part_of"].eq("") & ledger["period_start"].ne("")
    for name in ("measure", "unit", "stage", "basis"):
        chosen &= ledger[name].eq(own[name])
    found = ledger[chosen]
    since = [stretch(text).first <= start for text in found["period_start"]]
    return found[pd.Series(since, index=found.index, dtype=bool)]


def _year_ends(asked: Iterable[str] | Mapping[str, int], known: Iterable[str]) -> dict[str, int | None]:
    """Year at whose end each named claim shall be read; None for the year before its as_of."""
    if isinstance(asked, str):
        asked = [asked]
    years = dict(asked) if isinstance(asked, Mapping) else dict.fromkeys(asked)
    unknown = sorted(set(years) - set(known))
    if unknown:
        remedy = "name entry_ids of this programme and measure"
        raise DataError(WHERE, "as_if_year_end names other claims", unknown, remedy)
    return years


def _claim(row: Mapping[str, object], as_of: Mapping[str, int | None], wider: bool) -> Claim:
    """A row as a bound on the curve."""
    entry, days = str(row["entry_id"]), stretch(str(row["as_of"]))
    slugs = ["wider_scope_upper_bound"] if wider else []
    if entry in as_of:
        given = as_of[entry]
        end = year_end(days.first.year - 1 if given is None else given)
        days, slugs = Stretch(end, end), [*slugs, "read_as_year_end"]
    if row["qualifier"] == "about":
        slugs.append("about_ten_percent")
    return Claim(entry, days, row_bounds(row), wider, str(row["conflict"]), tuple(slugs))


def _year_row(curve: Curve, year: int) -> dict[str, object]:
    """Bounds of the flow in one calendar year."""
    before, end = year_end(year - 1), year_end(year)
    low_end, up_end = curve.lower(end), curve.upper(end)
    low_before, up_before = curve.lower(before), curve.upper(before)
    by_low = [low_end, up_before] if low_end.value > up_before.value else []
    by_high = [up_end, low_before] if up_end.value < inf else []
    slugs = {slug for bound in (*by_low, *by_high) for slug in bound.slugs}
    return {
        "year": year,
        "flow_low": max(0.0, low_end.value - up_before.value),
        "flow_high": up_end.value - low_before.value if by_high else inf,
        "n_claims": sum(c.days.first.year <= year <= c.days.last.year for c in curve.claims),
        "binding_low": _joined(name for bound in by_low for name in bound.entries),
        "binding_high": _joined(name for bound in by_high for name in bound.entries),
        "assumption": _joined(sorted(slugs)),
    }


def _joined(names: Iterable[str]) -> str:
    return ";".join(dict.fromkeys(names))

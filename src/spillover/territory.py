"""Values of one set of districts as values of another: exact sums, weighted means, exact parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, Context, Decimal, localcontext
from typing import Any

import pandas as pd

from spillover.errors import DataError

# From best to worst: a sum is as good as its worst part.
STATUSES = ("final", "revised", "preliminary", "very_preliminary", "backcast", "estimated")
AVERAGED = ("rate", "per_head")
DIGITS = 15  # a float holds every decimal number of so many digits
EXACT = Context(prec=60)
WHOLE = Decimal(1)

Row = dict[str, Any]
Part = tuple[str, Decimal | None]  # a district, and which fraction of it (None: not known)
Parts = dict[str, list[Part]]  # older district → the younger ones that lie in it

UNSHARED = "a district with two parents has no known shares"
UNWEIGHTED_MEAN = "rates and values per head need a weight to be combined"
UNWEIGHTED_SPLIT = "values of undivided districts need a weight to be split"
RATE_SPLIT = "a rate or value per head of a whole district says nothing of its parts"
NO_WEIGHT = "districts without weight"
ZERO_WEIGHT = "the weights of the parts sum to zero"
OUT_OF_TIME = "values of districts that did not exist then"
REMEDY = {
    UNSHARED: "give shares={('9205', '9105'): …, ('9205', '9202'): …}, or leave the district (to split, its "
    "parents) out of the table: what it belonged to is missing then",
    UNWEIGHTED_MEAN: "give weight=, a long table of what they are relative to (population; for a rate also "
    "labour force or households)",
    RATE_SPLIT: "ask for the year of the table or an earlier one",
    UNWEIGHTED_SPLIT: "give weight=, a long table of one indicator (population) of the districts of the year "
    "asked for",
    NO_WEIGHT: "give the weight of every part, for the row's year or one single year for all rows",
    ZERO_WEIGHT: "use another weight",
    OUT_OF_TIME: "say territory='today' for a series on today's districts, or the year of its districts",
}


@dataclass(frozen=True)
class Plan:
    """The weights, and what had to be refused: offenders by problem, collected until the end."""

    weight: str  # its indicator, "" if there is none
    weights: Mapping[tuple[str, int], Decimal]
    weight_year: int | None  # the one year that serves all rows
    problems: dict[str, list[str]] = field(default_factory=dict)

    def refuse(self, problem: str, offender: str) -> None:
        self.problems.setdefault(problem, []).append(offender)

    def check(self) -> None:
        """Raise the first problem, with all its offenders."""
        for problem, offenders in self.problems.items():
            raise DataError("to_vintage", problem, offenders, REMEDY[problem])

    def weigh(self, parts: Sequence[Part], year: int) -> list[Decimal]:
        """Weight of each part; [] and a problem if one is missing or all are zero."""
        at = self.weight_year or year
        lacking = [code for code, _ in parts if (code, at) not in self.weights]
        for code in lacking:
            self.refuse(NO_WEIGHT, f"{code}/{at}")
        if lacking:
            return []
        found = [self.weights[code, at] * (fraction or Decimal(0)) for code, fraction in parts]
        if sum(found) > 0:
            return found
        self.refuse(ZERO_WEIGHT, f"{', '.join(code for code, _ in parts)} in {at}")
        return []

    def source(self, year: int) -> str:
        """What the weights are, for the column ``derived``."""
        return f"{self.weight} {self.weight_year or year}"


def aggregate(found: dict[str, Row], parts: Parts, kind: str, plan: Plan) -> list[Row]:
    """Rows of the older districts: what is whole as it is, else the sum or the weighted mean of its parts."""
    rows = []
    for target, members in parts.items():
        here = [found[code] for code, _ in members if code in found]
        if here and members == [(target, WHOLE)]:
            rows.append(here[0])
        elif here:
            made = here[0] | {"region_code": target, "status": _worst(here), "missing_reason": ""}
            rows += _combined(made, here, members, kind, plan)
    return rows


def _combined(made: Row, here: list[Row], members: list[Part], kind: str, plan: Plan) -> list[Row]:
    """The row of a whole, ``made`` but for its value; [] where that is refused."""
    codes = ", ".join(code for code, _ in members)
    how = f"mean of {codes} by {plan.source(made['year'])}" if kind in AVERAGED else f"sum of {codes}"
    made = made | {"derived": _noted(here, how)}
    fractions = [fraction for _, fraction in members if fraction is not None]
    if len(here) < len(members) or any(pd.isna(row["value"]) for row in here):
        return [made | {"value": float("nan"), "missing_reason": _reason(here, len(members))}]
    if len(fractions) < len(members):
        plan.refuse(UNSHARED, f"{made['region_code']}/{made['year']}")
        return []
    if kind in AVERAGED and not plan.weight:
        plan.refuse(UNWEIGHTED_MEAN, f"{made['indicator']} {made['region_code']}/{made['year']}")
        return []
    weights = plan.weigh(members, made["year"]) if kind in AVERAGED else fractions
    if not weights:
        return []
    total = sum((decimal(r["value"]) * w for r, w in zip(here, weights, strict=True)), Decimal(0))
    value = total / sum(weights) if kind in AVERAGED else total
    status = "estimated" if any(fraction != 1 for fraction in fractions) else made["status"]
    return [made | {"value": float(value), "status": status}]


def split(found: dict[str, Row], parts: Parts, kind: str, plan: Plan) -> list[Row]:
    """Rows of the younger districts: what is whole as it is, else its share of each parent's value."""
    pieces: dict[str, list[Row]] = {}
    homes = Counter(code for members in parts.values() for code, _ in members)
    for source, members in parts.items():
        for piece in _pieces(found[source], members, kind, plan) if source in found else []:
            pieces.setdefault(piece["region_code"], []).append(piece)
    rows = []
    for code, here in pieces.items():
        if len(here) == homes[code] == 1:
            rows.append(here[0])
        elif len(here) < homes[code] or any(pd.isna(row["value"]) for row in here):
            reason = _reason(here, homes[code])
            rows.append(here[0] | {"value": float("nan"), "missing_reason": reason})
        else:
            rows.append(here[0] | {"value": float(sum(decimal(row["value"]) for row in here))})
    return rows


def _pieces(row: Row, members: list[Part], kind: str, plan: Plan) -> list[Row]:
    """One parent's row as rows of its children; [] where that is refused."""
    name = f"{row['indicator']} {row['region_code']}/{row['year']}"
    if members == [(row["region_code"], WHOLE)]:
        return [row]
    if pd.isna(row["value"]):
        return [row | {"region_code": code} for code, _ in members]
    if kind in AVERAGED:
        plan.refuse(RATE_SPLIT, name)
    elif not plan.weight:
        plan.refuse(UNWEIGHTED_SPLIT, name)
    elif any(fraction is None for _, fraction in members):
        plan.refuse(UNSHARED, name)
    elif weights := plan.weigh(members, row["year"]):
        values = allocate(decimal(row["value"]), weights, whole=kind == "count")
        note = _noted([row], f"split by {plan.source(row['year'])}")
        made = row | {"status": "estimated", "derived": note}
        pairs = zip(members, values, strict=True)
        return [made | {"region_code": code, "value": float(value)} for (code, _), value in pairs]
    return []


def allocate(total: Decimal, weights: list[Decimal], *, whole: bool) -> list[Decimal]:
    """Divide ``total`` by ``weights`` so that the parts sum to it exactly (largest remainders).

    Parts have as many digits as a float can hold beside ``total``; with ``whole``, parts of a whole number
    are whole numbers. The weights are not negative and not all zero.

    Examples
    --------
    >>> allocate(Decimal(10), [Decimal(1)] * 3, whole=True)
    [Decimal('4'), Decimal('3'), Decimal('3')]
    """
    with localcontext(EXACT):
        if whole and total == total.to_integral_value() and total.adjusted() < DIGITS:
            unit = Decimal(1)
        else:
            exponent = int(total.normalize().as_tuple().exponent)
            unit = Decimal(1).scaleb(min(exponent, total.adjusted() - DIGITS + 1))
        exact = [total * weight / sum(weights) for weight in weights]
        parts = [part.quantize(unit, ROUND_FLOOR) for part in exact]
        left = int((total - sum(parts)) / unit)
        for i in sorted(range(len(parts)), key=lambda i: parts[i] - exact[i])[:left]:
            parts[i] += unit
    return parts


def decimal(value: float) -> Decimal:
    """The number as printed: the shortest decimal that a float stands for."""
    return Decimal(repr(float(value)))


def _worst(rows: list[Row]) -> str:
    return STATUSES[max(STATUSES.index(row["status"]) for row in rows)]


def _noted(rows: list[Row], note: str) -> str:
    """``note`` after what earlier calls noted on the rows."""
    return "; ".join([*dict.fromkeys(row["derived"] for row in rows if row["derived"]), note])


def _reason(rows: list[Row], expected: int) -> str:
    """Why the whole is missing: the reason of its missing parts where they agree."""
    reasons = {row["missing_reason"] or "not_available" for row in rows if pd.isna(row["value"])}
    if len(rows) < expected:
        reasons.add("not_available")
    return reasons.pop() if len(reasons) == 1 else "not_available"

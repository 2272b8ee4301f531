"""Methods of inference in words that a district officer understands, and what each is known to do wrong."""

from __future__ import annotations

import re
from typing import NamedTuple

from spillover.display.language import fmt, label, text_of

OFTEN, SELDOM, SHORT = "\N{NO-BREAK SPACE}‡", "\N{NO-BREAK SPACE}§", "\N{NO-BREAK SPACE}¶"


class Kind(NamedTuple):
    """How the column ``vcov`` names a method, its label, and its sign with few exposed regions (or years)."""

    pattern: re.Pattern[str]
    label: str
    sign: str


def _kind(pattern: str, key: str, sign: str = "") -> Kind:
    return Kind(re.compile(pattern), f"method.{key}", sign)


# The signs rest on simulations with few exposed regions (of the project's validation), and for the wild
# bootstrap on MacKinnon and Webb (2018, Econometrics Journal 21(2)).
KINDS = (
    _kind(r"clustered by (?P<unit>\w+)", "cluster", OFTEN),
    _kind(r"CR2 by (?P<unit>\w+)", "cr2"),
    _kind(r"CR3 by (?P<unit>\w+)", "cr3"),
    _kind(r"(?P<name>HC[0-3])", "hetero", OFTEN),
    _kind(
        r"wild cluster bootstrap by (?P<unit>\w+), \w+ weights, all (?P<draws>\d+) draws", "wild_all", SELDOM
    ),
    _kind(r"wild cluster bootstrap by (?P<unit>\w+), \w+ weights, (?P<draws>\d+) draws", "wild", SELDOM),
    _kind(r"wild cluster bootstrap by (?P<unit>\w+)", "wild_plain", SELDOM),
    _kind(r"Conley (?P<km>[\d.]+) km, \w+, lag (?P<lag>\d+)", "conley_lag", OFTEN),
    _kind(r"Conley (?P<km>[\d.]+) km", "conley", OFTEN),
    _kind(r"Driscoll-Kraay, lag (?P<lag>\d+)", "driscoll_kraay", SHORT),
    _kind(r"permutation of (?P<unit>\w+)( within \w+)?, all (?P<draws>\d+) deals", "permutation_all"),
    _kind(r"permutation of (?P<unit>\w+)( within \w+)?, (?P<draws>\d+) draws", "permutation"),
    _kind(r"permutation of (?P<unit>\w+)", "permutation_plain"),
    _kind(r"cohort permutation of (?P<unit>\w+), all (?P<draws>\d+) deals", "cohort_all"),
    _kind(r"cohort permutation of (?P<unit>\w+), (?P<draws>\d+) draws", "cohort"),
    _kind(r"cohort permutation of (?P<unit>\w+)", "cohort_plain"),
    _kind(r"relocation, (?P<draws>\d+) draws", "relocation"),
    _kind(r"simulated, \d+ of (?P<draws>\d+) draws.*clustered by (?P<unit>\w+)", "simulated"),
    _kind(r"Romano-Wolf over (?P<tests>\d+) tests, (?P<draws>\d+) draws", "romano_wolf"),
)


def method_label(vcov: str) -> str:
    """Return plain words for a method of inference as the column ``vcov`` names it; else that text itself.

    Examples
    --------
    >>> method_label("clustered by province_code")  # doctest: +SKIP
    'Per kelompok provinsi (cara biasa)'
    """
    found = _find(vcov)
    if found is None:
        return text_of(vcov, "vcov")
    kind, parts = found
    shown = {name: _part(name, value) for name, value in parts.items()}
    return label(kind.label, **shown)


def method_sign(vcov: str) -> str:
    """Return the sign of what a method is known to do wrong, or "".

    ‡ rejects too often with few exposed regions, § seldom rejects with exposure in one or two clusters, ¶
    rejects too often with few years.
    """
    found = _find(vcov)
    return "" if found is None else found[0].sign


def _find(vcov: str) -> tuple[Kind, dict[str, str]] | None:
    for kind in KINDS:
        if match := kind.pattern.match(vcov):
            return kind, match.groupdict()
    return None


def _part(name: str, value: str) -> str:
    """One part of a method's name: a unit in words, a number as the language writes it."""
    if name == "unit":
        return text_of(value, "grouping")
    return value if name == "name" else fmt(float(value))

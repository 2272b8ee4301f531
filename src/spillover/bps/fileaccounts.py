"""The account of one file: what was read, set aside, missing or refused, and what a person should know."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from spillover.bps.measures import Declared
from spillover.bps.rows import Cleaned
from spillover.bps.titles import SIZES, Known, name_indicator
from spillover.errors import DataError, printable

if TYPE_CHECKING:
    from spillover.bps.streaming import BigTable


@dataclass(frozen=True)
class FileAccount:
    """What happened to one file: its tables with what was set aside, or why it was refused.

    ``sha256`` is that of the file as it was read; ``declared`` what a person said of it; ``number_style``
    how each of its tables writes numbers ("id", "en", or "plain" where the style makes no difference);
    ``remarks`` what was accepted but should be looked at.
    """

    file: str
    source_id: str
    sha256: str = ""
    title: str = ""
    note: str = ""
    declared: dict[str, str] = field(default_factory=dict)
    number_style: list[str] = field(default_factory=list)
    cells: int = 0
    missing: dict[str, int] = field(default_factory=dict)
    set_aside: dict[str, int] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    disagreements: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def account_of(
    path: Path,
    source_id: str,
    tables: Sequence[Cleaned],
    declared: Declared,
    catalogue: tuple[Known, ...],
) -> FileAccount:
    """The account of a file that was read whole."""
    missing = Counter(reason for table in tables for reason in table.missing_reason if reason)
    aside: Counter[str] = Counter()
    for table in tables:
        aside.update(table.set_aside)
    remarks = [line for table in tables for line in table.remarks]
    remarks += [
        line
        for table in tables
        for line in _unused(table.title, set(table.indicator), set(table.year), declared, catalogue)
    ]
    return FileAccount(
        printable(str(path)),
        source_id,
        sha256=digest_of(path),
        title="; ".join(dict.fromkeys(t.title for t in tables if t.title)),
        note="; ".join(dict.fromkeys(t.note for t in tables if t.note)),
        declared=said_of(declared),
        number_style=[_style(t.number_style) for t in tables],
        cells=sum(len(t.value) for t in tables),
        missing=dict(missing),
        set_aside=dict(aside),
        remarks=list(dict.fromkeys(remarks)),
        disagreements=[line for t in tables for line in t.disagreements],
    )


def account_of_big(
    path: Path, source_id: str, big: BigTable, declared: Declared, catalogue: tuple[Known, ...]
) -> FileAccount:
    """The account of a file that was read in parts, after the last part."""
    return FileAccount(
        printable(str(path)),
        source_id,
        sha256=digest_of(path),
        title=big.title,
        note=big.note,
        declared=said_of(declared),
        number_style=[_style(big.number_style)],
        cells=big.cells,
        missing=dict(big.missing),
        set_aside=dict(big.set_aside),
        remarks=[*big.remarks, *_unused(big.title, set(), set(), declared, catalogue)],
        disagreements=big.disagreements,
    )


def said_of(declared: Declared) -> dict[str, str]:
    """What a person said, without what was left to the file.

    Examples
    --------
    >>> said_of(Declared(unit="orang"))
    {'unit': 'orang'}
    """
    usual = Declared._field_defaults
    return {name: text for name, text in declared._asdict().items() if text != usual[name]}


def digest_of(path: Path) -> str:
    """Hex sha256 of a file of any size."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        remedy = "leave the file where it is, and run it again"
        raise DataError(path.name, f"went while it was read: {error.strerror}", remedy=remedy) from error


def _style(style: str) -> str:
    return "plain" if style == "auto" else style


def _unused(
    title: str, indicators: set[str], years: set[int], declared: Declared, catalogue: tuple[Known, ...]
) -> list[str]:
    """What a table says otherwise than declared, where one of the two had to count."""
    lines = []
    named = _known_in(title, catalogue)
    if declared.indicator and named and declared.indicator not in _with_sizes(named):
        lines.append(f"named {declared.indicator} as declared; its title says {named}: {title!r}")
    if declared.year and years and int(declared.year) not in years:
        span = ", ".join(map(str, sorted(years)))
        lines.append(f"the declared year {declared.year} was not used: the table says {span}")
    return lines


def _with_sizes(name: str) -> set[str]:
    return {name, *(f"{name}_{size}" for size in SIZES.values())}


def _known_in(title: str, catalogue: tuple[Known, ...]) -> str:
    """The indicator of the catalogue that a title names, "" if none."""
    try:
        known = name_indicator(title, "", "", catalogue).known if title else None
    except DataError:
        return ""
    return known.indicator if known else ""

"""The one error of the project, and the few checks that every reader uses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

SHOWN = 5


class DataError(ValueError):
    """Bad data, said so that the reader can mend it.

    Parameters
    ----------
    where : str
        The table or file.
    problem : str
        What is wrong, in a few words, without a final full stop.
    offenders : iterable, optional
        The rows, codes or names at fault; they are counted and the first five are shown.
    remedy : str
        What to do.

    Examples
    --------
    >>> raise DataError("regions.csv", "unknown region code", ["9999"], "use BPS 4-digit codes")
    Traceback (most recent call last):
    ...
    spillover.errors.DataError: regions.csv: unknown region code (1: 9999). To mend it: use BPS 4-digit codes.
    """

    def __init__(
        self, where: str, problem: str, offenders: Iterable[Any] | None = None, remedy: str = ""
    ) -> None:
        self.where = where
        self.problem = problem
        self.offenders = [str(o) for o in offenders] if offenders is not None else []
        self.remedy = remedy
        message = f"{where}: {problem}"
        if self.offenders:
            first = ", ".join(self.offenders[:SHOWN])
            more = ", …" if len(self.offenders) > SHOWN else ""
            message += f" ({len(self.offenders)}: {first}{more})"
        if remedy:
            message += f". To mend it: {remedy.rstrip('.')}"
        super().__init__(printable(message + "."))


def printable(text: str) -> str:
    """A text in one line that any screen takes: what cannot be shown, in names of files too, becomes "�".

    Examples
    --------
    >>> printable("two\\nlines \\udce9")
    'two lines �'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else " " if c.isspace() else "\ufffd" for c in text)


def check_columns(table: pd.DataFrame, columns: Sequence[str], where: str, *, exact: bool = False) -> None:
    """Raise unless ``table`` has ``columns`` (and, with ``exact``, no others)."""
    missing = [c for c in columns if c not in table.columns]
    if missing:
        raise DataError(where, "missing columns", missing, f"the table needs {', '.join(columns)}")
    unknown = [c for c in table.columns if c not in columns]
    if exact and unknown:
        raise DataError(
            where, "unknown columns", unknown, f"remove or rename them; known are {', '.join(columns)}"
        )


def check_not_empty(table: pd.DataFrame, where: str) -> None:
    """Raise if ``table`` has no rows."""
    if len(table) == 0:
        raise DataError(
            where, "the table is empty", remedy="restore the file, or check the filter that made it"
        )


def check_unique(table: pd.DataFrame, key: Sequence[str], where: str) -> None:
    """Raise if rows share a ``key``."""
    double = table[table.duplicated(list(key), keep="first")]
    if len(double):
        offenders = ["/".join(map(str, row)) for row in double[list(key)].itertuples(index=False)]
        raise DataError(where, f"duplicate key {'/'.join(key)}", offenders, "keep one row for each key")


def check_rows(
    table: pd.DataFrame, bad: pd.Series, key: Sequence[str], where: str, problem: str, remedy: str
) -> None:
    """Raise if any row is marked ``bad`` (boolean, aligned with ``table``); missing marks count as bad."""
    wrong = table[bad.fillna(True).astype(bool).to_numpy()]
    if len(wrong):
        offenders = ["/".join(map(str, row)) for row in wrong[list(key)].itertuples(index=False)]
        raise DataError(where, problem, offenders, remedy)


def check_codes(codes: Iterable[str], known: Iterable[str], where: str) -> None:
    """Raise if a region code is not among the ``known`` ones."""
    known = set(known)
    unknown = sorted({str(c) for c in codes} - known)
    if unknown:
        raise DataError(
            where,
            "unknown region codes",
            unknown,
            "use today's BPS codes as in data/reference/regions.csv (7203, not 72.06)",
        )

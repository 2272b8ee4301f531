"""Rows of a ledger with their lines in the file, and the errors that name them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import pandas as pd

from spillover.errors import DataError
from spillover.partnerships.columns import LEDGER_COLUMNS

# No decimal begins like a thousand with a separator, but for 0.125.
_GROUPED = re.compile(r"[1-9][0-9]*\.[0-9]{3}")
_PLAIN = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE]\+?[0-9]+)?")


class Rows(NamedTuple):
    """A ledger ready for its checks.

    Attributes
    ----------
    table : DataFrame
        The ledger, indexed by line in the file; value and value_high are floats (NaN where they are no
        number), value_text and value_high_text what stands in their cells, value_grouped and
        value_high_grouped whether that is a text such as 1.000, which may mean a thousand.
    where : str
        The table or file, for messages.
    """

    table: pd.DataFrame
    where: str

    @classmethod
    def of(cls, table: pd.DataFrame, where: str) -> Rows:
        """A ledger as read, or as a user made it: missing texts are empty, numbers may be texts."""
        lines = [int(i) + 2 for i in table.index] if _counts(table.index) else range(2, len(table) + 2)
        texts = {name: table[name].map(_text) for name in LEDGER_COLUMNS}
        made = pd.DataFrame({name: list(cells) for name, cells in texts.items()}, dtype="str")
        made.index = pd.Index(lines, name="line")
        for name in ("value", "value_high"):
            made[f"{name}_text"] = made[name]
            made[f"{name}_grouped"] = [
                isinstance(cell, str) and bool(_GROUPED.fullmatch(cell)) for cell in table[name]
            ]
            plain = made[name].str.fullmatch(_PLAIN.pattern)
            made[name] = pd.to_numeric(made[name].where(plain), errors="coerce").astype("float64")
        return cls(made, where)

    def sound(self, errors: Iterable[DataError]) -> Rows:
        """The rows that no error names."""
        named = {int(o.split()[1]) for error in errors for o in error.offenders}
        return self._replace(table=self.table[~self.table.index.isin(named)])


def problem(
    rows: Rows, bad: pd.Series, what: str, remedy: str, show: Sequence[str] = ()
) -> Iterator[DataError]:
    """One error if any row is ``bad`` (aligned with the table); it shows the cells ``show`` of each."""
    marked = bad.to_numpy(dtype=bool)
    if marked.any():
        wrong = rows.table[marked]
        names = [name.removesuffix("_text") for name in show]
        cells = wrong[list(show)].itertuples(index=False)
        offenders = [
            " ".join(
                [f"line {line} {entry}", *(f"{n}={c!r}" for n, c in zip(names, row, strict=True))]
            ).rstrip()
            for line, entry, row in zip(wrong.index, wrong["entry_id"], cells, strict=True)
        ]
        yield DataError(rows.where, what, offenders, remedy)


def _counts(index: pd.Index) -> bool:
    """Whether an index can be the count of a file's rows."""
    return pd.api.types.is_integer_dtype(index.dtype) and index.is_unique and bool((index >= 0).all())


def _text(cell: object) -> str:
    """A cell as text; missing is empty, a whole float has no decimals."""
    if cell is None or cell is pd.NA or cell != cell:
        return ""
    if isinstance(cell, float):
        return f"{cell:.0f}" if cell.is_integer() else repr(float(cell))
    return str(cell)

"""Big CSV tables in long form, cleaned in bounded memory, with the result of reading them whole.

Twice through the file. First a digest is collected: every row that shows something new: a region, a year, a
measure, a kind of number. It is laid out and judged as any sheet is, by the same rules, and so decides
columns, names, units and the style of numbers for the whole file. Then the rows are cleaned, a stretch at a
time. In memory are the digest, one stretch, and eight bytes for each row and cell. What cannot be decided
so is refused.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from spillover.bps.bigbody import HEAD_ROWS, Begin, Body, Stretch, find_begin, is_long
from spillover.bps.body import said_in_row, with_kind
from spillover.bps.clean import Rules, find_rules
from spillover.bps.csvstream import CsvRows, open_rows
from spillover.bps.digest import (
    Digest,
    collect,
    heading_columns,
    places_of,
    region_columns,
    texts_in,
)
from spillover.bps.headers import Said
from spillover.bps.layout import lay_out
from spillover.bps.limits import SPLIT_TABLES
from spillover.bps.measures import Declared
from spillover.bps.remarks import accepted_by_code
from spillover.bps.repeats import find_repeated
from spillover.bps.rows import Cleaned
from spillover.bps.sheets import Cells
from spillover.bps.table import Places, Table
from spillover.bps.titles import Known
from spillover.bps.totals import RunningTotals
from spillover.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

# Rows of a stretch: more take more memory and no less time.
CHUNK_ROWS = 10_000
# How often the columns may be understood anew from the digest.
_ATTEMPTS = 3
_ROW = re.compile(r"\brow (\d+)(?=, column|$| ')")


class BigTable:
    """A big table whose columns, names, units and style of numbers are decided; its rows are still on disk.

    Attributes
    ----------
    title, note, number_style, remarks
        As in `Cleaned`.
    cells, missing, set_aside : int, Counter, Counter
        Cells kept, those without a value by reason, and cells set aside: of the parts cleaned so far.
    disagreements : list of str
        Totals that are not the sum of their parts, after the last part.
    """

    def __init__(
        self, body: Callable[[], Body], begin: Begin, digest: Digest, rules: Rules, table: Table
    ) -> None:
        self.title, self.note, self.number_style = table.title, table.note, rules.style
        self.remarks = accepted_by_code(table.labels, rules.regions)
        self.set_aside: Counter[str] = Counter()
        self.missing: Counter[str] = Counter()
        self.disagreements: list[str] = []
        self.cells = 0
        self._body, self._begin, self._rules = body, begin, rules
        self._repeated: set[int] = set()
        self.layout = replace(table, row=[], said=[], text=[], numeric=[], place=[])
        self._regions, self._headings = dict(digest.regions), dict(digest.headings)
        self.rows_of, self.said_of = _row_places(digest, begin, table), _said(digest, begin, table)

    def leave_out(self, repeated: set[int]) -> None:
        """Set cells aside, numbered through the table, because others say the same or more."""
        self._repeated = repeated

    def tables(self) -> Iterator[Table]:
        """The table in parts, rows of a stretch each; their cells as printed."""
        for stretch in self._body().stretches():
            yield self._part(stretch)

    def parts(self) -> Iterator[Cleaned]:
        """Cleaned parts; what was set aside is counted on the way, so go through them once."""
        totals, repeated = RunningTotals(self._rules.regions), self._repeated
        first = 0
        self.set_aside.update({"repeated": len(repeated)} if repeated else {})
        for table in self.tables():
            end = first + len(table.text)
            keep = [n for n in range(len(table.text)) if first + n not in repeated] if repeated else None
            cleaned = self._rules.clean(table if keep is None else table.only(keep), totals)
            first = end
            self.set_aside.update(cleaned.set_aside)
            self.missing.update(filter(None, cleaned.missing_reason))
            self.cells += len(cleaned.value)
            yield cleaned
        self.disagreements = totals.disagreements()

    def _part(self, stretch: Stretch) -> Table:
        roles, across = self._begin.roles, list(self._begin.roles.values)
        regions = places_of(texts_in(stretch.rows, region_columns(roles)), self._regions)
        headings = places_of(texts_in(stretch.rows, heading_columns(roles)), self._headings)
        if len(self._regions) > len(self.rows_of) or len(self._headings) > len(self.said_of):
            raise DataError(self.layout.where, "the file changed while it was read", remedy="run it again")
        rows = [self.rows_of[region] for region in regions]
        return replace(
            self.layout,
            row=[row for row in rows for _ in across],
            said=list(chain.from_iterable(map(self.said_of.__getitem__, headings))),
            text=[row[j] for row in stretch.raw for j in across],
            numeric=[False] * (len(rows) * len(across)),
            place=Places(stretch.numbers, across),
        )


def open_big(
    path: Path, declared: Declared, catalogue: tuple[Known, ...], size: int = CHUNK_ROWS
) -> BigTable | None:
    """Decide all of a big CSV table that its cells decide together; None if it is not one in long form.

    Returns
    -------
    BigTable or None

    Raises
    ------
    DataError
        As `spillover.bps.reading.read_tables`; several tables in the file, or rows that are not of the table.
    """
    source = open_rows(path)
    begin = find_begin(_head(source)) if source else None
    if source is None or begin is None:
        return None
    for _ in range(_ATTEMPTS):
        body = partial(Body, source, begin, size)
        digest = collect(body(), begin.roles, path.name)
        try:
            table = _only_table(digest)
            roles = table.roles
            assert roles is not None
            if _same_columns(begin, table):
                rules = find_rules(table, declared, catalogue)
                big = BigTable(body, begin, digest, rules, table)
                big.leave_out(find_repeated(big, digest, rules))
                return big
        except DataError as error:
            raise _renumbered(error, digest.numbers) from None
        if not is_long(roles):
            break
        begin = begin._replace(roles=replace(roles, width=begin.roles.width))
    problem = "a big file whose first rows do not show what its columns hold"
    raise DataError(path.name, problem, remedy=SPLIT_TABLES)


def stream_cleaned(
    path: Path, declared: Declared, *, source_id: str = "", chunk_rows: int = CHUNK_ROWS
) -> Iterator[pd.DataFrame]:
    """Clean a big CSV table in long form, a part at a time.

    Parameters
    ----------
    path : Path
    declared : Declared
        What the file does not say.
    source_id : str, optional
        By default made from the file's name.
    chunk_rows : int
        Rows of the file in memory at a time.

    Yields
    ------
    DataFrame
        Columns of `spillover.bps.reading.COLUMNS`; all parts together are what `clean_files` gives.

    Raises
    ------
    DataError
        As `clean_files` says of a refused file, most often before the first part; a table that is not in long
        form (a column of years or classes), several tables in one file.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "population.csv"
    >>> head = "Kabupaten,Tahun,Penduduk (jiwa)"
    >>> _ = file.write_text(f"{head}\\nMorowali,2022,170.000\\nMorowali,2023,171.500\\n")
    >>> [part["value"].to_list() for part in stream_cleaned(file, Declared(), chunk_rows=1)]
    [[170000.0], [171500.0]]
    """
    from spillover.bps.folders import slug_of
    from spillover.bps.reading import known_indicators, to_frame

    big = open_big(path, declared, known_indicators(), chunk_rows)
    if big is None:
        problem = "no CSV table in long form, which alone can be read in parts"
        raise DataError(path.name, problem, remedy=SPLIT_TABLES)
    for part in big.parts():
        yield to_frame([(source_id or slug_of(path), part)])


def _head(source: CsvRows) -> Cells:
    """The first rows of a file."""
    return list(islice(chain.from_iterable(source.stretches(HEAD_ROWS)), HEAD_ROWS))


def _only_table(digest: Digest) -> Table:
    """The table that the digest shows."""
    tables = lay_out(digest.sheet)
    if len(tables) > 1:
        raise DataError(digest.sheet.where, f"{len(tables)} tables in a big file", remedy=SPLIT_TABLES)
    return tables[0]


def _same_columns(begin: Begin, table: Table) -> bool:
    """Whether the digest shows the columns as the first rows do."""
    roles = table.roles
    return roles is not None and all(
        getattr(roles, name) == getattr(begin.roles, name)
        for name in ("stub", "codes", "block", "kind", "year", "period", "unit", "dimensions", "values")
    )


def _row_places(digest: Digest, begin: Begin, table: Table) -> list[int]:
    """For each region of the digest, the row of the table that it is."""
    roles = begin.roles
    at = {key: n for n, key in enumerate(zip(table.labels, table.codes, table.blocks, strict=True))}
    places = []
    for texts in digest.regions:
        cell = dict(zip(region_columns(roles), texts, strict=True))
        row = [cell.get(j, "") for j in range(roles.width)]
        code, block = (cell[j] if j is not None else "" for j in (roles.codes, roles.block))
        places.append(at[with_kind(row[roles.stub], code, block, row, roles)])
    return places


def _said(digest: Digest, begin: Begin, table: Table) -> list[list[Said]]:
    """For each heading of the digest, what is said of each column of values."""
    columns, width = heading_columns(begin.roles), begin.roles.width
    said = []
    for texts in digest.headings:
        cell = dict(zip(columns, texts, strict=True))
        row = [cell.get(j, "") for j in range(width)]
        said.append([said_in_row(row, begin.roles, one) for one in table.columns.values()])
    return said


def _renumbered(error: DataError, numbers: list[int]) -> DataError:
    """The error with rows of the file in place of rows of the digest."""

    def number(found: re.Match[str]) -> str:
        return f"row {numbers[int(found[1]) - 1] + 1}"

    return DataError(error.where, error.problem, [_ROW.sub(number, o) for o in error.offenders], error.remedy)

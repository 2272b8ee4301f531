"""Lines of a raw file as they arrive, each beside the row of the long table that it becomes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from spillover.bps.accounts import raw_sources
from spillover.bps.clean import clean_table, regions_of
from spillover.bps.decode import decode_text
from spillover.bps.files import read_sheets
from spillover.bps.folders import find_files
from spillover.bps.headers import read_header
from spillover.bps.layout import lay_out
from spillover.bps.measures import Declared
from spillover.bps.reading import known_indicators, to_frame
from spillover.bps.rows import Cleaned
from spillover.bps.sheets import Cells, LongCells
from spillover.bps.table import Table
from spillover.bps.units import parse_unit
from spillover.errors import DataError
from spillover.longtable import COLUMNS

if TYPE_CHECKING:
    import pandas as pd

MOST_LINES = 20
_ROW = re.compile(r"row (\d+)\b")
_OF_TEXT = {".csv", ".tsv", ".txt"}


class _Example(NamedTuple):
    """A text file of one table with one value in each line; ``number`` is the line of each value."""

    path: Path
    lines: list[str]
    head: Cells
    number: list[int]
    table: Table
    cleaned: Cleaned


def lines_and_rows(province_code: str, *, prefer: str = "poverty_line") -> pd.DataFrame:
    """Show what becomes of the lines of one raw file: the header, and the lines of one province.

    Only text files of one table with one value in each line can be shown so. Taken is the first of the
    source ``prefer``, else of any source, that has a missing value in the province; else the first.

    Parameters
    ----------
    province_code : str
        For example ``"7200"``. A file without it shows its first regions.
    prefer : str
        A source id.

    Returns
    -------
    DataFrame
        At most 20 lines below the header. Columns file ("poverty_line/2011.csv"), line (1 is the first),
        printed (the line), becomes {header, title, year, row, province, nation, total} (title: with the
        unit), then those of the long table: ``source_id`` filled in all rows, the others "" or missing where
        the line gives no row.

    Raises
    ------
    DataError
        If no source has such a file, or one cannot be read without guessing.

    Examples
    --------
    >>> lines = lines_and_rows("7200").set_index("printed")
    >>> lines.loc["Morowali,267895", ["becomes", "region_code"]].to_list()
    ['row', '7203']
    >>> lines.loc["SULAWESI TENGAH,247584", "becomes"]
    'province'
    """
    found = list(_examples(prefer))
    if not found:
        raise DataError(
            "data/sources.yml",
            "no source has a text file with one value in each line",
            remedy="restore the bundled data",
        )
    inside = province_code[:2]
    preferred = [one for one in found if one[0] == prefer] or found
    with_gap = (one for one in preferred if _has_gap(one[1].cleaned, inside))
    return _beside(*next(with_gap, preferred[0]), inside)


def _examples(prefer: str) -> Iterator[tuple[str, _Example, Declared]]:
    """Files that can be shown line by line; of other sources only if ``prefer`` has none."""
    sources = sorted(raw_sources(), key=lambda source: source[0] != prefer)
    for source_id, _, path, declared in sources:
        files = [file for file in find_files([path]) if file.suffix.lower() in _OF_TEXT]
        examples = [one for file in files if (one := _example(file, declared))]
        yield from ((source_id, one, declared) for one in examples)
        if examples:
            return


def _example(path: Path, declared: Declared) -> _Example | None:
    """The file, if it has one table and one value in each line."""
    lines = decode_text(path.read_bytes(), path.name).splitlines()
    sheet = next(iter(read_sheets(path)))
    tables = lay_out(sheet)
    table = tables[0]
    number = [int(found[1]) for place in table.place if (found := _ROW.match(place))]
    alone = len(tables) == 1 and len(set(number)) == len(table.text)
    if not alone or isinstance(sheet, LongCells) or any("\n" in cell for row in sheet.rows for cell in row):
        return None  # several values in a line, or lines that are no rows
    cleaned = clean_table(table, declared, known_indicators())
    if "repeated" in cleaned.set_aside:
        return None
    return _Example(path, lines, sheet.rows[: min(number) - 1], number, table, cleaned)


def _has_gap(cleaned: Cleaned, inside: str) -> bool:
    pairs = zip(cleaned.region_code, cleaned.missing_reason, strict=True)
    return any(code.startswith(inside) and reason for code, reason in pairs)


def _beside(source_id: str, example: _Example, declared: Declared, inside: str) -> pd.DataFrame:
    import pandas as pd

    rows = to_frame([(source_id, example.cleaned)])
    head = [(n, _kind(cells), -1) for n, cells in enumerate(example.head, 1)]
    chosen = [*head, *_body(example, rows, declared, inside)[:MOST_LINES]]
    shown = pd.DataFrame(
        {
            "file": f"{example.path.parent.name}/{example.path.name}",
            "line": [line for line, _, _ in chosen],
            "printed": [example.lines[line - 1] for line, _, _ in chosen],
            "becomes": [what for _, what, _ in chosen],
        }
    )
    given = rows.reindex([at for _, _, at in chosen]).reset_index(drop=True)
    texts = [name for name in COLUMNS if name not in ("year", "value")]
    given[texts] = given[texts].fillna("")
    return pd.concat([shown, given.assign(source_id=source_id, year=given["year"].astype("Int64"))], axis=1)


def _body(
    example: _Example, rows: pd.DataFrame, declared: Declared, inside: str
) -> list[tuple[int, str, int]]:
    """Lines with a value, of one province if it is there: line, what it becomes, its row or -1."""
    table = example.table
    keys = zip(rows["region_code"], rows["year"].astype(str), rows["period"], strict=True)
    place = {key: n for n, key in enumerate(keys)}
    regions = regions_of(table, declared)
    year = str(rows["year"].iloc[0])  # of all rows, where the lines do not say it
    body = []
    for line, row, said in zip(example.number, table.row, table.said, strict=True):
        code = regions.region_code[row]
        at = place.get((code, said.year or year, said.period), -1)
        body.append((code, (line, regions.level[row] if at < 0 else "row", at)))
    here = [one for code, one in body if code.startswith(inside)]
    return here or [one for _, one in body]


def _kind(cells: Sequence[str]) -> str:
    """What a line of the header says: title (with the unit), year or, of the columns, their names."""
    for cell in cells:
        with suppress(DataError):
            if parse_unit(cell):
                return "title"
    return "year" if any(read_header(cell).year for cell in cells) else "header"

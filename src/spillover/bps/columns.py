"""Which column of a grid holds what: names of regions, codes, provinces, years, dimensions, values."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from spillover.bps.bodyrows import body_rows
from spillover.bps.gazetteer import gazetteer
from spillover.bps.headers import read_header, read_period_under
from spillover.bps.looks import CODE_HEAD, cell, is_code, is_value, is_year
from spillover.bps.sheets import Cells
from spillover.bps.stubcolumn import Levels, stub_column

# Words over a column that only counts or ranks the rows.
_RANK_HEAD = re.compile(r"(?:peringkat|ranking|rank|urutan)(?:\s*/\s*rank(?:ing)?)?(?:\s+\w+){0,2}", re.I)


YEAR_HEAD = re.compile(
    r"(?:tahun|year|thn|th|tahun data|data year|periode?|waktu)(?:\s*/\s*(?:tahun|year))?", re.I
)
_YEAR_WORD = re.compile(r"tahun|year|periode?|waktu|time|date|tanggal", re.I)
_PERIOD_HEAD = re.compile(r"(?:bulan|month|periode?|triwulan|quarter|semester|turtahun)", re.I)
_UNIT_HEAD = re.compile(r"(?:satuan|units?)(?:\s*/\s*\w+)?", re.I)
MEASURE_HEAD = re.compile(
    r"(?:indikator|indicator|variabel|variable|series(?: name)?|measure|ukuran|uraian|rincian|karakteristik)",
    re.I,
)
_KIND_WORDS = {"kabupaten", "kab", "regency", "kota", "city", "capital city", "municipality", "kotamadya"}
_COUNTER_HEAD = re.compile(r"(?:no|nomor|nr|#|urut)\W*(?:urut)?", re.I)
_PLACE_HEAD = re.compile(r"(?:lon|lat|longitude|latitude|bujur|lintang|x|y|lng)", re.I)


@dataclass(frozen=True)
class Roles:
    """Columns and rows of one table in a grid; row numbers are those of the grid, ``end`` is exclusive."""

    stub: int
    codes: int | None
    block: int | None
    kind: int | None
    year: int | None
    period: int | None
    unit: int | None
    dimensions: tuple[int, ...]
    values: tuple[int, ...]
    first: int
    body: tuple[int, ...]
    end: int
    width: int
    period_word: str = ""


def find_roles(rows: Cells, begin: int, levels_of: Levels) -> Roles | None:
    """Roles of the columns of the table that begins at or after row ``begin``; None if there is none."""
    stub, levels = stub_column(rows, begin, levels_of)
    if stub is None:
        return None
    body, end = body_rows(rows, begin, stub, levels)
    if not body:
        return None
    head = rows[begin : body[0]]
    width = max(map(len, rows[begin : body[-1] + 1]))
    inside = [rows[i] for i in body]
    if min(map(len, inside)) < width:
        inside = [row + [""] * (width - len(row)) for row in inside]
    cells = dict(enumerate(map(list, zip(*inside, strict=True))))
    heads = {j: [text for row in head if (text := cell(row, j))] for j in range(width)}
    labels = cells[stub]
    others = [j for j in range(width) if j != stub and any(cells[j])]
    block = _pick(others, lambda j: _is_block(cells[j], labels))
    kind = _pick(others, lambda j: _is_kind(cells[j]))
    others = [j for j in others if j not in (block, kind)]
    year = _pick(others, lambda j: _is_year_column(cells[j], heads[j], labels))
    period = _pick(others, lambda j: j != year and _all_periods(cells[j], _period_word(heads[j])))
    unit = _pick(others, lambda j: _says(heads[j], _UNIT_HEAD) and not _mostly_numbers(cells[j]))
    codes = _code_column(others, cells, heads, stub)
    known = {year, period, unit, codes}
    others = [j for j in others if j not in known and not is_ballast(cells[j], heads[j], j < stub)]
    values = tuple(j for j in others if _mostly_numbers(cells[j]))
    words = [j for j in others if j not in values]
    dimensions = _dimensions(words, cells, heads, labels)
    word = _period_word(heads[period]) if period is not None else ""
    places = (stub, codes, block, kind, year, period, unit, dimensions, values)
    return Roles(*places, body[0], tuple(body), end, width, word)


def _pick(columns: Sequence[int], fits: Callable[[int], bool]) -> int | None:
    return next((j for j in columns if fits(j)), None)


def _says(heads: Sequence[str], pattern: re.Pattern[str]) -> bool:
    return any(pattern.fullmatch(text.strip(" .:")) for text in heads)


def _mostly_numbers(cells: Sequence[str]) -> bool:
    digits = sum(map(str.isdigit, cells))
    if digits and 2 * digits >= len(cells):
        return True
    said = [text for text in cells if text]
    if 2 * digits < len(said):
        digits += sum(not text.isdigit() and is_value(text) for text in said)
    return bool(said) and 2 * digits >= len(said)


def _is_block(cells: Sequence[str], labels: Sequence[str]) -> bool:
    """Whether a column holds the provinces of the regions in another column."""
    if not any(cells) or any(map(str.isdigit, cells)):
        return False
    read = gazetteer().read
    said = {text for text in cells if text}
    return not said >= set(labels) and all(
        any(match.level == "province" for match in read(text).matches) for text in said
    )


def _is_kind(cells: Sequence[str]) -> bool:
    """Whether a column says of each region that it is a city or a regency."""
    return any(cells) and all(text.lower().strip(".") in _KIND_WORDS for text in cells if text)


def _is_year_column(cells: Sequence[str], heads: Sequence[str], labels: Sequence[str]) -> bool:
    said = [text for text in cells if text]
    if not said or not all(map(is_year, said)):
        return False
    if any(read_header(text).year for text in heads):
        return False
    if _says(heads, YEAR_HEAD):
        return True
    # Counts may look like years: without their word, only a column that has no other heading is of years.
    of_years = not heads or any(_YEAR_WORD.search(text) for text in heads)
    return of_years and len(set(labels)) < len(labels)


def _period_word(heads: Sequence[str]) -> str:
    """Heading of a column of months, quarters or half years; "" if it is headed otherwise."""
    return next((text for text in heads if _PERIOD_HEAD.fullmatch(text.strip(" .:"))), "")


def _all_periods(cells: Sequence[str], word: str) -> bool:
    return bool(word) and all(read_period_under(word, text) is not None for text in set(cells) if text)


def _code_column(
    columns: Sequence[int], cells: dict[int, list[str]], heads: dict[int, list[str]], stub: int
) -> int | None:
    """The column of region codes: the one with the longest codes."""
    fits = []
    for j in columns:
        headed = any(CODE_HEAD.fullmatch(text) for text in heads[j])
        if _says(heads[j], YEAR_HEAD) or not (headed or j < stub) or _says(heads[j], _COUNTER_HEAD):
            continue
        said = [text for text in cells[j] if text]
        distinct = len(set(said)) >= 0.8 * len({text for text in cells[stub] if text})
        if distinct and all(map(is_code, said)):
            fits.append((max(map(len, said)), -j))
    return -max(fits)[1] if fits else None


def is_ballast(cells: Sequence[str], heads: Sequence[str], left: bool) -> bool:
    """A column that says nothing of the table's subject: a counter, further codes, coordinates."""
    if any(_says(heads, head) for head in (_COUNTER_HEAD, _PLACE_HEAD, _RANK_HEAD)):
        return True
    if any(CODE_HEAD.fullmatch(text) for text in heads):
        return True
    if not left:
        return False
    said = [text.rstrip(".") for text in cells if text]
    return said == [str(n) for n in range(1, len(said) + 1)]


def _dimensions(
    words: Sequence[int], cells: dict[int, list[str]], heads: dict[int, list[str]], labels: Sequence[str]
) -> tuple[int, ...]:
    """Columns of words that tell rows of one region apart (size classes, series names).

    A column that says the same for all rows of a region (its island) tells nothing, unless its header says
    that it names what is measured; of columns that say the same thing twice (a series' name and code) the
    wordier is kept.
    """
    telling = [j for j in words if _says(heads[j], MEASURE_HEAD) or _varies(labels, cells[j])]
    kept: list[int] = []
    for j in sorted(telling, key=lambda j: -sum(map(len, cells[j]))):
        if not any(_same(cells[j], cells[k]) for k in kept):
            kept.append(j)
    return tuple(sorted(kept))


def _varies(labels: Sequence[str], texts: Sequence[str]) -> bool:
    """Whether rows of one region have different texts; an empty label continues the one above."""
    first: dict[str, str] = {}
    label = ""
    for own, text in zip(labels, texts, strict=True):
        label = own or label
        if text and first.setdefault(label, text) != text:
            return True
    return False


def _same(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two columns say the same thing in other words."""
    pairs = set(zip(one, other, strict=True))
    return len(pairs) == len(set(one)) == len(set(other))

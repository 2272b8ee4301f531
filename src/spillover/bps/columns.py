"""Which column of a grid holds what: names of regions, codes, provinces, years, dimensions, values."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import filterfalse, zip_longest

from spillover.bps.gazetteer import gazetteer
from spillover.bps.headers import read_header, read_period
from spillover.bps.sheets import Cells

FOOTER = re.compile(
    r"\W*(?:sumber|source|catatan|note|notes|keterangan|remarks?|ket)\b|"
    r"\*{1,3}\)?\s*[:=]?\s*(?:angka|data|figure|prelim|sementara|sangat)|(?:-|–|\.\.\.|…|r|e)\)?\s*[:=]\s*\w",
    re.I,
)
STUB_COLUMNS = 12  # names of regions stand among the first columns
_YEAR = re.compile(r"(?:19[5-9]\d|20[0-4]\d)(?:\s*(?:\*{1,3}|[re]))?")
_CODE = re.compile(r"[1-9]\d(?:\d\d(?:000)?|\.\d{1,2}|\d\d\.0)?")
_CODE_HEAD = re.compile(r"(?:.*[_ ])?(?:kode|code|kd|id|kdj|bps|kemendagri)(?:[_ ].*)?|\w+(?:id|code)", re.I)
YEAR_HEAD = re.compile(r"(?:tahun|year|thn|th)(?:\s*/\s*(?:tahun|year))?", re.I)
_PERIOD_HEAD = re.compile(r"(?:bulan|month|periode?|triwulan|quarter|semester|turtahun)", re.I)
_UNIT_HEAD = re.compile(r"(?:satuan|units?)(?:\s*/\s*\w+)?", re.I)
MEASURE_HEAD = re.compile(
    r"(?:indikator|indicator|variabel|variable|series(?: name)?|measure|ukuran|uraian|rincian|karakteristik)",
    re.I,
)
_KIND_WORDS = {"kabupaten", "kab", "regency", "kota", "city", "capital city", "municipality", "kotamadya"}
_COUNTER_HEAD = re.compile(r"(?:no|nomor|nr|#|urut)\W*(?:urut)?", re.I)
_PLACE_HEAD = re.compile(r"(?:lon|lat|longitude|latitude|bujur|lintang|x|y|lng)", re.I)
_NUMBERISH = re.compile(
    r"[\s(+\-–—−]*(?:(?:rp|us\$|usd|idr)\.?\s*)?[\d.,…][^A-Za-z]*(?:[A-Za-z%]{1,9}\W{0,3}){0,2}", re.I
)
Levels = Callable[[Sequence[str]], list[str]]
MISSING = {
    "-", "–", "—", "...", "…", "..", "na", "n.a.", "n.a", "n/a", "nan", "tad", "x", "null", "none",
    "data tidak tersedia", "tidak tersedia", "belum tersedia", "belum rilis", "tidak berlaku", "dirahasiakan",
}  # fmt: skip


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


def find_roles(rows: Cells, begin: int, levels_of: Levels) -> Roles | None:
    """Roles of the columns of the table that begins at or after row ``begin``; None if there is none."""
    stub, levels = _stub_column(rows, begin, levels_of)
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
    heads = {j: [text for row in head if (text := _at(row, j))] for j in range(width)}
    labels = cells[stub]
    others = [j for j in range(width) if j != stub and any(cells[j])]
    block = _pick(others, lambda j: _is_block(cells[j], labels))
    kind = _pick(others, lambda j: _is_kind(cells[j]))
    others = [j for j in others if j not in (block, kind)]
    year = _pick(others, lambda j: _is_year_column(cells[j], heads[j], labels))
    period = _pick(others, lambda j: j != year and _says(heads[j], _PERIOD_HEAD) and _all_periods(cells[j]))
    unit = _pick(others, lambda j: _says(heads[j], _UNIT_HEAD) and not _mostly_numbers(cells[j]))
    codes = _code_column(others, cells, heads, stub)
    known = {year, period, unit, codes}
    others = [j for j in others if j not in known and not is_ballast(cells[j], heads[j], j < stub)]
    values = tuple(j for j in others if _mostly_numbers(cells[j]))
    words = [j for j in others if j not in values]
    dimensions = _dimensions(words, cells, heads, labels)
    return Roles(
        stub, codes, block, kind, year, period, unit, dimensions, values, body[0], tuple(body), end, width
    )


def _at(row: Sequence[str], j: int) -> str:
    return row[j] if j < len(row) else ""


def _pick(columns: Sequence[int], fits: Callable[[int], bool]) -> int | None:
    return next((j for j in columns if fits(j)), None)


def _says(heads: Sequence[str], pattern: re.Pattern[str]) -> bool:
    return any(pattern.fullmatch(text.strip(" .:")) for text in heads)


def _stub_column(rows: Cells, begin: int, levels_of: Levels) -> tuple[int | None, list[str]]:
    """The column with the most names of regions, the finest level first; the level of each of its cells."""
    best: tuple[int, int, int] = (0, 0, -1)
    levels: list[str] = []
    below = rows[begin:]
    if max(map(len, below), default=0) > STUB_COLUMNS:
        below = [row[:STUB_COLUMNS] for row in below]
    for j, column in enumerate(zip_longest(*below, fillvalue="")):  # columns out of rows, at C speed
        words = list(filterfalse(str.isdigit, set(column) - {""}))
        found = levels_of(words)
        districts = found.count("district")
        names = districts + found.count("province") + found.count("nation")
        if names and (districts, names) > best[:2]:
            known = dict(zip(words, found, strict=True))
            best, levels = (districts, names, j), [known.get(text, "") for text in column]
    stub = best[2] if best[2] >= 0 else _code_only_column(rows, begin)
    if stub is None:
        return None, []
    return stub, [""] * begin + (levels or [""] * len(below))


def _code_only_column(rows: Cells, begin: int) -> int | None:
    """A column of codes that must do without names: headed as such, and nothing but codes below."""
    for j in range(min(STUB_COLUMNS, max((len(row) for row in rows[begin:]), default=0))):
        column = [text for row in rows[begin:] if (text := _at(row, j))]
        head = next((k for k, text in enumerate(column) if _CODE_HEAD.fullmatch(text)), len(column))
        if column[head + 1 :] and all(map(_CODE.fullmatch, column[head + 1 :])):
            return j  # above the heading may stand a title
    return None


def body_rows(rows: Cells, begin: int, stub: int, levels: Sequence[str]) -> tuple[list[int], int]:
    """Rows of the table's body, and the row after them."""
    first = next((i for i in range(begin, len(rows)) if levels[i] in _REGIONS), None)
    if first is None:
        first = next((i for i in range(begin, len(rows)) if is_code(_at(rows[i], stub))), len(rows))
    while first > begin and _belongs_above(rows[first - 1], stub, levels[first - 1]):
        first -= 1
    body: list[int] = []
    waiting: list[int] = []  # texts without values: names that nobody knows, or the title of a next table
    for i in range(first, len(rows)):
        row = rows[i]
        if not row:
            continue
        if levels[i] in _PARTS or (levels[i] == "section" and not _is_header(row, stub)):
            if waiting:
                body += waiting
                waiting = []
            body.append(i)
        elif FOOTER.match(next(text for text in row if text)) or _is_header(row, stub):
            return body, (waiting or [i])[0]
        elif any(map(is_value, _without(row, stub))):
            body += [*waiting, i]
            waiting = []
        else:
            waiting.append(i)
    return body, (waiting or [len(rows)])[0]


_REGIONS = ("district", "province", "nation")
_PARTS = (*_REGIONS, "total")


def _without(row: Sequence[str], stub: int) -> list[str]:
    return [text for j, text in enumerate(row) if j != stub and text]


def _belongs_above(row: Sequence[str], stub: int, level: str) -> bool:
    """Whether a row directly above the first known name is of the body: a section, or a name nobody knows."""
    text, rest = _at(row, stub), _without(row, stub)
    if not text:
        return False
    if not rest:
        return level in ("section", "total")
    return (
        not read_header(text).year
        and any(is_value(t) and not read_header(t).year for t in rest)
        and not any(c.isdigit() for c in text)
    )


def _is_header(row: Sequence[str], stub: int) -> bool:
    """Whether a row without a region heads a further table: years or words over its values.

    A row with the name of a region in another column is a shifted one.
    """
    rest = _without(row, stub)
    return (
        bool(rest)
        and not names_region(rest)
        and all(
            read_header(text).year or read_period(text) is not None or not is_value(text) for text in rest
        )
        and not is_code(_at(row, stub))
    )


def is_value(text: str) -> bool:
    """Whether a cell looks like a number or a missing mark (not whether it is a good one)."""
    return bool(_NUMBERISH.fullmatch(text)) or text.lower() in MISSING


def names_region(cells: Sequence[str]) -> bool:
    """Whether one of the cells is the name of a district or province."""
    level = gazetteer().level_of
    return any(level(text) in ("district", "province") for text in cells if text and not text.isdigit())


def _mostly_numbers(cells: Sequence[str]) -> bool:
    said = [text for text in cells if text]
    digits = sum(map(str.isdigit, said))
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


def is_code(text: str) -> bool:
    """Whether a text has the form of a region code."""
    return bool(_CODE.fullmatch(text))


def _is_year_column(cells: Sequence[str], heads: Sequence[str], labels: Sequence[str]) -> bool:
    said = [text for text in cells if text]
    if not said or not all(map(_YEAR.fullmatch, said)):
        return False
    if any(read_header(text).year for text in heads):
        return False
    return _says(heads, YEAR_HEAD) or len(set(labels)) < len(labels)


def is_year(text: str) -> bool:
    """Whether a cell is a year, perhaps with a provisional mark, and nothing else."""
    return bool(_YEAR.fullmatch(text))


def _all_periods(cells: Sequence[str]) -> bool:
    return all(read_period(text) is not None for text in cells if text)


def _code_column(
    columns: Sequence[int], cells: dict[int, list[str]], heads: dict[int, list[str]], stub: int
) -> int | None:
    """The column of region codes: the one with the longest codes."""
    fits = []
    for j in columns:
        headed = any(_CODE_HEAD.fullmatch(text) for text in heads[j])
        if _says(heads[j], YEAR_HEAD) or not (headed or j < stub) or _says(heads[j], _COUNTER_HEAD):
            continue
        said = [text for text in cells[j] if text]
        distinct = len(set(said)) >= 0.8 * len({text for text in cells[stub] if text})
        if distinct and all(map(_CODE.fullmatch, said)):
            fits.append((max(map(len, said)), -j))
    return -max(fits)[1] if fits else None


def is_ballast(cells: Sequence[str], heads: Sequence[str], left: bool) -> bool:
    """A column that says nothing of the table's subject: a counter, further codes, coordinates."""
    if _says(heads, _COUNTER_HEAD) or _says(heads, _PLACE_HEAD):
        return True
    if any(_CODE_HEAD.fullmatch(text) for text in heads):
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

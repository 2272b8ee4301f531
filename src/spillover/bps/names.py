"""Rows of a table, as printed, to today's region codes: by name, block, section or code, never likeness."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from spillover.bps.blocks import read_blocks
from spillover.bps.codes import read_codes
from spillover.bps.gazetteer import (
    DISTRICT,
    EITHER,
    NATION,
    OTHER,
    PROVINCE,
    Gazetteer,
    Label,
    gazetteer,
)
from spillover.bps.name_faults import closest, fault
from spillover.bps.spellings import Match
from spillover.errors import DataError

SUGGESTED = 20
_Texts = tuple[str, ...]
_Lists = tuple[list[str], list[str], list[str]]
_Choices = tuple[list[tuple[Match, ...]], list[str]]
_REMEDY = (
    "correct the label, give codes, or, for a spelling that is right, add a row to "
    "data/reference/region_aliases.csv (or to a copy of it in your own data folder)"
)


@dataclass(frozen=True)
class Regions:
    """What each row of a table is, in lists as long as the table.

    Attributes
    ----------
    region_code : list of str
        Today's BPS code: district "7203", province "7200", nation "0000"; "" for the other levels.
    level : list of str
        nation, province, district, total (sums, averages, island groups), section (a heading) or blank.
    how : list of str
        What settled it: name, alias, former_name, code, block (the province where it stands), section (the
        heading above it), set (the other names of the table); "" where there is no region.
    """

    region_code: list[str]
    level: list[str]
    how: list[str]


def resolve_regions(
    labels: Sequence[str],
    *,
    where: str,
    codes: Sequence[str] | None = None,
    blocks: Sequence[str] | None = None,
    code_system: str = "auto",
    province: str | None = None,
    lines: Sequence[int] | None = None,
) -> Regions:
    """Find the region of each row of one table; all rows that stay unknown are refused together.

    Parameters
    ----------
    labels : sequence of str
        Row labels as printed, in table order, one for each row of the table.
    where : str
        Table or file, for messages.
    codes : sequence of str, optional
        Region codes as printed, "" where a row has none. Without them, codes that stand in the labels
        ("7203 Morowali") are used.
    blocks : sequence of str, optional
        Province of each row as printed, "" where the table does not say.
    code_system : str
        "auto", "bps", "kemendagri", "bps_2021" or "bps_2011".
    province : str, optional
        Province code ("7200") if the table is of one province.
    lines : sequence of int, optional
        Row of the file where each label stands, for messages; without it rows are counted from the first.

    Returns
    -------
    Regions
        Three lists as long as ``labels``.

    Raises
    ------
    DataError
        Names that are unknown or ambiguous, or stand in a province where they do not lie; codes as
        described in `spillover.bps.codes.read_codes`; lists of unequal length; an unknown ``province``.

    Examples
    --------
    >>> table = resolve_regions(["SULAWESI TENGAH", "Morowali", "Kota Palu", "Jumlah"], where="example")
    >>> table.region_code, table.level[-1]
    (['7200', '7203', '7271', ''], 'total')
    >>> resolve_regions(["Bogor", "Kota Bogor"], where="example").how
    ['set', 'name']
    """
    gaz = gazetteer()
    for name, other in (("codes", codes), ("blocks", blocks)):
        if other is not None and len(other) != len(labels):
            raise DataError(
                where, f"{len(other)} {name} for {len(labels)} labels", remedy="give one for each"
            )
    if province is not None and gaz.kind.get(province) != "province":
        raise DataError(where, "unknown province", [province], "give a BPS code such as 7200")
    tables = (
        tuple(labels),
        None if codes is None else tuple(codes),
        None if blocks is None else tuple(blocks),
    )
    try:
        region_code, level, how = _resolve(gaz, tables, code_system, province)
    except DataError as error:
        offenders = [_in_file(text, lines) for text in error.offenders] if lines else error.offenders
        raise DataError(where, error.problem, offenders, error.remedy) from None
    return Regions(list(region_code), list(level), list(how))


def _in_file(offender: str, lines: Sequence[int]) -> str:
    """What is wrong, with the row of the file in place of that of the table."""
    return re.sub(r"\Arow (\d+)", lambda found: f"row {lines[int(found[1]) - 1]}", offender)


@lru_cache(maxsize=256)
def _resolve(
    gaz: Gazetteer, tables: tuple[_Texts, _Texts | None, _Texts | None], system: str, province: str | None
) -> _Lists:
    """`resolve_regions` on tuples, so that tables with the same rows (one per year) are resolved once."""
    labels, codes, printed_blocks = tables
    rows = [gaz.read(text) for text in labels]
    by_code = read_codes(list(codes or [row.code for row in rows]), rows, system, province, gaz)
    if any(by_code):
        rows = [_settle(row, code, gaz) for row, code in zip(rows, by_code, strict=True)]
    faults: list[str] = []
    fixed = [province or ""] * len(rows)
    if printed_blocks is not None:
        fixed = _printed_blocks(printed_blocks, province, gaz, faults)
    levels, blocks = read_blocks(rows, fixed, printed_blocks is not None, gaz)
    left, how = _choose(rows, levels, blocks, gaz)
    region_code = []
    for i, row in enumerate(rows):
        code = left[i][0].code if len(left[i]) == 1 else ""
        if row.plain.kind:
            code, levels[i] = NATION if row.plain.kind == "nation" else "", row.plain.kind
        elif not code or (province and province not in gaz.homes[code]):
            near = len(faults) < SUGGESTED
            faults.append(f"row {i + 1} {fault(row, blocks[i] or province or '', gaz, near)}")
        region_code.append(code)
    if faults:
        raise DataError("", "rows whose region is unknown or ambiguous", faults, _REMEDY)
    return region_code, levels, how


def _settle(row: Label, code: str, gaz: Gazetteer) -> Label:
    """A row with what its code says in place of what its name may mean."""
    if not code or row.plain.kind in ("total", "nation"):
        return row
    if code == NATION:
        return row._replace(plain=row.plain._replace(kind="nation"), matches=(), level=OTHER)
    level = PROVINCE if gaz.kind[code] == "province" else DISTRICT
    match = Match(code, level, "code", gaz.kind[code], "")
    return row._replace(plain=row.plain._replace(kind=""), matches=(match,), level=level)


def _printed_blocks(printed: _Texts, province: str | None, gaz: Gazetteer, faults: list[str]) -> list[str]:
    """Province code of each row's printed block."""
    known: dict[str, str] = {}
    for text in dict.fromkeys(printed):
        label = gaz.read(text)
        found = [m.code for m in label.matches if m.level == PROVINCE]
        if not found and not label.plain.kind:
            faults.append(f"block {text!r}: {closest(text, gaz, level=PROVINCE)}")
        known[text] = found[0] if found else province or ""
    return [known[text] for text in printed]


def _choose(rows: list[Label], levels: list[str], blocks: list[str], gaz: Gazetteer) -> _Choices:
    """What may be meant by each row after level, block, section and the other names; and what settled it."""
    choices = [row.matches for row in rows]
    how = [""] * len(rows)
    open_rows = []
    for i, matches in enumerate(choices):
        if not matches:
            continue
        first, block = matches[0], blocks[i]
        if len(matches) == 1 and not first.only_in and (not block or block in gaz.homes[first.code]):
            how[i] = first.how
            continue
        left = choices[i] = tuple(m for m in matches if _stands(m, levels[i], block, gaz))
        how[i] = first.how if len(left) == len(matches) == 1 else "block"
        if len(left) > 1 and levels[i] == DISTRICT:
            open_rows.append(i)
    if open_rows:
        _by_section(rows, (choices, how), open_rows, gaz)
        _by_set((choices, how), open_rows, gaz)
    return choices, how


def _stands(match: Match, level: str, block: str, gaz: Gazetteer) -> bool:
    """Whether a match has the row's level and may stand in its block."""
    if level != EITHER and match.level != level:
        return False
    if match.only_in and match.only_in != block:
        return False
    return match.level == PROVINCE or not block or block in gaz.homes[match.code]


def _by_section(rows: list[Label], choices: _Choices, open_rows: list[int], gaz: Gazetteer) -> None:
    """Headings "Kabupaten" and "Kota" above the rows, if no name of the table speaks against them."""
    section, of_row = "", []
    for row, left in zip(rows, choices[0], strict=True):
        if row.plain.kind in ("section", "total", "nation"):
            section = row.plain.section
        elif len(left) == 1 and left[0].level == PROVINCE:
            section = ""
        elif section and len(left) == 1 and gaz.kind[left[0].code] != section:
            return
        of_row.append(section)
    for i in open_rows:
        left = tuple(m for m in choices[0][i] if gaz.kind[m.code] == of_row[i])
        if len(left) == 1:
            choices[0][i], choices[1][i] = left, "section"


def _by_set(choices: _Choices, open_rows: list[int], gaz: Gazetteer) -> None:
    """An unprefixed name is the kabupaten if its city, or every city of the table, is written "Kota …"."""
    sure = [left[0] for left in choices[0] if len(left) == 1 and left[0].level == DISTRICT]
    named, homes = {m.code for m in sure}, {m.code[:2] for m in sure}
    written = {m.code for m in sure if gaz.kind[m.code] == "kota" and m.said == "kota"}
    bare_city = any(gaz.kind[m.code] == "kota" and m.said != "kota" for m in sure)
    for i in open_rows:
        left = choices[0][i]
        regencies = tuple(m for m in left if gaz.kind[m.code] == "kabupaten")
        cities = {m.code for m in left if gaz.kind[m.code] == "kota"}
        if len(left) == 1 or len(regencies) != 1 or regencies[0].code in named:
            continue
        # Banjar is a regency of one province and a city of another: the table must have more of the first.
        far = len({m.code[:2] for m in left}) > 1 and regencies[0].code[:2] not in homes
        if cities <= written or (written and not bare_city and not far):
            choices[0][i], choices[1][i] = regencies, "set"

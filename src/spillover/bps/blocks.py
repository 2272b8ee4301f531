"""Which rows of a table are provinces, and in which province's block each district stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from spillover.bps.gazetteer import DISTRICT, EITHER, OTHER, PROVINCE, Gazetteer, Label


def read_blocks(
    rows: Sequence[Label], fixed: Sequence[str], column: bool, gaz: Gazetteer
) -> tuple[list[str], list[str]]:
    """Level and block of each row, from the order of the rows.

    Parameters
    ----------
    rows : sequence of Label
        In table order. A row settled by its code has one match.
    fixed : sequence of str
        Province of each row where the table or the caller names it, else "".
    column : bool
        Whether ``fixed`` comes from a column of the table (so that a province row may stand in its block).

    Returns
    -------
    levels, blocks : two lists of str
        Level "province", "district", "either" (a name of both, as Gorontalo, that nothing settles) or
        "other" (no region); block: a province code, "" where the table does not say.

    Notes
    -----
    A province row above its districts opens their block; in tables that put it below them, it closes it. A
    name of both is the province where the rows that follow lie in it and no block of it is open, the district
    inside the block. Capitals decide where all sure provinces are in capitals and no sure district is.
    """
    levels = [row.level for row in rows]
    _by_capitals(rows, levels)
    if any(fixed):
        _in_known_blocks(rows, levels, fixed, column, gaz)
        return levels, list(fixed)
    if EITHER in levels:
        _by_order(rows, levels, gaz)
    return levels, _from_heads(rows, levels, gaz)


def _home(row: Label) -> str:
    """The province that a row may be."""
    return next((m.code for m in row.matches if m.level == PROVINCE), "")


def _inside(row: Label, province: str, gaz: Gazetteer) -> bool:
    return any(m.level == DISTRICT and province in gaz.homes[m.code] for m in row.matches)


def _by_capitals(rows: Sequence[Label], levels: list[str]) -> None:
    """Capitals for provinces, small letters for districts: settle the names of both."""
    if EITHER not in levels:
        return
    sure = [(level, row.text.isupper()) for row, level in zip(rows, levels, strict=True)]
    upper = {capitals for level, capitals in sure if level == PROVINCE}
    lower = {capitals for level, capitals in sure if level == DISTRICT}
    if DISTRICT not in levels:
        _in_list_of_provinces(rows, levels)
    elif upper == {True} and lower == {False}:
        for i, (level, capitals) in enumerate(sure):
            if level == EITHER:
                levels[i] = PROVINCE if capitals else DISTRICT


def _in_list_of_provinces(rows: Sequence[Label], levels: list[str]) -> None:
    """Nothing is a district for sure: a name of both is the province, unless that stands there already."""
    named, most = _named(rows), _busiest(rows, levels, PROVINCE)
    counts = Counter(_home(row) for row, level in zip(rows, levels, strict=True) if level == EITHER)
    for i, row in enumerate(rows):
        if levels[i] == EITHER and counts[_home(row)] <= most and _home(row) not in named:
            levels[i] = PROVINCE


def _named(rows: Sequence[Label]) -> set[str]:
    """Regions that a row names for sure (one match)."""
    return {row.matches[0].code for row in rows if len(row.matches) == 1}


def _busiest(rows: Sequence[Label], levels: Sequence[str], level: str = DISTRICT) -> int:
    """How often the most frequent sure region of a level stands there: above 1 in a long table."""
    counts = Counter(row.matches[0].code for row, lv in zip(rows, levels, strict=True) if lv == level)
    return max(counts.values(), default=0)


def _in_known_blocks(
    rows: Sequence[Label], levels: list[str], fixed: Sequence[str], column: bool, gaz: Gazetteer
) -> None:
    """Names of both where every row's province is known."""
    sure_provinces = PROVINCE in levels
    for code in {_home(row) for row, level in zip(rows, levels, strict=True) if level == EITHER}:
        own = [i for i, row in enumerate(rows) if levels[i] == EITHER and _home(row) == code]
        for i in own:
            if not fixed[i]:
                levels[i] = PROVINCE
        inside = [i for i in own if fixed[i]]
        block = [i for i, p in enumerate(fixed) if p == code and levels[i] != OTHER]
        if column and inside and not sure_provinces and len(set(fixed)) > 1:
            if len(inside) <= max(_busiest(rows, levels), 1):
                _set(levels, inside, DISTRICT)
        else:
            _in_one_block(rows, levels, inside, block, gaz)


def _no_district(row: Label, others: Sequence[Label], gaz: Gazetteer) -> bool:
    """Whether the districts of a name of both are ruled out: they have their own row, or a name of their kind
    always says its kind in this table ("Kab. …", "Kota …").
    """
    sure = [r.matches[0] for r in others if len(r.matches) == 1 and r.level == DISTRICT]
    named = {m.code for m in sure}
    written = {gaz.kind[m.code] for m in sure} - {gaz.kind[m.code] for m in sure if m.said == ""}
    found = [m.code for m in row.matches if m.level == DISTRICT]
    return all(code in named or gaz.kind[code] in written for code in found)


def _in_one_block(
    rows: Sequence[Label], levels: list[str], own: list[int], block: list[int], gaz: Gazetteer
) -> None:
    """Rows ``own`` of one name of both, among the rows ``block`` of that province alone."""
    if not own:
        return
    if _no_district(rows[own[0]], [rows[i] for i in block], gaz):
        _set(levels, own, PROVINCE)
        return
    if _busiest([rows[i] for i in block], [levels[i] for i in block]) > 1:
        return
    edges = [i for i in own if i in (block[0], block[-1])]
    if len(own) == 2 and len(edges) == 1:
        _set(levels, own, DISTRICT)
        _set(levels, edges, PROVINCE)
    elif len(own) == 1 and not edges:
        _set(levels, own, DISTRICT)


def _set(levels: list[str], at: Sequence[int], level: str) -> None:
    for i in at:
        levels[i] = level


def _by_order(rows: Sequence[Label], levels: list[str], gaz: Gazetteer) -> None:
    """Names of both in a table whose blocks are told by order alone."""
    homes = {row.matches[0].code[:2] for row in rows if len(row.matches) == 1}
    if PROVINCE not in levels and len(homes) == 1:
        block = [i for i, level in enumerate(levels) if level != OTHER]
        own = [i for i in block if levels[i] == EITHER and _home(rows[i])[:2] in homes]
        _in_one_block(rows, levels, own, block, gaz)
        return
    heads = any(level == PROVINCE and _opens(rows, levels, i, gaz) for i, level in enumerate(levels))
    if not heads:
        _in_plain_list(rows, levels, gaz)
        return
    current, start = "", 0
    for i, row in enumerate(rows):
        home = _home(row)
        if levels[i] == PROVINCE:
            current, start = home, i
        elif levels[i] == EITHER and current != home and _opens(rows, levels, i, gaz):
            levels[i], current, start = PROVINCE, home, i
        elif levels[i] == EITHER and current == home:
            levels[i] = _second(rows, levels, i, start, gaz)


def _in_plain_list(rows: Sequence[Label], levels: list[str], gaz: Gazetteer) -> None:
    """A list of districts without province heads: a name of both is a district unless that has its row."""
    named, most = _named(rows), max(_busiest(rows, levels), 1)
    counts = Counter(row.matches[0].code for i, row in enumerate(rows) if levels[i] == EITHER)
    for i, row in enumerate(rows):
        if levels[i] != EITHER:
            continue
        if _no_district(row, rows, gaz):
            levels[i] = PROVINCE
        elif (PROVINCE not in levels or _home(row) in named) and counts[row.matches[0].code] <= most:
            levels[i] = DISTRICT


def _opens(rows: Sequence[Label], levels: list[str], at: int, gaz: Gazetteer) -> bool:
    """Whether the next sure row after ``at`` is a district of the province that this row may be."""
    for i in range(at + 1, len(rows)):
        if levels[i] in (PROVINCE, DISTRICT):
            return levels[i] == DISTRICT and _inside(rows[i], _home(rows[at]), gaz)
    return False


def _second(rows: Sequence[Label], levels: list[str], at: int, start: int, gaz: Gazetteer) -> str:
    """Level of a name of both inside the block that its province opened at ``start``.

    The district, if the name stands once there, before other districts, and none stands twice (a long
    table); as last row it may be the province again, as total.
    """
    end = next((i for i in range(start + 1, len(rows)) if levels[i] == PROVINCE), len(rows))
    inner = rows[start + 1 : end]
    if _no_district(rows[at], inner, gaz):
        return PROVINCE
    counts = Counter(row.matches for row in inner if row.matches)
    return DISTRICT if max(counts.values()) == 1 and _opens(rows, levels, at, gaz) else EITHER


def _from_heads(rows: Sequence[Label], levels: list[str], gaz: Gazetteer) -> list[str]:
    """Block of each row: the province row above it, or below it where the table closes blocks with it."""
    heads = [i for i, level in enumerate(levels) if level == PROVINCE]
    if DISTRICT not in levels or not heads:
        return [""] * len(rows)
    above = sum(_opens(rows, levels, i, gaz) for i in heads)
    back, back_levels = rows[::-1], levels[::-1]
    below = sum(_opens(back, back_levels, len(rows) - 1 - i, gaz) for i in heads)
    if not above and not below:
        return [""] * len(rows)
    only = _home(rows[heads[0]])
    if all(_home(rows[i]) == only for i in heads):
        # One province's table; in a comparison across provinces its row opens no block.
        own = all(_inside(row, only, gaz) for row, lv in zip(rows, levels, strict=True) if lv == DISTRICT)
        return [only if own else ""] * len(rows)
    order = range(len(rows)) if above >= below else range(len(rows) - 1, -1, -1)
    blocks, current = [""] * len(rows), ""
    for i in order:
        if levels[i] == PROVINCE:
            current = _home(rows[i])
        elif rows[i].plain.kind == "nation":
            current = ""
        blocks[i] = current
    return blocks

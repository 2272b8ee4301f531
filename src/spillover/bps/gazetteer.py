"""Every spelling of every region that is known, and nothing else: a name is looked up, never guessed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple, cast

from spillover.bps.labels import (
    Plain,
    halves,
    one_line,
    read_plain,
    squeeze,
    without_footnote,
    without_number,
)
from spillover.bps.spellings import Found, Match, add_name
from spillover.errors import DataError, check_codes, check_rows, check_unique
from spillover.regions import read_provinces, read_region_changes, read_regions
from spillover.sources import data_dirs, read_csv

ALIAS_COLUMNS = {
    "alias": "text", "kind": "text?", "province_code": "text?", "region_code": "text", "note": "text",
    "source": "text",
}  # fmt: skip
NATION = "0000"
MEMO_LIMIT = 50_000


class Label(NamedTuple):
    """A row label understood as far as it goes alone.

    ``plain`` says what it is if it is no region, ``code`` the code that stands in it; ``level`` is that of
    its matches: "province", "district", "either" (matches of both) or "other" (no match).
    """

    text: str
    plain: Plain
    matches: tuple[Match, ...]
    code: str
    level: str


PROVINCE, DISTRICT, EITHER, OTHER = "province", "district", "either", "other"
_REGION = Plain("")


@dataclass(eq=False)
class Gazetteer:
    """Known spellings and, for each region, the provinces that it lies or lay in.

    Attributes
    ----------
    spellings : dict of str to tuple of Match
        Keyed by `squeeze` of the spelling.
    name, kind : dict of str to str
        Region code → name as printed today ("Kota Palu"); kind {kabupaten, kota, province}.
    homes : dict of str to frozenset of str
        Region code → its province, and the provinces from which that one was split.
    """

    spellings: dict[str, tuple[Match, ...]]
    name: dict[str, str]
    kind: dict[str, str]
    homes: dict[str, frozenset[str]]
    memo: dict[str, Label] = field(default_factory=dict)
    levels: dict[str, str] = field(default_factory=dict)

    def level_of(self, text: str) -> str:
        """What a label may be alone: district before province, nation, total, section, blank; "" else."""
        found = self.levels.get(text)
        if found is None:
            if text.upper() == text.lower():
                return ""  # no letters, no name: most cells are numbers
            if len(self.levels) >= MEMO_LIMIT:
                self.levels.clear()
            label = self.read(text)
            of_match = {EITHER: DISTRICT, OTHER: ""}.get(label.level, label.level)
            found = self.levels[text] = label.plain.kind or of_match
        return found

    def levels_of(self, texts: Sequence[str]) -> list[str]:
        """`level_of` of many labels: most were seen before."""
        known = list(map(self.levels.get, texts))
        if None not in known:
            return cast("list[str]", known)
        return [
            self.level_of(text) if found is None else found for text, found in zip(texts, known, strict=True)
        ]

    def read(self, text: str) -> Label:
        """A label as printed, looked up (each distinct text once)."""
        found = self.memo.get(text)
        if found is None:
            if len(self.memo) >= MEMO_LIMIT:
                self.memo.clear()
            found = self.memo[text] = _read(text, self.spellings)
        return found

    def title(self, code: str) -> str:
        """A region for a message: ``Morowali (7203)``."""
        return f"{self.name.get(code, '?')} ({code})"


def gazetteer() -> Gazetteer:
    """The spellings of the reference tables as they are now (read again only after these changed).

    Raises
    ------
    DataError
        If a reference table is not as declared, or an alias names a region that does not exist.

    Examples
    --------
    >>> [m.code for m in gazetteer().read("KAB.INDRAMAYU").matches]
    ['3212']
    >>> sorted(m.code for m in gazetteer().read("Gorontalo").matches)
    ['7500', '7502', '7571']
    """
    stamps = []
    for folder in data_dirs():
        state = (folder / "sources.yml").stat()
        stamps.append((str(folder), state.st_mtime_ns, state.st_size))
    return _gazetteer(tuple(stamps))


@lru_cache(maxsize=2)
def _gazetteer(stamps: tuple[tuple[str, int, int], ...]) -> Gazetteer:
    regions, provinces = read_regions(), read_provinces()
    parent = dict(zip(provinces["province_code"], provinces["parent_code"], strict=True))
    home = dict(zip(regions["region_code"], regions["province_code"], strict=True)) | {p: p for p in parent}
    name = dict(zip(provinces["province_code"], provinces["name"], strict=True))
    name |= dict(zip(regions["region_code"], regions["name"], strict=True)) | {NATION: "Indonesia"}
    kind = dict.fromkeys(parent, "province") | dict(zip(regions["region_code"], regions["kind"], strict=True))
    found: Found = defaultdict(dict)
    for code in kind:
        add_name(found, name[code], kind[code], Match(code, _level(kind[code]), "name", "", ""))
    # A former name that is a province's today (Maluku Utara) is the district's only with its kind.
    today = {squeeze(name[code]) for code in parent}
    for change in read_region_changes("rename").itertuples():
        code, former = change.child_code, change.former_name
        match = Match(code, DISTRICT, "former_name", "", "")
        add_name(found, former, kind[code], match, bare=squeeze(former) not in today)
    _add_aliases(found, kind, name)
    homes = {code: frozenset(_line(first, parent)) for code, first in home.items()}
    return Gazetteer({key: _best(matches) for key, matches in found.items()}, name, kind, homes)


def _line(province: str, parent: dict[str, str]) -> list[str]:
    """A province and those it came from: 9200 → 9200, 9100, 9400."""
    line = [province]
    while parent[line[-1]]:
        line.append(parent[line[-1]])
    return line


def _level(kind: str) -> str:
    return PROVINCE if kind == PROVINCE else DISTRICT


def _best(matches: dict[Match, None]) -> tuple[Match, ...]:
    """One match per region: its own name before an alias before a former name."""
    order = ("name", "alias", "former_name")
    best: dict[str, Match] = {}
    for match in sorted(matches, key=lambda m: order.index(m.how)):
        best.setdefault(match.code, match)
    return tuple(best.values())


def _add_aliases(found: Found, kind: dict[str, str], name: dict[str, str]) -> None:
    """Rows of region_aliases.csv: with a kind all forms of the name, without one the text alone."""
    where = "region_aliases.csv"
    table = read_csv("region_aliases", ALIAS_COLUMNS)
    key = ["alias", "region_code"]
    check_unique(table, ["alias", "kind", "province_code", "region_code"], where)
    check_codes(table["region_code"], kind, where)
    check_codes(table.loc[table["province_code"] != "", "province_code"], kind, where)
    real = table["region_code"].map(kind)
    wrong = (table["kind"] != "") & (table["kind"] != real)
    check_rows(table, wrong, key, where, "another kind than the region's", "kabupaten, kota or province")
    empty = table["alias"].map(squeeze) == ""
    check_rows(table, empty, key, where, "aliases without letters", "write the name as printed")
    for row in table.itertuples():
        match = Match(row.region_code, _level(kind[row.region_code]), "alias", "", row.province_code)
        if row.kind:
            add_name(found, row.alias, row.kind, match)
        else:
            found[squeeze(row.alias)][match] = None
    taken = {squeeze(n): code for code, n in name.items()}
    stolen = [
        f"{r.alias} is {taken[squeeze(r.alias)]}"
        for r in table.itertuples()
        if taken.get(squeeze(r.alias), r.region_code) != r.region_code
    ]
    if stolen:
        raise DataError(where, "aliases that are another region's own name", stolen, "remove these rows")


def _read(text: str, spellings: dict[str, tuple[Match, ...]]) -> Label:
    """Look a label up as it stands, then without footnote and number, then half by half."""
    found = spellings.get(squeeze(text))
    if found:
        return Label(text, _REGION, found, "", level_of(found))
    line = one_line(text)
    if not line:
        return Label(text, Plain("blank" if not squeeze(text) else ""), (), "", OTHER)
    name, code = without_number(line)
    for form in dict.fromkeys((name, without_footnote(line), without_footnote(name))):
        found = spellings.get(squeeze(form))
        if found:
            return Label(text, _REGION, found, code, level_of(found))
    name = without_footnote(name)
    plain = read_plain(name)
    found = () if plain.kind else _by_halves(name, spellings)
    return Label(text, plain, found, code, level_of(found))


def level_of(matches: tuple[Match, ...]) -> str:
    """Level of a row with these matches, as in `Label`."""
    if len(matches) == 1:
        return matches[0].level
    found = {m.level for m in matches}
    return OTHER if not found else EITHER if len(found) > 1 else found.pop()


def _by_halves(text: str, spellings: dict[str, tuple[Match, ...]]) -> tuple[Match, ...]:
    """Two languages for one region: every half must be known and mean the same."""
    parts = [spellings.get(part, ()) for part in halves(text)]
    if not parts or not all(parts):
        return ()
    codes = [{m.code for m in part} for part in parts]
    if all(c == codes[0] for c in codes):
        return parts[0]
    # "DI Yogyakarta/Yogyakarta": the province is sure. "Bogor/Kota Bogor" may be both together: unknown.
    sure = parts[0][0]
    if len(codes[0]) == 1 and sure.level == PROVINCE and all(sure.code in c for c in codes):
        return (sure,)
    return ()

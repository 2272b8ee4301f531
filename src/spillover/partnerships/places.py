"""Places below the district: what a claim's place is, and in which district it lies."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from spillover.bps.gazetteer import gazetteer
from spillover.bps.labels import squeeze
from spillover.errors import check_codes, check_rows, check_unique
from spillover.partnerships.columns import NATION
from spillover.regions import read_provinces, read_regions
from spillover.sources import read_csv

PLACE_COLUMNS = {
    "place": "text", "kind": "text", "kecamatan": "text?", "region_code": "text", "ambiguous_with": "text?",
    "basis": "text", "url": "text?",
}  # fmt: skip
# From the narrowest to the widest.
KINDS = {
    "desa": 0, "kelurahan": 0, "kawasan": 1, "kecamatan": 2, "pulau": 3, "kabupaten": 4, "kota": 4,
    "provinsi": 5, "negara": 6,
}  # fmt: skip
WHERE = "places.csv"
_RANKS = {
    "desa": "desa kelurahan", "ds": "desa", "kelurahan": "kelurahan", "kel": "kelurahan",
    "village": "desa kelurahan", "kecamatan": "kecamatan", "kec": "kecamatan", "kabupaten": "kabupaten",
    "kab": "kabupaten", "kota": "kota", "provinsi": "provinsi", "prov": "provinsi", "pulau": "pulau",
    "kawasan": "kawasan",
}  # fmt: skip
_RANKED = re.compile(rf"({'|'.join(_RANKS)})\b\.?\s*(.+)", re.IGNORECASE)
_AND = re.compile(r"\s+(?:dan|and|&)\s+", re.IGNORECASE)


class Located(NamedTuple):
    """A place that was looked up.

    Attributes
    ----------
    place : str
        Its name in the reference tables; as printed where it is in none or means several.
    region_code : str
        District, province or nation ("0000"); "" where it is unknown or not settled.
    kind : str
        One of ``KINDS``, or "unknown", or "ambiguous" (the name stands in several districts).
    ambiguous : str
        What else the name may mean, "" if nothing else, or if the text itself names the district.
    """

    place: str
    region_code: str
    kind: str
    ambiguous: str


class _Place(NamedTuple):
    place: str
    region_code: str
    kind: str
    kecamatan: str
    ambiguous: str


_Index = dict[str, list[_Place]]


def read_places() -> pd.DataFrame:
    """Read the gazetteer of places below the district that claims name.

    Returns
    -------
    DataFrame
        One row per place, the columns of ``PLACE_COLUMNS``: region_code is its district or province (BPS),
        ambiguous_with says what else the name may mean, basis how the district is known.

    Raises
    ------
    DataError
        An unknown kind or region code, a village without its kecamatan, a place given twice.

    Examples
    --------
    >>> set(read_places()["kind"]) <= set(KINDS)
    True
    """
    table = read_csv("places", PLACE_COLUMNS)
    check_places(table)
    return table


def check_places(table: pd.DataFrame) -> None:
    """Raise unless a table is as `read_places` says."""
    key = ["place", "kind", "kecamatan", "region_code"]
    check_unique(table, key, WHERE)
    bad = ~table["kind"].isin(KINDS)
    check_rows(table, bad, key, WHERE, "unknown kind", f"use {', '.join(KINDS)}")
    known = {NATION, *read_regions()["region_code"], *read_provinces()["province_code"]}
    check_codes(table["region_code"], known, WHERE)
    village = table["kind"].isin(["desa", "kelurahan", "kecamatan"])
    bare = village & table["kecamatan"].eq("")
    check_rows(table, bare, key, WHERE, "places without kecamatan", "add it; of a kecamatan, its own name")
    whole = table["region_code"].str.endswith("00")
    wide = table["kind"].isin(["provinsi", "negara"])
    bad = (wide & ~whole) | (whole & ~wide & table["kind"].ne("pulau"))
    check_rows(
        table, bad, key, WHERE, "codes that do not fit the kind", "give places below it their district"
    )


def locate(text: str, *, within: str = "", places: pd.DataFrame | None = None) -> list[Located]:
    """Find the places that a text names.

    Parts are split at ";", and at "," unless a name contains the one before it: "Desa Kobe, Kec. Weda
    Tengah, Halmahera Tengah" is one place, the most specific; the others say where it lies. A name means
    the widest thing so called in its district (Ternate the city) unless its kind is printed before it.

    Parameters
    ----------
    text : str
        A claim's place as printed.
    within : str
        Code of a district or province in which all of it lies, as the claim's own region_code.
    places : DataFrame, optional
        As from `read_places`, which is read without it.

    Returns
    -------
    list of Located
        One for each place, in printed order. A name that no table has is "unknown": it is not guessed
        from its sound or its neighbours.

    Examples
    --------
    >>> [tuple(p) for p in locate("Bahodopi, Morowali; Nowhere")]
    [('Bahodopi', '7203', 'kecamatan', ''), ('Nowhere', '', 'unknown', '')]
    """
    index = _index(read_places() if places is None else places)
    found: list[Located] = []
    for part in text.split(";"):
        if part.strip():
            found += _locate_part(part.strip(), within, index)
    return found


def _index(places: pd.DataFrame) -> _Index:
    """Places by their squeezed names, cities also without their kind."""
    index: _Index = {}
    for row in places.itertuples():
        place = _Place(row.place, row.region_code, row.kind, row.kecamatan, row.ambiguous_with)
        for name in {row.place, row.place.removeprefix("Kota ") if row.kind == "kota" else row.place}:
            index.setdefault(squeeze(name), []).append(place)
    return index


def _locate_part(part: str, within: str, index: _Index) -> list[Located]:
    """Places of one part: a chain from the village to the province, or several side by side."""
    opened = part.replace("(", ",").replace(")", "")
    items = [_peers(item.strip(), index) for item in opened.split(",") if item.strip()]
    if _candidates(part, index):
        items = [[part]]
    found: list[Located] = []
    before: list[_Place] = []
    for i, names in enumerate(items):
        outer = [_candidates(name, index) for later in items[i + 1 :] for name in later]
        around = [places[0] for places in outer if len({p.region_code for p in places}) == 1]
        left = [_fitting(_candidates(name, index), around, within) for name in names]
        if len(names) == 1 and left[0] and before and all(_contains(left[0][0], p) for p in before):
            continue
        found += [_settled(*pair, around, within) for pair in zip(names, left, strict=True)]
        before = left[-1] or before
    return found


def _peers(item: str, index: _Index) -> list[str]:
    """Names joined by "dan" or "and", unless the whole is one name."""
    return [item] if _candidates(item, index) else [name for name in _AND.split(item) if name.strip()]


def _candidates(name: str, index: _Index) -> list[_Place]:
    """All that a name may mean, the widest first."""
    found = list(index.get(squeeze(name), []))
    ranked = _RANKED.fullmatch(name.strip())
    if ranked:
        kinds = _RANKS[ranked[1].lower()].split()
        found += [p for p in index.get(squeeze(ranked[2]), []) if p.kind in kinds]
    gaz = gazetteer()
    label = gaz.read(name)
    for match in label.matches:
        kind = "provinsi" if match.level == "province" else gaz.kind[match.code]
        if not any((p.region_code, p.kind) == (match.code, kind) for p in found):
            found.append(_Place(gaz.name[match.code], match.code, kind, "", ""))
    if label.plain.kind == "nation":
        found.append(_Place(name, NATION, "negara", "", ""))
    return sorted(dict.fromkeys(found), key=lambda p: -KINDS[p.kind])


def _fitting(places: list[_Place], around: Sequence[_Place], within: str) -> list[_Place]:
    """What a name may mean beside the wider places ``around`` it and inside of the region ``within``."""
    fitting = [p for p in places if any(_contains(outer, p) for outer in around)]
    inside = [p for p in fitting or places if within and _lies_in(p.region_code, within)]
    return inside or fitting or places


def _settled(name: str, left: list[_Place], around: Sequence[_Place], within: str) -> Located:
    """The one place that is left, or why there is none."""
    if not left:
        return Located(name, "", "unknown", "")
    first = left[0]
    if len({p.region_code for p in left}) > 1:
        others = " or ".join(f"{p.place} ({p.region_code})" for p in left)
        return Located(name, "", "ambiguous", others)
    alike = [p for p in left if p.kind == first.kind]
    words = " or ".join(dict.fromkeys(p.kecamatan for p in alike)) if len(alike) > 1 else first.ambiguous
    named = [outer.region_code for outer in around if _contains(outer, first)] + [within]
    sure = len(alike) == 1 and first.region_code in named
    return Located(first.place, first.region_code, first.kind, "" if sure else words)


def _lies_in(code: str, outer: str) -> bool:
    """Whether a region is another one or a district of it."""
    return outer in (code, NATION) or (outer.endswith("00") and code[:2] == outer[:2])


def _contains(outer: _Place, inner: _Place) -> bool:
    """Whether one place is wider than another and has it inside, as far as the tables say."""
    if KINDS[outer.kind] <= KINDS[inner.kind] or not _lies_in(inner.region_code, outer.region_code):
        return False
    if KINDS[outer.kind] >= KINDS["kabupaten"]:
        return True
    own = {squeeze(outer.place), squeeze(outer.kecamatan)} - {""}
    return squeeze(inner.kecamatan) in own

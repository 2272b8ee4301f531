"""Spellings of one region's name: with and without its kind, island forms, English word order."""

from __future__ import annotations

from typing import NamedTuple

from spillover.bps.labels import squeeze

# Squeezed words that stand before or behind a name and say its kind.
_BEFORE = {
    "kabupaten": ("kab", "kabupaten", "kabadm", "kabupatenadm", "kabupatenadministrasi", "regencyof"),
    "kota": ("kota", "kotamadya", "kotamadia", "kodya", "kotaadm", "kotaadministrasi", "cityof"),
    "province": (
        "provinsi",
        "propinsi",
        "prov",
        "province",
        "provinceof",
        "jumlah",
        "total",
        "jumlahprovinsi",
    ),
}
_BEHIND = {
    "kabupaten": ("kab", "kabupaten", "regency"),
    "kota": ("kota", "kotamadya", "city", "capitalcity", "municipality"),
    "province": ("province", "provinsi"),
}
_ENGLISH = {
    "utara": "north", "selatan": "south", "timur": "east", "barat": "west", "tengah": "central",
    "tenggara": "southeast", "barat daya": "southwest",
}  # fmt: skip


class Match(NamedTuple):
    """A region that a spelling may mean: its code, level ("province" or "district"), how the spelling is
    known ("name", "alias", "former_name"), the kind that the spelling itself says ("kabupaten", "kota", ""),
    and the only province where it counts ("" = everywhere).
    """

    code: str
    level: str
    how: str
    said: str
    only_in: str


# What is known so far: squeezed spelling → its matches, in the order in which they were found.
Found = dict[str, dict[Match, None]]


def add_name(found: Found, name: str, kind: str, match: Match, *, bare: bool = True) -> None:
    """All spellings of one name: island forms, English word order, with and without its kind."""
    base = name.removeprefix("Kota ") if kind == "kota" else name
    said = match._replace(said="" if kind == "province" else kind)
    for form in _forms(base):
        if bare:
            found[form][match] = None
        for word in _BEFORE[kind]:
            found[word + form][said] = None
        for word in _BEHIND[kind]:
            found[form + word][said] = None


def _forms(base: str) -> set[str]:
    """Squeezed forms of a name without its kind: ``Kep.`` before or behind, English word order."""
    words = base.lower().split()
    forms = {squeeze(base)}
    if "kepulauan" in words and "dan" not in words:
        rest = "".join(squeeze(w) for w in words if w != "kepulauan")
        forms |= {f"kep{rest}", f"kepulauan{rest}", f"{rest}kep", f"{rest}kepulauan", f"{rest}islands"}
    elif "kepulauan" in words:
        forms.add(squeeze(base).replace("kepulauan", "kep"))
    for length in (2, 1):
        side = _ENGLISH.get(" ".join(words[-length:]))
        if side and len(words) > length:
            rest = squeeze("".join(words[:-length]))
            forms.add(side + rest)
            break
    return forms

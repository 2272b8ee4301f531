"""Region codes of a table, told apart as a whole set: today's BPS, BPS before a recoding, or Kemendagri."""

from __future__ import annotations

import re
from functools import lru_cache

from spillover.bps.gazetteer import NATION, Gazetteer, Label
from spillover.errors import DataError
from spillover.regions import read_provinces, read_region_changes, read_regions

TOTAL_CODE = "9999"
_BLANK = frozenset(("", "-", "–", "—"))
_SHAPE = re.compile(r"\d{2}|\d{4}|\d\d\.\d\d|\d{7}")
_LOST_ZERO = re.compile(r"\d{1,7}\.\d?|\d{2,7}\.0+")
_REMEDY = "give the codes as printed, as text, or declare their system: --codes bps|kemendagri|bps_2021"


def code_systems(gaz: Gazetteer) -> dict[str, dict[str, str]]:
    """Code systems by name, each with its codes as printed → region code of today.

    Returns
    -------
    dict
        ``"bps"`` (today), ``"bps_YEAR"`` for the codes of the last year before each recoding (``bps_2021``
        before the Papua provinces of 2022, ``bps_2011`` before Kalimantan Utara) and ``"kemendagri"``
        ("72.06", "7206" or, for a province, "72").

    Examples
    --------
    >>> from spillover.bps.gazetteer import gazetteer
    >>> systems = code_systems(gazetteer())
    >>> systems["bps"]["7206"], systems["kemendagri"]["7206"], systems["bps_2021"]["9401"]
    ('7206', '7203', '9501')
    """
    return _systems(gaz)


@lru_cache(maxsize=2)
def _systems(gaz: Gazetteer) -> dict[str, dict[str, str]]:
    regions, provinces, recodes = read_regions(), read_provinces(), read_region_changes("recode")
    fixed = {NATION: NATION, TOTAL_CODE: ""}
    bps = fixed | {code: code for code in gaz.kind} | {p[:2]: p for p in provinces["province_code"]}
    systems = {"bps": bps}
    for year in sorted(set(recodes["year"]), reverse=True):
        undone = recodes[recodes["year"] >= year]
        former = dict(zip(undone["former_code"], undone["child_code"], strict=True))
        kept = {code: region for code, region in bps.items() if code not in set(former.values())}
        systems[f"bps_{year - 1}"] = kept | former
    home = dict(zip(provinces["kemendagri_code"], provinces["province_code"], strict=True))
    dotted = dict(zip(regions["kemendagri_code"], regions["region_code"], strict=True))
    systems["kemendagri"] = fixed | home | dotted | {c.replace(".", ""): r for c, r in dotted.items()}
    return systems


def read_codes(
    codes: list[str], rows: list[Label], system: str, province: str | None, gaz: Gazetteer
) -> list[str]:
    """Region of each row by its printed code, after the system of the whole set was found.

    Parameters
    ----------
    codes : list of str
        As printed, "" where a row has none: 4 digits, 2 digits, 7 digits ("7203000") or "72.06".
    rows : list of Label
        The rows' labels; where a name is known, it must agree with the code.
    system : str
        "auto" or a key of `code_systems`.
    province : str or None
        Province code ("7200") of a provincial table, whose districts may have codes of two digits.

    Returns
    -------
    list of str
        Region code of today ("0000" for the nation), "" for rows without a code and for totals.

    Raises
    ------
    DataError
        Codes that are no region codes, that lost a zero (7203.0, 11.1), that fit no system as a whole or
        disagree with the names, or that fit two systems which mean different regions.
    """
    if system == "auto" and not any(codes):
        return codes
    systems = code_systems(gaz)
    if system != "auto" and system not in systems:
        raise DataError("codes", "unknown code system", [system], f"use auto, {', '.join(systems)}")
    plain = _clean(codes, rows)
    if not any(plain):
        return plain
    short = bool(province) and all(len(c) == 2 or c in (NATION, TOTAL_CODE) for c in plain if c)
    results: dict[str, tuple[list[str], list[str]]] = {}
    for name in systems if system == "auto" else (system,):
        results[name] = _try(plain, rows, systems[name], _prefix(name, province, short), gaz)
    fitting = {name: regions for name, (regions, faults) in results.items() if not faults}
    if not fitting:
        closest = min(results, key=lambda name: len(results[name][1]))
        raise DataError(
            "codes", f"codes that do not fit as a whole (read as {closest})", results[closest][1], _REMEDY
        )
    first = next(iter(fitting))
    others = [n for n in fitting if fitting[n] != fitting[first]]
    if others:
        other = others[0]
        differ = [
            f"{plain[i]} is {gaz.title(a)} in {first}, {gaz.title(b)} in {other}"
            for i, (a, b) in enumerate(zip(fitting[first], fitting[other], strict=True))
            if a != b
        ]
        raise DataError("codes", "codes that fit two code systems, and no name decides", differ, _REMEDY)
    return fitting[first]


def _prefix(system: str, province: str | None, short: bool) -> str:
    """What stands before codes of two digits in a provincial table."""
    if not short or not province:
        return ""
    if system != "kemendagri":
        return province[:2]
    home = read_provinces().set_index("province_code")["kemendagri_code"]
    return str(home[province])


def _clean(codes: list[str], rows: list[Label]) -> list[str]:
    """Codes in the form of the systems: seven digits cut to four; refused if they are none."""
    plain: list[str] = []
    wrong: list[str] = []
    lost: list[str] = []
    for printed, row in zip(codes, rows, strict=True):
        code = printed.replace("\ufeff", "").strip()
        if code in _BLANK:
            plain.append("")
            continue
        if not code.isascii() or not _SHAPE.fullmatch(code) or (len(code) == 7 and code[4:] != "000"):
            (lost if code.isascii() and _LOST_ZERO.fullmatch(code) else wrong).append(
                f"{code!r} ({row.text})"
            )
        plain.append(NATION if code == "00" else code[:4] if len(code) == 7 else code)
    if lost:
        raise DataError(
            "codes",
            "codes that were read as numbers and may have lost a zero (11.1 is 11.01 or 11.10)",
            lost + wrong,
            "read the code column as text from the file as published",
        )
    if wrong:
        raise DataError("codes", "codes that are no region codes", wrong, _REMEDY)
    return plain


def _try(
    plain: list[str], rows: list[Label], system: dict[str, str], prefix: str, gaz: Gazetteer
) -> tuple[list[str], list[str]]:
    """Regions of the set under one system, and what speaks against it."""
    regions, faults = [], []
    for code, row in zip(plain, rows, strict=True):
        full = code if not code or code in (NATION, TOTAL_CODE) else prefix + code
        region = system.get(full, "") if full else ""
        regions.append(region)
        if full and full not in system:
            hint = "; codes of two digits need province=" if len(full) == 2 else ""
            faults.append(f"{code} ({row.text}) is unknown{hint}")
        elif full and not _agrees(region, row, gaz):
            says = " or ".join(gaz.title(m.code) for m in row.matches) or row.plain.kind
            faults.append(f"{code} is {gaz.title(region)}, the name {row.text!r} is {says}")
    return regions, faults


def _agrees(region: str, row: Label, gaz: Gazetteer) -> bool:
    """Whether a row's label allows this region; an unknown or empty label allows any."""
    if row.matches:
        return any(m.code == region for m in row.matches)
    if row.plain.kind == "nation":
        return region == NATION
    if row.plain.kind in ("total", "section"):
        return gaz.kind.get(region, "province") == "province"
    return True

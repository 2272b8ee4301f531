"""Fetch a table of the BPS web API by a name that people use, with the record that says where it is from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from spillover.bps.apicache import Answer
from spillover.bps.apicells import plain
from spillover.bps.apipages import OnPage
from spillover.bps.webapi import Client
from spillover.errors import DataError

# Numbers of variables of the national domain, seen in public uses of the API.
KNOWN = {"imk": "440", "poverty": "195", "poverty_rate": "621", "tpt": "543"}
NATION = "0000"

# What titles of variables say, where numbers are not known: each domain numbers its own.
_TITLES = {
    "imk": r"industri.*\b(?:mikro|kecil)\b|\bIMK\b",
    "poverty": r"garis kemiskinan",
    "poverty_rate": r"persentase penduduk miskin",
    "tpt": r"pengangguran terbuka|\bTPT\b",
    "grdp": r"\bPDRB\b|produk domestik regional bruto",
}


@dataclass(frozen=True)
class Fetched:
    """A table as it came, and a proposed record for ``sources.yml``.

    Attributes
    ----------
    body : bytes
        JSON, as BPS sent it.
    record : dict
        The fields of `spillover.sources.FIELDS`.
    """

    body: bytes
    record: dict[str, Any]


def fetch_table(
    client: Client,
    what: str,
    domain: str = NATION,
    years: Sequence[str | int] | None = None,
    on_page: OnPage | None = None,
) -> list[Fetched]:
    """Fetch a table.

    Parameters
    ----------
    client : Client
    what : str
        ``imk``, ``poverty`` (line), ``poverty_rate``, ``tpt``, ``grdp`` (by number for the nation where it
        is known, else by the titles of the domain's variables); the number of a variable
        (``"440"``); ``"static:23"`` for a static table; ``"simdasi:<id>"`` for a table of *Daerah Dalam
        Angka*.
    domain : str
        Four digits: ``"0000"`` the nation, ``"7200"`` a province, ``"7203"`` a district.
    years : sequence, optional
        Default all; SIMDASI needs them.
    on_page : callable, optional
        ``on_page(done, total)`` while a long list is read.

    Returns
    -------
    list of Fetched
        One for each response (SIMDASI: one a year).

    Raises
    ------
    DataError
        Unknown name, domain or year; several variables fit a name; whatever the client raises.

    Examples
    --------
    >>> fetch_table(Client(offline=True), "gdp")
    Traceback (most recent call last):
    ...
    spillover.errors.DataError: BPS web API: unknown table (1: gdp). To mend it: use imk, poverty, \
poverty_rate, tpt, grdp, the number of a variable, static:<id> or simdasi:<id>.
    """
    if not (len(domain) == 4 and domain.isascii() and domain.isdigit()):
        raise DataError("BPS web API", "not a domain", [domain], "use four digits: 0000, 7200, 7203")
    what = what.lower() if what.lower() in _TITLES else what
    kind, _, table_id = what.partition(":")
    if kind == "static" and table_id.isascii() and table_id.isdigit():
        return [_static(client, table_id, domain, years)]
    if kind == "simdasi" and table_id:
        if not years:
            raise DataError(
                what,
                "no years given",
                remedy="name them, as in --years 2019-2023: it is asked for year by year",
            )
        return [_simdasi(client, table_id, domain, str(year)) for year in years]
    var = KNOWN.get(what, what) if domain == NATION else what
    if var in _TITLES:
        var = _by_title(client, var, domain, on_page)
    if not (var.isascii() and var.isdigit()):
        names = ", ".join(_TITLES)
        remedy = f"use {names}, the number of a variable, static:<id> or simdasi:<id>"
        raise DataError("BPS web API", "unknown table", [what], remedy)
    answer = client.data(var, domain, years)
    payload = answer.payload
    span = [plain(t.get("label")) for t in payload["tahun"]]
    title = f"{plain(payload['var'][0].get('label'))}, {_years(span)}"
    name = what if what in _TITLES else f"var{var}"
    return [_fetched(answer, f"bps_{name}_{domain}_{_years(span)}", title, payload.get("last_update"))]


def _static(client: Client, table_id: str, domain: str, years: Sequence[str | int] | None) -> Fetched:
    if years:
        raise DataError(
            f"static:{table_id}", "a static table has its own years", years, "leave the years out"
        )
    answer = client.static_table(table_id, domain)
    data = answer.payload["data"]
    updated = data.get("updt_date") or data.get("cr_date")
    return _fetched(answer, f"bps_static{table_id}_{domain}", plain(data.get("title")), updated)


def _simdasi(client: Client, table_id: str, domain: str, year: str) -> Fetched:
    answer = client.simdasi(table_id, domain + "000", year)
    table = answer.payload["data"][1]
    title = f"{plain(table.get('judul_tabel'))}, {year}"
    short = re.sub(r"[^0-9A-Za-z]", "", table_id).lower()
    return _fetched(answer, f"bps_simdasi_{short}_{domain}_{year}", title, table.get("table_created"))


def _by_title(client: Client, what: str, domain: str, on_page: OnPage | None) -> str:
    """Number of the one variable of a domain whose title says what is wanted."""
    pattern = re.compile(_TITLES[what], re.IGNORECASE)
    found = {
        plain(item.get("var_id")): plain(item.get("title"))
        for item in client.list_items("var", domain, on_page)
        if pattern.search(plain(item.get("title")))
    }
    if len(found) == 1:
        return next(iter(found))
    problem = f"several variables are {what}" if found else f"no variable is {what}"
    other = "try the domain of the province (7200), or fetch a variable by its number"
    remedy = f"fetch one of them by its number: spillover fetch {min(found)}" if found else other
    raise DataError(f"domain {domain}", problem, [f"{var} {title}" for var, title in found.items()], remedy)


def _years(labels: Sequence[str]) -> str:
    """First and last year, or all of them where there are gaps: ``2015_2017``, ``2015_2017_2020``."""
    years = sorted(labels)
    if not all(y.isascii() and y.isdigit() for y in years):
        return "_".join(re.sub(r"\W", "", y) for y in years)
    whole = int(years[-1]) - int(years[0]) + 1 == len(years)
    return "_".join(dict.fromkeys([years[0], years[-1]] if whole else years))


def _fetched(answer: Answer, source_id: str, title: str, updated: object) -> Fetched:
    published = plain(updated) or "not stated"
    record = {
        "id": source_id,
        "file": f"raw/{source_id}.json",
        "sha256": answer.stamp.sha256,
        "title": title,
        "producer": "BPS",
        "citation": f"BPS, {title} (web API, updated {published})",
        "url": answer.stamp.url,
        "how_to_obtain": "request the url with a key of the BPS web API",
        "accessed": answer.stamp.fetched[:10],
        "published": published,
        "licence": "not stated by the API",
        "redistributable": False,
    }
    return Fetched(answer.body, record)

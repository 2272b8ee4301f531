"""A client of the BPS web API (``webapi.bps.go.id``): domains, lists, dynamic, static and SIMDASI tables."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from spillover.bps.apicache import Answer, Stamp, default_cache_dir, read_cached, write_cached
from spillover.bps.apicells import bare, plain
from spillover.bps.apihttp import Get, Pace, open_api
from spillover.bps.apijson import check_payload, load_json
from spillover.bps.apikey import checked_key, read_key
from spillover.bps.apipages import OnPage, all_pages
from spillover.errors import DataError

BASE_URL = "https://webapi.bps.go.id/v1/api"

_FETCH_AGAIN = "fetch it again with refresh: the list changed while it was read, or pages were lost"


class Client:
    """Asks the BPS web API, and keeps what it answers.

    Parameters
    ----------
    key : str, optional
        Else `read_key`, and only when something has to be fetched.
    base_url : str
        HTTPS, but for this machine itself.
    cache_dir : Path, optional
        Folder for responses, default `default_cache_dir`. What is there is not fetched again.
    offline, refresh : bool
        Fetch nothing; fetch all again.
    pace : Pace
        Rate, time-outs, tries and limits.

    Raises
    ------
    DataError
        By every method: no key, no network, BPS refused, or the response is not what was asked for.

    Examples
    --------
    >>> Client(offline=True)
    Client('https://webapi.bps.go.id/v1/api', offline=True)
    >>> with Client("0123456789abcdef", offline=True, cache_dir=Path("no-such-folder")) as client:
    ...     client.static_table(23, "7315")
    Traceback (most recent call last):
    ...
    spillover.errors.DataError: https://webapi.bps.go.id/v1/api/view?model=statictable&lang=ind&domain=7315&id\
=23: is not in the cache. To mend it: go online once without `offline`.
    """

    def __init__(
        self,
        key: str | None = None,
        *,
        base_url: str = BASE_URL,
        cache_dir: Path | None = None,
        offline: bool = False,
        refresh: bool = False,
        pace: Pace | None = None,
    ) -> None:
        if offline and refresh:
            raise DataError("BPS web API", "offline and refresh contradict each other", remedy="choose one")
        given = checked_key(key) if key is not None else None
        self._read_key: Callable[[], str] = lambda: given or read_key()
        self._base_url = base_url.rstrip("/")
        self._cache = cache_dir if cache_dir is not None else default_cache_dir()
        self._offline, self._refresh = offline, refresh
        self._pace = pace or Pace()
        self._get: Get | None = None
        self._stack = ExitStack()

    def __repr__(self) -> str:
        return f"Client({self._base_url!r}, offline={self._offline})"

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; the next request opens it again."""
        self._get = None
        self._stack.close()

    def ask(self, path: str, params: dict[str, str]) -> Answer:
        """One response, from the cache if it is there.

        Parameters
        ----------
        path : str
            ``list``, ``view``, ``domain``, or ``interoperabilitas/…``, whose parameters BPS takes as path.
        params : dict
            Without the key.

        Returns
        -------
        Answer
        """
        url = self._url(path, params)
        cached = None if self._refresh else read_cached(self._cache, url)
        if cached is None and self._offline:
            raise DataError(url, "is not in the cache", remedy="go online once without `offline`")
        if cached is not None:
            stamp, body = cached
        else:
            if self._get is None:
                self._get = self._stack.enter_context(open_api(self._base_url, self._read_key(), self._pace))
            body = self._get(url)
            fetched = self._pace.now().isoformat(timespec="seconds")
            stamp = Stamp(url, fetched, hashlib.sha256(body).hexdigest())
        payload = load_json(body, url)
        check_payload(payload, url)
        if cached is None:
            write_cached(self._cache, stamp, body)  # only what BPS answered: a refusal is asked again
        return Answer(stamp, body, payload)

    def _url(self, path: str, params: dict[str, str]) -> str:
        if path.startswith("interoperabilitas/"):
            tail = "/".join(f"{quote(k, safe='')}/{quote(v, safe='')}" for k, v in params.items())
            return f"{self._base_url}/{path}/{tail}".rstrip("/")
        return f"{self._base_url}/{path}?{urlencode(params)}"

    def domains(self, kind: str = "all", prov: str = "") -> list[dict[str, Any]]:
        """Domains: ``kind`` is all, prov, kab or kabbyprov (then with ``prov``, such as ``"7200"``)."""
        return all_pages(self.ask, "domain", {"type": kind} | ({"prov": prov} if prov else {}))

    def list_items(
        self, model: str, domain: str, on_page: OnPage | None = None, **params: object
    ) -> list[dict[str, Any]]:
        """All items of a list, over all its pages.

        Parameters
        ----------
        model : str
            subject, subcat, var, th, turth, turvar, vervar, unit, statictable, …
        domain : str
            ``"0000"`` for the nation, ``"7200"`` a province, ``"7203"`` a district.
        on_page : callable, optional
            ``on_page(done, total)`` after each page.
        **params
            Further parameters, such as ``var=440``.

        Returns
        -------
        list of dict
            The items as BPS sends them, numbers as printed.
        """
        asked = {"model": model, "lang": "ind", "domain": domain} | {k: str(v) for k, v in params.items()}
        return all_pages(self.ask, "list", asked, on_page)

    def year_ids(self, var: str, domain: str) -> dict[str, str]:
        """Year as labelled → its ``th_id``, for the years that a variable has."""
        found: dict[str, str] = {}
        where = f"years of variable {var}, domain {domain}"
        for item in self.list_items("th", domain, var=var):
            label, th_id = plain(item.get("th")), bare(item.get("th_id"))
            if not label or not th_id or found.setdefault(label, th_id) != th_id:
                raise DataError(where, "a year with no number or two", [f"{label}={th_id}"], _FETCH_AGAIN)
        return found

    def data(self, var: str | int, domain: str, years: Iterable[str | int] | None = None) -> Answer:
        """A dynamic table.

        Parameters
        ----------
        var : str or int
            Number of the variable, such as 440.
        domain : str
        years : iterable, optional
            Years as BPS labels them; default all.

        Returns
        -------
        Answer
            Its payload goes to `decode_json`.
        """
        where = f"variable {var}, domain {domain}"
        ids = self.year_ids(str(var), domain)
        wanted = list(ids) if years is None else [str(y) for y in years]
        missing = [y for y in wanted if y not in ids]
        if missing or not wanted:
            raise DataError(
                where, "years that BPS does not have", missing, f"choose from {', '.join(sorted(ids))}"
            )
        th = ";".join(ids[y] for y in wanted)
        params = {"model": "data", "lang": "ind", "domain": domain, "var": str(var), "th": th}
        answer = self.ask("list", params)
        payload = answer.payload if isinstance(answer.payload, dict) else {}
        came_var = [bare(v.get("val")) for v in payload.get("var") or []]
        came = {plain(t.get("label")) for t in payload.get("tahun") or []}
        if came_var != [str(var)] or came != set(wanted):
            offenders = [f"variable {v}" for v in came_var if v != str(var)] + sorted(came ^ set(wanted))
            raise DataError(
                where, "the response is about something else", offenders, "ask for fewer years at a time"
            )
        return answer

    def static_table(self, table_id: str | int, domain: str) -> Answer:
        """A static table: HTML inside JSON."""
        params = {"model": "statictable", "lang": "ind", "domain": domain, "id": str(table_id)}
        answer = self.ask("view", params)
        data = answer.payload.get("data") if isinstance(answer.payload, dict) else None
        came = bare(data.get("table_id")) if isinstance(data, dict) else ""
        if came != str(table_id):
            problem = "the response is about another table"
            raise DataError(
                answer.stamp.url, problem, [came or "none"], "look the id up in the list statictable"
            )
        return answer

    def simdasi(self, table_id: str, area: str, year: str | int) -> Answer:
        """A SIMDASI table: an opaque id, a 7-digit area (``"7203000"``) and a year."""
        params = {"tahun": str(year), "id_tabel": table_id, "wilayah": area}
        answer = self.ask("interoperabilitas/datasource/simdasi/id/25", params)
        data = answer.payload.get("data") if isinstance(answer.payload, dict) else None
        table = data[1] if isinstance(data, list) and len(data) == 2 and isinstance(data[1], dict) else {}
        came = bare(table.get("tahun_data"))
        if came != str(year):
            problem = "the response is about another year"
            raise DataError(
                answer.stamp.url, problem, [came or "none"], "look the years up with simdasi_items(23, …)"
            )
        return answer

    def simdasi_items(self, number: int, **params: object) -> list[dict[str, Any]]:
        """A SIMDASI list: 26 provinces, 27 districts, 28 sub-districts, 22 subjects, 23 and 24 tables."""
        path = f"interoperabilitas/datasource/simdasi/id/{number}"
        return all_pages(self.ask, path, {k: str(v) for k, v in params.items()})

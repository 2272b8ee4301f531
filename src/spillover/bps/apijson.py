"""Payloads of the BPS web API: which of its forms one has, what it says when it refuses, and its cells."""

from __future__ import annotations

import json
from dataclasses import replace
from html import unescape
from typing import Any

from spillover.bps.apicells import bare, plain
from spillover.bps.apidynamic import dynamic_cells
from spillover.bps.apisimdasi import simdasi_cells
from spillover.bps.sheets import LongCells, Sheet
from spillover.errors import DataError

_EMPTY = {
    "list-not-available": "BPS has no such list",
    "not-available": "BPS has no data for this request",
}
_CHECK_KEY = "check BPS_API_KEY: the key must be the one of your account at the BPS web API"
_CHECK_REQUEST = "check the table, region and year of the request"
_TRY_OTHER = "choose another table, region or year; Client.list_items in Python lists what BPS has"


def load_json(body: bytes, where: str) -> Any:
    """Parse a response body; numbers stay as printed.

    Parameters
    ----------
    body : bytes
        UTF-8, with or without a byte-order mark.
    where : str
        What to call it in a message.

    Returns
    -------
    object
        As by `json.loads`, each number as the text that stands in the file.

    Raises
    ------
    DataError
        It is an HTML page (a firewall's, as a rule), or no complete JSON.

    Examples
    --------
    >>> load_json(b'{"a": 6.30}', "a.json")
    {'a': '6.30'}
    """
    start = body[:512].removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start == b"<":
        remedy = "wait some minutes, or try from another network: the firewall of BPS blocks some"
        raise DataError(where, "an HTML page came instead of JSON", remedy=remedy)
    reason = ""
    try:
        return json.loads(body.decode("utf-8-sig"), parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        reason = type(error).__name__
    raise DataError(where, f"is not complete JSON ({reason})", remedy="fetch it again")


def check_payload(payload: Any, where: str) -> None:
    """Raise if the payload is one of the forms in which BPS says no.

    Parameters
    ----------
    payload : object
        As parsed.
    where : str

    Raises
    ------
    DataError
        Empty forms (``list-not-available``, ``not-available``), errors with a message, an unknown key,
        or an error nested under an outer ``OK``.

    Examples
    --------
    >>> check_payload({"status": "OK", "data-availability": "list-not-available", "data": ""}, "list var")
    Traceback (most recent call last):
    ...
    spillover.errors.DataError: list var: BPS has no such list. To mend it: choose another table, region or \
year; Client.list_items in Python lists what BPS has.
    """
    if isinstance(payload, list):
        _refuse_bare_error(payload, where)
    if not isinstance(payload, dict):
        return
    if payload.get("error"):
        raise DataError(where, f"BPS refused: {plain(payload['error'])}", remedy=_CHECK_KEY)
    status = bare(payload.get("status")).lower()
    nested = _nested_error(payload.get("data"))
    if nested or status not in ("ok", "", "200"):
        said = nested or plain(payload.get("message")) or "an error without a message"
        remedy = _CHECK_KEY if "key" in said.lower().split() else _CHECK_REQUEST
        raise DataError(where, f"BPS refused: {said}", remedy=remedy)
    availability = bare(payload.get("data-availability")).lower()
    if availability in _EMPTY:
        raise DataError(where, _EMPTY[availability], remedy=_TRY_OTHER)


def _nested_error(data: Any) -> str:
    """Message of an error object inside ``data``, also where a list's items should be, else ``""``."""
    entries = data if isinstance(data, list) else [data]
    if len(entries) == 2 and isinstance(entries[1], list) and len(entries[1]) == 1:
        entries = [*entries, *entries[1]]
    for entry in entries:
        if not isinstance(entry, dict):
            continue
        code = bare(entry.get("status"))
        failed = len(code) == 3 and code.isdigit() and code[0] in "45"
        if failed or bare(entry.get("condition")).upper() == "ERROR":
            return plain(entry.get("message")) or f"status {code}"
    return ""


def list_page(payload: Any, where: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Envelope and items of one page of a list.

    Parameters
    ----------
    payload : object
        ``{"status": "OK", "data": [{"page", "pages", "total", …}, [items]]}``.
    where : str

    Returns
    -------
    tuple of dict and list of dict

    Raises
    ------
    DataError
        An error form of BPS, or no such envelope.

    Examples
    --------
    >>> list_page({"status": "OK", "data": [{"page": 1, "pages": 1}, [{"th_id": 117, "th": 2017}]]}, "th")
    ({'page': 1, 'pages': 1}, [{'th_id': 117, 'th': 2017}])
    """
    check_payload(payload, where)
    data = payload.get("data") if isinstance(payload, dict) else None
    if isinstance(data, list) and _is_list(data):
        return data[0], data[1]
    raise DataError(where, "is not a list of the BPS web API", remedy="fetch it again")


def _is_list(data: list[Any]) -> bool:
    return (
        len(data) == 2
        and isinstance(data[0], dict)
        and isinstance(data[1], list)
        and all(isinstance(item, dict) for item in data[1])
    )


def decode_json(payload: Any, where: str) -> list[Sheet | LongCells] | None:
    """Cells of a payload of the BPS web API.

    Parameters
    ----------
    payload : object
        As parsed by `load_json` or `json.loads`.
    where : str
        What to call it in a message.

    Returns
    -------
    list of Sheet or LongCells, or None
        LongCells for dynamic data and SIMDASI tables (one for each unit), Sheets for static tables and
        for lists (one header row); None if this is no payload of the API.

    Raises
    ------
    DataError
        BPS refused, or the payload does not settle what a cell is.

    Examples
    --------
    >>> decode_json({"type": "FeatureCollection", "features": []}, "map.json") is None
    True
    >>> years = {"status": "OK", "data": [{"page": 1, "pages": 1}, [{"th_id": 117, "th": 2017}]]}
    >>> decode_json(years, "th.json")[0].rows
    [['th_id', 'th'], ['117', '2017']]
    """
    if isinstance(payload, list):
        check_payload(payload, where)
    if not isinstance(payload, dict):
        return None
    says = bare(payload.get("status")).lower() in ("ok", "error") or set(payload) == {"error"}
    if not (says or "datacontent" in payload or "data-availability" in payload):
        return None
    check_payload(payload, where)
    data = payload.get("data")
    if "datacontent" in payload:
        return [*dynamic_cells(payload, where)]
    if isinstance(data, dict) and isinstance(data.get("table"), str):
        return _static_sheets(data, where)
    if isinstance(data, list) and len(data) == 2 and isinstance(data[1], dict) and "data" in data[1]:
        return [*simdasi_cells(data[1], where)]
    if isinstance(data, list) and _is_list(data):
        return [_list_sheet(data[1], where)]
    if "data-availability" in payload:
        raise DataError(
            where, "a form of the BPS web API that is not known", remedy="download the table instead"
        )
    return None


def _refuse_bare_error(payload: list[Any], where: str) -> None:
    """Refuse ``[{"status": 400, "condition": "ERROR", …}]`` without an envelope."""
    nested = _nested_error(payload) if len(payload) == 1 else ""
    if nested and "condition" in payload[0]:
        raise DataError(where, f"BPS refused: {nested}", remedy=_CHECK_REQUEST)


def _static_sheets(data: dict[str, Any], where: str) -> list[Sheet | LongCells]:
    """Grids of a static table, whose HTML comes escaped once or twice."""
    from spillover.bps.files import sheets_from_bytes

    html = data["table"]
    for _ in range(2):
        if "<table" not in html.lower():
            html = unescape(html)
    if "<table" not in html.lower():
        raise DataError(where, "the static table has no HTML table", remedy="download it from the BPS site")
    title = plain(data.get("title"))
    # The mark says UTF-8, whatever character set a pasted <meta> inside claims.
    return [replace(sheet, title=title) for sheet in sheets_from_bytes(html.encode("utf-8-sig"), where)]


def _list_sheet(items: list[dict[str, Any]], where: str) -> Sheet:
    """Items as a grid with one header row, for people to read."""
    columns = list(dict.fromkeys(key for item in items for key in item))
    return Sheet(where, [columns, *([plain(item.get(c)) for c in columns] for item in items)])

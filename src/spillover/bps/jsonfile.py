"""JSON to sheets: payloads of the BPS web API, or lists of flat records; numbers keep their printed form."""

from __future__ import annotations

import json
from collections.abc import Hashable
from typing import Any, NoReturn

from spillover.bps.limits import SAVE_AS, check_grid, plain_decimal
from spillover.bps.sheets import LongCells, Sheet
from spillover.errors import DataError

# The deepest API answer seen has 8 levels; readers further down may call themselves once a level.
MAX_DEPTH = 50


class NumberText(str):
    """Text of a JSON number, to tell it from a JSON string."""

    __slots__ = ()


def read_json_text(text: str, where: str) -> list[Sheet | LongCells]:
    """Read the text of a JSON file.

    Parameters
    ----------
    text : str
    where : str
        Name for messages.

    Returns
    -------
    list of Sheet or LongCells
        What a payload of the web API holds; else one sheet from a list of flat records (or an object with
        exactly one such list), with the field names as its first row and a ``title`` or ``judul`` beside
        the list as its title. ``null`` and missing fields are empty cells.

    Raises
    ------
    DataError
        No valid JSON (with line), NaN or Infinity, a field that stands twice in one object, too many
        levels, or content that is no table.

    Examples
    --------
    >>> sheet, = read_json_text('[{"kab": "Morowali", "nilai": 5.10}]', "a.json")
    >>> sheet.rows, sorted(sheet.numeric)
    ([['kab', 'nilai'], ['Morowali', '5.10']], [(1, 1)])
    """
    from spillover.bps.apijson import decode_json

    payload = parse_json(text, where)
    tables = decode_json(payload, where)
    if tables is not None:
        return tables
    title, records = _find_records(payload, where)
    return [_sheet(title, records, where)]


def parse_json(text: str, where: str) -> Any:
    """Parse JSON; numbers become `NumberText`, as printed."""

    def refuse(constant: str) -> NoReturn:
        raise DataError(
            where, "values that are no numbers", [constant], "write null where a value is missing"
        )

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        record = dict(pairs)
        if len(record) < len(pairs):
            names = [name for name, _ in pairs]
            twice = sorted({n for n in names if names.count(n) > 1})
            raise DataError(where, "fields that stand twice in one object", twice, "keep one of each")
        return record

    try:
        payload = json.loads(
            text,
            parse_float=NumberText,
            parse_int=NumberText,
            parse_constant=refuse,
            object_pairs_hook=unique,
        )
    except json.JSONDecodeError as error:
        place = [f"line {error.lineno}, column {error.colno}"]
        raise DataError(where, f"no valid JSON: {error.msg}", place, "download the file again") from error
    except RecursionError as error:
        raise _too_deep(where) from error
    _check_depth(payload, where)
    return payload


def _too_deep(where: str) -> DataError:
    return DataError(where, f"JSON of more than {MAX_DEPTH} levels", remedy=SAVE_AS)


def _check_depth(payload: Any, where: str) -> None:
    level = [payload]
    for _ in range(MAX_DEPTH):
        inner = [c.values() if isinstance(c, dict) else c for c in level if isinstance(c, dict | list)]
        level = [v for values in inner for v in values if isinstance(v, dict | list)]
        if not level:
            return
    raise _too_deep(where)


def _find_records(payload: Any, where: str) -> tuple[str, list[dict[str, Any]]]:
    """Title and list of records: the payload itself, or its only field that is one."""
    title, lists = "", [payload]
    if isinstance(payload, dict):
        lists = [v for v in payload.values() if _are_records(v)]
        titles = [payload[k] for k in ("title", "judul") if isinstance(payload.get(k), str)]
        title = titles[0] if titles else ""
    if len(lists) != 1 or not _are_records(lists[0]):
        found = f"{len(lists)} lists of records" if len(lists) > 1 else "no list of flat records"
        raise DataError(where, f"JSON that is no answer of the BPS web API and has {found}", remedy=SAVE_AS)
    return title, lists[0]


def _are_records(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) for v in value)


def _sheet(title: str, records: list[dict[str, Any]], where: str) -> Sheet:
    names = list(dict.fromkeys(name for record in records for name in record))
    check_grid(len(records) + 1, len(names), where)
    nested = [
        f"record {i + 1} {name}"
        for i, record in enumerate(records)
        for name, value in record.items()
        if isinstance(value, dict | list)
    ]
    if nested:
        raise DataError(where, "fields that hold lists or objects instead of a value", nested, SAVE_AS)
    rows, numeric = [names], set[tuple[int, int]]()
    for i, record in enumerate(records, start=1):
        values = [record.get(name) for name in names]
        rows.append([_text(value, where) for value in values])
        numeric.update((i, j) for j, value in enumerate(values) if isinstance(value, NumberText))
    return Sheet(where, rows, frozenset(numeric), title=title)


def _text(value: Hashable, where: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, NumberText) and ("e" in value or "E" in value):
        try:
            return plain_decimal(value)
        except ValueError as error:
            raise DataError(where, "numbers beyond those of a computer", [value], "correct them") from error
    return str(value)

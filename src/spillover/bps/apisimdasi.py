"""SIMDASI tables of the BPS web API: the tables of *Daerah Dalam Angka*, figures as printed texts."""

from __future__ import annotations

import re
from typing import Any

from spillover.bps.apicells import bare, plain
from spillover.bps.sheets import LongCells
from spillover.errors import DataError

SCALES = {"0": "", "3": "ribu", "6": "juta", "9": "miliar", "12": "triliun"}

_THOUSANDS = re.compile(r"-?[1-9]\d{0,2}(?:\.\d{3})+", re.ASCII)
_SCALED = re.compile(
    r"\b(?:ribu\w*|juta\w*|mil[iy]ar\w*|triliun\w*|thousand|million|billion)\b", re.IGNORECASE
)


def simdasi_cells(table: dict[str, Any], where: str) -> list[LongCells]:
    """Cells of a SIMDASI table (``…/simdasi/id/25``), the object at ``data[1]``.

    Read are ``judul_tabel`` (title), ``tahun_data`` (year), ``catatan`` and ``sumber`` (notes), ``kolom``
    (opaque id → ``nama_variabel``, ``tipe``, ``satuan``, ``unit_multiplier``,
    ``angka_desimal_dibelakang_koma``) and the rows of ``data`` (``label``, ``label_raw``, ``satuan``,
    ``kode_wilayah``, ``variables``: opaque id → ``value``, ``value_raw``, ``value_code``).

    Parameters
    ----------
    table : dict
    where : str

    Returns
    -------
    list of LongCells
        One for each unit; texts as printed, except that a column declared to have no decimals loses its
        thousands points (``1.234`` → ``1234``: the declaration settles what the point is). A unit
        multiplier of 3, 6, 9 or 12 is written into the unit ("ribu Rupiah"). Columns that are declared to
        be text (a capital's name) are left out and named in the note.

    Raises
    ------
    DataError
        Cells without a column, columns that share a name, two units for one cell.

    Examples
    --------
    >>> table = {"judul_tabel": "Industri Kecil", "tahun_data": 2022,
    ...          "kolom": {"a1": {"nama_variabel": "Unit Usaha", "satuan": "unit"}},
    ...          "data": [{"label": "Morowali", "kode_wilayah": 7203000,
    ...                    "variables": {"a1": {"value": "1.234"}}}]}
    >>> cells = simdasi_cells(table, "industri.json")[0]
    >>> cells.label, cells.code, cells.year, cells.measure, cells.text, cells.unit
    (['Morowali'], ['7203000'], ['2022'], ['Unit Usaha'], ['1.234'], 'unit')
    """
    columns = _simdasi_columns(table, where)
    text_columns = [k for k, c in columns.items() if str(c.get("tipe") or "numerik").lower()[:5] != "numer"]
    notes = [plain(table.get("catatan")), plain(table.get("sumber"))]
    if text_columns:
        notes.append(
            "text columns left out: " + ", ".join(plain(columns[k]["nama_variabel"]) for k in text_columns)
        )
    year, title = plain(table.get("tahun_data")), plain(table.get("judul_tabel"))
    note = "\n".join(n for n in notes if n)
    groups: dict[str, LongCells] = {}
    for i, row in enumerate(table["data"], start=1):
        variables = row.get("variables") or {}
        code = _simdasi_code(row.get("kode_wilayah"))
        if not variables and not code:
            continue  # a heading inside the stub: it has no figures and is no region
        label = plain(row.get("label"))
        if "<" in str(row.get("label")) and row.get("label_raw"):
            label = plain(row["label_raw"])
        for key, column in columns.items():
            if key in text_columns:
                continue
            place = f"row {i}, column {plain(column.get('nama_variabel')) or key}"
            unit = _simdasi_unit(column, row, f"{where}, {place}")
            cells = groups.setdefault(unit, LongCells(where=where, title=title, unit=unit, note=note))
            text = _simdasi_text(variables.get(key), column)
            measure = plain(column.get("nama_variabel"))
            _append(cells, (label, code, year, measure, text, place))
    if not groups:
        raise DataError(where, "the table has no figures", remedy="choose another table or year")
    return list(groups.values())


def _append(cells: LongCells, row: tuple[str, str, str, str, str, str]) -> None:
    """Add one cell: label, code, year, measure, text, place."""
    label, code, year, measure, text, place = row
    cells.label.append(label)
    cells.code.append(code)
    cells.block.append("")
    cells.year.append(year)
    cells.period.append("")
    cells.measure.append(measure)
    cells.text.append(text)
    cells.numeric.append(False)
    cells.place.append(place)


def _simdasi_columns(table: dict[str, Any], where: str) -> dict[str, dict[str, Any]]:
    """Opaque id → declaration, for every id that a row uses or the table declares."""
    rows = table.get("data")
    if not isinstance(rows, list) or not rows or not all(isinstance(r, dict) for r in rows):
        raise DataError(where, "the table has no rows", remedy="choose another table or year")
    wrong = [plain(r.get("label")) for r in rows if not isinstance(r.get("variables") or {}, dict)]
    if wrong:
        raise DataError(where, "rows whose figures are not labelled", wrong, "fetch the table again")
    ids = dict.fromkeys(key for r in rows for key in (r.get("variables") or {}))
    declared = table.get("kolom") or {}
    if not declared and len(ids) == 1:
        return {key: {"nama_variabel": ""} for key in ids}  # one column: the title says what it is
    known = isinstance(declared, dict) and all(isinstance(c, dict) for c in declared.values())
    unknown = [key for key in ids if not known or not plain(declared.get(key, {}).get("nama_variabel"))]
    if unknown or not ids:
        raise DataError(where, "columns without a name", unknown, "fetch the table again")
    names = [plain(c.get("nama_variabel")) for c in declared.values()]
    double = sorted({n for n in names if names.count(n) > 1})
    if double:
        raise DataError(where, "columns that share a name", double, "download the table from the BPS site")
    return dict(declared)


def _simdasi_code(value: object) -> str:
    text = bare(value)
    return text.zfill(7) if text.isascii() and text.isdigit() else text


def _simdasi_unit(column: dict[str, Any], row: dict[str, Any], where: str) -> str:
    """Unit of one cell: the column's or the row's, with the column's multiplier in words."""
    stated = list(dict.fromkeys(u for u in (plain(column.get("satuan")), plain(row.get("satuan"))) if u))
    if len(stated) > 1:
        raise DataError(where, "two units for one cell", stated, "download the table from the BPS site")
    unit = stated[0] if stated else ""
    power = bare(column.get("unit_multiplier")) or "0"
    if power not in SCALES or (power != "0" and (_SCALED.search(unit) or not unit)):
        remedy = "see the printed table for the unit and download it from the BPS site"
        raise DataError(
            where, "a unit multiplier that does not settle the unit", [f"10^{power} {unit}"], remedy
        )
    return f"{SCALES[power]} {unit}".strip()


def _simdasi_text(cell: object, column: dict[str, Any]) -> str:
    """A cell as printed; without thousands points where the column declares that it has no decimals."""
    if not isinstance(cell, dict):
        return "" if cell is None else plain(cell)
    given = (cell.get(name) for name in ("value", "value_code", "value_raw"))
    text = plain(next((v for v in given if v is not None), ""))
    whole = bare(column.get("angka_desimal_dibelakang_koma")) == "0"
    return text.replace(".", "") if whole and _THOUSANDS.fullmatch(text) else text

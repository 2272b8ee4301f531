"""Any file that BPS or its users hand out, to sheets. The content decides, never the file's name."""

from __future__ import annotations

from html import unescape
from pathlib import Path

from spillover.bps.csvfile import read_csv_text
from spillover.bps.decode import UTF8_BOM, UTF16_BOMS, decode_text
from spillover.bps.limits import MAX_FILE_BYTES, SAVE_AS, SPLIT
from spillover.bps.sheets import LongCells, Sheet
from spillover.errors import DataError

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE2 = b"\xd0\xcf\x11\xe0"
# What other files begin with, and what to call them.
_OTHER = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a PNG picture",
    b"L\0\0\0\x01\x14\x02\0": "a shortcut of Windows to a file elsewhere",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"II*\0": "a TIFF picture",
    b"MM\0*": "a TIFF picture",
    b"RIFF": "a picture or sound",
    b"PAR1": "a Parquet file",
    b"ARROW1": "an Arrow file",
    b"SQLite format 3": "an SQLite database",
    b"$FL": "an SPSS file",
    b"<stata_dta>": "a Stata file",
    b"\x1f\x8b": "a gzip archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"{\\rtf": "an RTF text",
    b"%!PS": "a PostScript file",
    b"MIME-Version:": "a web archive (MHTML)",
    b"\x09\x00\x04\x00": "an Excel 2 sheet",
    b"\x09\x02\x06\x00": "an Excel 3 sheet",
    b"\x09\x04\x06\x00": "an Excel 4 sheet",
    b"\x09\x08": "an Excel 5 sheet without its container",
}
# What a ZIP archive is, by the beginning of a member's name (or, for "mimetype", by being there).
_OFFICE = {
    "xl/workbook.bin": "an XLSB workbook",
    "word/": "a DOCX text",
    "ppt/": "a PPTX presentation",
    "mimetype": "an ODS or other OpenDocument or EPUB file",
}
_HEAD = 4096


def read_sheets(path: Path) -> list[Sheet | LongCells]:
    """Read all tables of a file: CSV, XLSX, XLS, HTML, JSON, or a ZIP archive of these.

    Parameters
    ----------
    path : Path
        Its suffix is not believed: BPS serves HTML as ``.xls``.

    Returns
    -------
    list of Sheet or LongCells
        At least one; see `sheets_from_bytes`.

    Raises
    ------
    DataError
        The file is missing, too large, of another kind, damaged, or holds no table.

    Examples
    --------
    >>> read_sheets(Path("none.csv"))
    Traceback (most recent call last):
    ...
    spillover.errors.DataError: none.csv: the file cannot be read: No such file or directory. To mend it: \
check the path.
    """
    try:
        size = path.stat().st_size
        if size <= MAX_FILE_BYTES:
            return sheets_from_bytes(path.read_bytes(), path.name)
    except OSError as error:
        raise DataError(
            path.name, f"the file cannot be read: {error.strerror}", remedy="check the path"
        ) from error
    raise DataError(path.name, f"{size:,} bytes, more than {MAX_FILE_BYTES:,}", remedy=SPLIT)


def sheets_from_bytes(data: bytes, name: str) -> list[Sheet | LongCells]:
    """Read all tables of a file's content.

    Parameters
    ----------
    data : bytes
    name : str
        What to call it in messages.

    Returns
    -------
    list of Sheet or LongCells
        At least one. Members of an archive come sorted by name, with ``where`` = ``"a.zip/member.csv"``;
        sheets of a workbook and tables of a page come in their order, empty ones left out.

    Raises
    ------
    DataError
        See `read_sheets`.

    Examples
    --------
    >>> sheets_from_bytes(b"Morowali;316400\\nKota Palu;378455", "a.csv")[0].rows
    [['Morowali', '316400'], ['Kota Palu', '378455']]
    """
    if len(data) > MAX_FILE_BYTES:
        raise DataError(name, f"{len(data):,} bytes, more than {MAX_FILE_BYTES:,}", remedy=SPLIT)
    if data.startswith(_ZIP):
        return _read_zip(data, name)
    return _read_plain(data, name)


def _read_plain(data: bytes, name: str) -> list[Sheet | LongCells]:
    """Anything but a ZIP archive."""
    for magic, kind in _OTHER.items():
        if data.startswith(magic):
            raise DataError(name, f"it seems to be {kind}, no table", remedy=SAVE_AS)
    if data.startswith(_OLE2):
        from spillover.bps.xlsfile import read_xls

        return _some(read_xls(data, name), name)
    head = _head(data)
    if not head and not data.strip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"):
        raise DataError(name, "the file is empty", remedy="download or save it again")
    if head[:1] in ("{", "["):
        from spillover.bps.jsonfile import read_json_text

        return _some(read_json_text(decode_text(data, name, "utf-8"), name), name)
    if _is_markup(data, head):
        if "urn:schemas-microsoft-com:office:spreadsheet" in head and "<workbook" in head:
            raise DataError(name, "it seems to be an XML spreadsheet of 2003", remedy=SAVE_AS)
        if head.startswith(("<?xml", "<svg")) and "<html" not in head and b"<table" not in data.lower():
            raise DataError(name, "it seems to be XML, no table", remedy=SAVE_AS)
        from spillover.bps.htmlfile import read_html

        return [*read_html(data, name)]
    return [read_csv_text(decode_text(data, name), name)]


def is_delimited(start: bytes) -> bool:
    """Whether a file that begins so is read as CSV (in one of the encodings that keep ASCII).

    Examples
    --------
    >>> is_delimited(b"Morowali;316400"), is_delimited(b"PK\\x03\\x04"), is_delimited(b"<table>")
    (True, False, False)
    """
    head = _head(start)
    other = (*_OTHER, *_ZIP, _OLE2, *UTF16_BOMS)
    return bool(head) and not start.startswith(other) and head[0] not in "{[" and not _is_markup(start, head)


def _head(data: bytes) -> str:
    """First characters in lower case, without byte order mark and leading blanks."""
    start = data[:_HEAD]
    if start.startswith(UTF16_BOMS):
        text = start.decode("utf-16", "ignore")
    else:
        text = start.removeprefix(UTF8_BOM).decode("latin-1")
    return text.lstrip().lower()


def _is_markup(data: bytes, head: str) -> bool:
    """Whether it is HTML or XML: it begins with a tag, or has a table tag further on."""
    if head.startswith("&"):
        head = unescape(unescape(head[:100]))
    if head.startswith("<") and (head[1:2].isalpha() or head[1:2] in ("!", "?")):
        return True
    return b"<" in data and b"<table" in data.lower()


def _read_zip(data: bytes, name: str) -> list[Sheet | LongCells]:
    """A workbook, or an archive of files."""
    from spillover.bps.archive import MAX_UNPACKED, unpack

    parts = unpack(data, name)
    if _is_office(parts, name):
        return _read_workbook(data, parts, name)
    if not parts:
        raise DataError(name, "the archive is empty", remedy="pack the tables again")
    left = MAX_UNPACKED - sum(map(len, parts.values()))
    tables: list[Sheet | LongCells] = []
    for member, content in parts.items():
        where = f"{name}/{member}"
        if content.startswith(_ZIP):
            inner = unpack(content, where, left)
            if not _is_office(inner, where):
                raise DataError(name, "archives inside the archive", [member], "unpack them first")
            left -= sum(map(len, inner.values()))
            tables += _read_workbook(content, inner, where)
        else:
            tables += _read_plain(content, where)
    return tables


def _is_office(parts: dict[str, bytes], name: str) -> bool:
    """Whether an archive is an XLSX workbook; other office files are refused."""
    for start, kind in _OFFICE.items():
        if any(p == start or (start.endswith("/") and p.startswith(start)) for p in parts):
            raise DataError(name, f"it seems to be {kind}, no table", remedy=SAVE_AS)
    return "[Content_Types].xml" in parts or "xl/workbook.xml" in parts


def _read_workbook(data: bytes, parts: dict[str, bytes], name: str) -> list[Sheet | LongCells]:
    from spillover.bps.xlsxfile import read_xlsx

    return _some(read_xlsx(data, parts, name), name)


def _some(tables: list[Sheet] | list[Sheet | LongCells], name: str) -> list[Sheet | LongCells]:
    if not tables:
        raise DataError(name, "the file holds no table", remedy="check that it is the right file")
    return [*tables]

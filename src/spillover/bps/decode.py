"""Bytes of a text file to text, without ever guessing over contradicting evidence."""

from __future__ import annotations

from spillover.errors import DataError

UTF8_BOM = b"\xef\xbb\xbf"
UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")
AS_UTF8 = "save the file as CSV UTF-8"


def decode_text(data: bytes, where: str, encoding: str = "") -> str:
    """Decode a text file: by its byte order mark, else as ``encoding``, else as UTF-8 or Windows-1252.

    Windows-1252 is taken only where no byte pair forms a UTF-8 letter: a UTF-8 file with one broken byte
    would turn into wrong letters otherwise.

    Parameters
    ----------
    data : bytes
    where : str
        Name for messages.
    encoding : str
        ``"utf-8"`` or ``"cp1252"`` if the file declares it, else ``""``.

    Returns
    -------
    str
        The text without byte order mark.

    Raises
    ------
    DataError
        Undecodable bytes or NUL characters, with the line.

    Examples
    --------
    >>> decode_text("Kab. Konawe – 2020".encode("cp1252"), "a.csv")
    'Kab. Konawe – 2020'
    """
    if data.startswith(UTF8_BOM):
        text = _strict(data[3:], "utf-8", where)
    elif data.startswith(UTF16_BOMS):
        text = _strict(data, "utf-16", where)
    elif encoding:
        text = _strict(data, encoding, where)
    else:
        text = _utf8_or_cp1252(data, where)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise DataError(
            where, f"{text.count(chr(0))} NUL characters: no plain text", [f"line {line}"], AS_UTF8
        )
    return text


def _strict(data: bytes, encoding: str, where: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        broken = f"line {line} byte {data[error.start : error.start + 1].hex()}"
        raise DataError(where, f"bytes that are not {encoding}", [broken], AS_UTF8) from error


def _utf8_or_cp1252(data: bytes, where: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        letters = data.decode("utf-8", "ignore")
    # Letters beyond ASCII that are good UTF-8 beside bytes that are not: the file is broken, not cp1252.
    return _strict(data, "cp1252" if letters.isascii() else "utf-8", where)

"""The container of old Office files (OLE2): every chain of sectors is checked before a stream is given out.

The library that reads the cells trusts lengths and chains: a damaged file can make it loop or reserve all
memory. So a file goes there only after this module found each chain to end and each length to fit.
"""

from __future__ import annotations

from array import array
from struct import Struct

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST_SECTOR = 0xFFFFFFFA  # larger numbers are marks: end of chain, free sector, sector of the table itself
_END = 0xFFFFFFFE
_ENTRY = Struct("<64sHBxIII16xI16xIQ")
_STREAM, _ROOT = 2, 5


def read_stream(data: bytes, names: tuple[str, ...]) -> bytes | None:
    """Give the first stream of one of these names, or None if there is none.

    Parameters
    ----------
    data : bytes
        The file.
    names : tuple of str
        Names of streams.

    Returns
    -------
    bytes or None

    Raises
    ------
    ValueError
        If any chain loops, crosses another or leaves the file, or a length does not fit.

    Examples
    --------
    >>> read_stream(MAGIC, ("Workbook",))
    Traceback (most recent call last):
    ...
    ValueError: the header is cut off
    """
    if len(data) < 512:
        raise ValueError("the header is cut off")
    shift = int.from_bytes(data[30:32], "little")
    if shift not in (9, 12) or data[32:34] != b"\x06\x00" or data[56:60] != b"\x00\x10\x00\x00":
        raise ValueError("the header names an unknown size of sectors")
    size = 1 << shift
    seen: set[int] = set()
    fat = _table(data, size, seen)
    directory = _join(data, size, _chain(fat, _number(data, 48), seen))
    small_fat = _numbers(_join(data, size, _chain(fat, _number(data, 60), seen)))
    if _number(data, 64) * size > len(data):
        raise ValueError("the header counts more sectors than there are")
    entries = [_ENTRY.unpack_from(directory, at) for at in range(0, len(directory) - 127, 128)]
    streams: dict[str, tuple[bool, list[int], int]] = {}
    small_seen, small_data = set[int](), b""
    for raw, length, kind, _, _, _, _, start, bytes_ in entries:
        wide = bytes_ if size == 4096 else bytes_ & 0xFFFFFFFF
        if kind not in (_STREAM, _ROOT) or wide == 0:
            continue
        name = raw[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
        small = kind == _STREAM and wide < 4096
        chain = _chain(small_fat, start, small_seen) if small else _chain(fat, start, seen)
        if wide > len(chain) * (64 if small else size):
            raise ValueError(f"the stream {name!r} is cut off")
        if kind == _ROOT:
            small_data = _join(data, size, chain)
        streams.setdefault(name, (small, chain, wide))
    found = next((streams[n] for n in names if n in streams), None)
    if found is None:
        return None
    small, chain, wide = found
    joined = _join(small_data, 64, chain, first=0) if small else _join(data, size, chain)
    return joined[:wide]


def _number(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "little")


def _numbers(data: bytes) -> array[int]:
    values = array("I")
    values.frombytes(data[: len(data) // 4 * 4])
    return values


def _sector(data: bytes, size: int, number: int) -> bytes:
    start = (number + 1) * size
    if start >= len(data):
        raise ValueError(f"sector {number} lies beyond the end of the file")
    return data[start : start + size]


def _table(data: bytes, size: int, seen: set[int]) -> array[int]:
    """The table that links the sectors, from the places that the header and its extension name."""
    places = [n for n in _numbers(data[76:512]) if n <= _LAST_SECTOR]
    further = _number(data, 68)
    while further <= _LAST_SECTOR:
        _mark(further, seen)
        numbers = _numbers(_sector(data, size, further))
        places += [n for n in numbers[:-1] if n <= _LAST_SECTOR]
        further = numbers[-1]
    if max(_number(data, 44), _number(data, 72)) * size > len(data):
        raise ValueError("the header counts more sectors than there are")
    for place in places:
        _mark(place, seen)
    return _numbers(b"".join(_sector(data, size, n) for n in places))


def _mark(number: int, seen: set[int]) -> None:
    if number in seen:
        raise ValueError(f"sector {number} is used twice")
    seen.add(number)


def _chain(fat: array[int], start: int, seen: set[int]) -> list[int]:
    """Sectors of one stream in order; none may stand in another stream."""
    chain = []
    while start != _END:
        if start >= len(fat):
            raise ValueError(f"sector {start} is in no table")
        _mark(start, seen)
        chain.append(start)
        start = fat[start]
    return chain


def _join(data: bytes, size: int, chain: list[int], first: int = 1) -> bytes:
    """Bytes of a chain; sector 0 of the file stands after the header (``first=1``)."""
    parts = []
    for number in chain:
        at = (number + first) * size
        if at >= len(data):
            raise ValueError(f"sector {number} lies beyond the end of the file")
        parts.append(data[at : at + size])
    return b"".join(parts)

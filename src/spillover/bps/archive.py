"""ZIP archives, unpacked in memory only, within limits, never onto a disk."""

from __future__ import annotations

import io
import re
import zipfile

from spillover.errors import DataError

# A year of tables of all 514 districts, one file each, fits.
MAX_MEMBERS = 1_000
# Uncompressed texts of this size still fit into memory when they are split into cells.
MAX_UNPACKED = 300_000_000
# Sheets of zeros shrink to about 1 : 100; above 1 : 200 it is an archive made to burst.
MAX_RATIO = 200
# Below this size no ratio matters: a small sheet of equal cells shrinks as far as the method goes.
RATIO_FREE = 1_000_000
_SKIPPED = {".DS_Store", "Thumbs.db", "desktop.ini"}
_UNPACK = "unpack the archive yourself and give the tables one by one"


def unpack(data: bytes, where: str, allowance: int = MAX_UNPACKED) -> dict[str, bytes]:
    """Unpack a ZIP archive (also an XLSX) in memory.

    Parameters
    ----------
    data : bytes
    where : str
        Name for messages.
    allowance : int
        Bytes that may come out.

    Returns
    -------
    dict
        Name of each member → its bytes, by name; folders and files of the operating system left out.

    Raises
    ------
    DataError
        A damaged archive, encrypted members, names that lead out of the archive or stand twice, more
        members or bytes than allowed, or a ratio that no table has.

    Examples
    --------
    >>> buffer = io.BytesIO()
    >>> with zipfile.ZipFile(buffer, "w") as archive:
    ...     archive.writestr("a.csv", "Morowali,5")
    >>> unpack(buffer.getvalue(), "a.zip")
    {'a.csv': b'Morowali,5'}
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            if len(infos) > MAX_MEMBERS:
                raise DataError(where, f"{len(infos):,} members, more than {MAX_MEMBERS:,}", remedy=_UNPACK)
            members = [i for i in infos if not i.is_dir() and not _of_system(i.filename)]
            _check_members(members, len(data), where, allowance)
            parts = {}
            for info in sorted(members, key=lambda i: i.filename):
                parts[info.filename] = _read(archive, info, where, allowance)
                allowance -= len(parts[info.filename])
            return parts
    except DataError:
        raise
    except Exception as error:  # damage raises whatever the library of the compression method raises
        raise DataError(
            where, f"the archive cannot be unpacked: {error}", remedy="download or pack it again"
        ) from error


def _of_system(name: str) -> bool:
    parts = name.split("/")
    return "__MACOSX" in parts or parts[-1] in _SKIPPED


def _check_members(members: list[zipfile.ZipInfo], packed: int, where: str, allowance: int) -> None:
    """Raise if the headers already say that the archive must not be unpacked."""
    names = [m.filename for m in members]
    # `orig_filename` is the name as stored: the library turns backslashes into slashes on some systems.
    outside = [m.orig_filename for m in members if _leads_out(m.orig_filename) or _leads_out(m.filename)]
    if outside:
        raise DataError(where, "member names that lead out of the archive", outside, _UNPACK)
    if len(set(names)) < len(names):
        twice = sorted({n for n in names if names.count(n) > 1})
        raise DataError(where, "members that stand twice", twice, _UNPACK)
    locked = [m.filename for m in members if m.flag_bits & 0x1]
    if locked:
        raise DataError(where, "encrypted members", locked, "unpack the archive with its password")
    total = sum(m.file_size for m in members)
    if total > allowance:
        raise DataError(where, f"{total:,} bytes when unpacked, {allowance:,} are allowed", remedy=_UNPACK)
    if total > RATIO_FREE and total > MAX_RATIO * packed:
        raise DataError(where, f"it unpacks to more than {MAX_RATIO} times its size", remedy=_UNPACK)


def _leads_out(name: str) -> bool:
    return (
        "\\" in name or name.startswith("/") or ".." in name.split("/") or bool(re.match("[A-Za-z]:", name))
    )


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, where: str, allowance: int) -> bytes:
    """One member; the header's size is not believed."""
    with archive.open(info) as member:
        content = member.read(min(allowance, info.file_size) + 1)
    if len(content) > min(allowance, info.file_size):
        raise DataError(where, "members that are larger than they say", [info.filename], _UNPACK)
    return content

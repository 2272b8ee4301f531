"""Rows that were accepted although their label is not a known name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from spillover.bps.gazetteer import gazetteer
from spillover.bps.names import Regions

_LETTER = re.compile(r"[^\W\d_]")


def accepted_by_code(labels: Sequence[str], regions: Regions) -> list[str]:
    """Rows whose label is no known name, and whose region was settled by their code alone.

    Parameters
    ----------
    labels : sequence of str
        As printed, in the order of ``regions``.
    regions : Regions
        As from `spillover.bps.names.resolve_regions`.

    Returns
    -------
    list of str
        One line for each label.

    Examples
    --------
    >>> from spillover.bps.names import resolve_regions
    >>> labels, codes = ["Marawoli", "Poso"], ["7203", "7204"]
    >>> accepted_by_code(labels, resolve_regions(labels, where="example", codes=codes))
    ["accepted by code: 'Marawoli' is no known name, 7203 is Morowali"]
    """
    if "code" not in regions.how:
        return []
    gaz = gazetteer()
    lines = [
        f"accepted by code: {label.strip()!r} is no known name, {code} is {gaz.name[code]}"
        for label, code, how in zip(labels, regions.region_code, regions.how, strict=True)
        if how == "code" and _LETTER.search(label) and not _is_known(label)
    ]
    return list(dict.fromkeys(lines))


def _is_known(label: str) -> bool:
    read = gazetteer().read(label)
    return bool(read.matches or read.plain.kind)

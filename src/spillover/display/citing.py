"""The source line under an exhibit, made from ``data/sources.yml``."""

from __future__ import annotations

from datetime import date

from spillover.display.language import get_language, label
from spillover.errors import DataError
from spillover.sources import read_sources


def cite(*source_ids: str) -> str:
    """Citations of these sources and when they were read, in the current language.

    Raises
    ------
    DataError
        No id, or an id without record.

    Examples
    --------
    >>> cite("tpt")
    'BPS (quarcs-lab/data-quarcs, indonesia514/okun.dta). Diakses 21 November 2026.'
    """
    from babel.dates import format_date

    records = read_sources().set_index("id")
    unknown = [i for i in source_ids if i not in records.index]
    if unknown or not source_ids:
        raise DataError(
            "cite",
            "source ids without a record",
            unknown,
            f"use ids of sources.yml: {', '.join(records.index)}",
        )
    chosen = records.loc[list(source_ids)]
    texts = list(dict.fromkeys(chosen["citation"]))
    read = format_date(date.fromisoformat(chosen["accessed"].max()), format="d MMMM y", locale=get_language())
    return f"{'; '.join(texts)}. {label('word.accessed')} {read}."

"""The source line under an exhibit, made from ``data/sources.yml``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from spillover.bps.records import NO_SOURCE
from spillover.display.language import get_language, label
from spillover.errors import DataError
from spillover.indicators import indicator_sources
from spillover.sources import read_sources


def cite(*names: str) -> str:
    """Citations of sources and when they were read, in the current language.

    Parameters
    ----------
    *names : str
        Ids of sources, or indicators: these stand for all sources that give them, also a user's own.

    Raises
    ------
    DataError
        No name, or one that is neither a source nor an indicator.

    Examples
    --------
    >>> cite("tpt")
    'BPS (quarcs-lab/data-quarcs, indonesia514/okun.dta). Diakses 21 November 2026.'
    """
    from babel.dates import format_date

    records = read_sources().set_index("id")
    given = indicator_sources()
    unknown = [name for name in names if name not in given and name not in records.index]
    if unknown or not names:
        remedy = f"use ids of sources.yml: {', '.join(records.index)}"
        raise DataError("cite", "neither sources with a record nor indicators", unknown, remedy)
    chosen = records.loc[[i for name in names for i in given.get(name, [name])]]
    texts = _texts(chosen["citation"])
    read = format_date(date.fromisoformat(chosen["accessed"].max()), format="d MMMM y", locale=get_language())
    return f"{'; '.join(texts)}. {label('word.accessed')} {read}."


def _texts(citations: Iterable[str]) -> list[str]:
    """Each citation once; files that name no source together, which is said in the current language."""
    once = list(dict.fromkeys(citations))
    unnamed = [c.removeprefix(NO_SOURCE).strip(" ()") for c in once if c.startswith(NO_SOURCE)]
    named = [c for c in once if not c.startswith(NO_SOURCE)]
    return [*named, f"{label('word.source_not_stated')} ({', '.join(unnamed)})"] if unnamed else named

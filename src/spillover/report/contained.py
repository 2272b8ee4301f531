"""A page holds no script and loads nothing: the policy that says so to a browser, and the check."""

from __future__ import annotations

import re

from spillover.errors import DataError

CSP = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:"
SCRIPT = re.compile(r"<script\b|\son[a-z]+\s*=\s*[\"']|javascript:", re.IGNORECASE)
_LOADED = re.compile(
    r"<(?:img|link|iframe|object|embed|audio|video|source|image)\b[^>]*?\s(?:src|data|href|xlink:href)\s*=\s*[\"']?+"
    r"(?!data:|#)([^\"'\s>]*)",
    re.IGNORECASE,
)


def check_contained(text: str, where: str, *, script: re.Pattern[str] = SCRIPT) -> None:
    """Refuse a page with a script or anything loaded from elsewhere.

    Parameters
    ----------
    text : str
        The page as HTML.
    where : str
        Its name.
    script : re.Pattern
        What counts as a script.

    Raises
    ------
    DataError
        One of the two was found.
    """
    if found := script.search(text) or _LOADED.search(text):
        remedy = "show figures and tables as exhibits; a page must work without scripts and network"
        raise DataError(where, "script or outside content", [found.group().strip()[:60]], remedy)

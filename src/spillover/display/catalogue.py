"""The catalogue of labels: ``labels.csv`` (key, id, en), sorted by key.

A key looks like ``unit.km``: a namespace, a dot, and the value as it stands in the data.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from string import Formatter

from spillover.errors import DataError

LANGUAGES = ("id", "en")
CATALOGUE = Path(__file__).with_name("labels.csv")


def placeholders(text: str) -> set[str]:
    """Return the names in braces in ``text``."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@lru_cache(maxsize=4)
def read_labels(path: Path = CATALOGUE) -> Mapping[str, Mapping[str, str]]:
    """Read and check the catalogue: key → {id, en}.

    Raises
    ------
    DataError
        For other columns than key, id, en; duplicate or unsorted keys; an empty cell; placeholders that
        differ between the languages.
    """
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if reader.fieldnames != ["key", *LANGUAGES]:
            raise DataError(path.name, "wrong columns", reader.fieldnames, "the columns are key, id, en")
        rows = list(reader)
    _check_labels(rows, path.name)
    return {row["key"]: {lang: row[lang] for lang in LANGUAGES} for row in rows}


def _check_labels(rows: list[dict[str, str]], where: str) -> None:
    keys = [row["key"] for row in rows]
    double = sorted(key for key, n in Counter(keys).items() if n > 1)
    if double:
        raise DataError(where, "duplicate keys", double, "keep one row for each key")
    broken = [row["key"] for row in rows if None in row or not all((row[c] or "").strip() for c in row)]
    if broken:
        raise DataError(
            where, "empty or surplus cells", broken, "give key, id and en; quote texts that hold a comma"
        )
    unequal = [row["key"] for row in rows if placeholders(row["id"]) != placeholders(row["en"])]
    if unequal:
        raise DataError(
            where, "placeholders differ between the languages", unequal, "use the same {names} in both"
        )
    unsorted = [b for a, b in pairwise(keys) if b < a]
    if unsorted:
        raise DataError(where, "keys out of order", unsorted, "keep the file sorted by key")

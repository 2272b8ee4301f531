"""What one cell looks like: a value, a code, a year, the name of a region."""

from __future__ import annotations

import re
from collections.abc import Sequence

from spillover.bps.gazetteer import gazetteer

FOOTER = re.compile(
    r"\W*(?:sumber|source|catatan|note|notes|keterangan|remarks?|ket)\b|"
    r"\*{1,3}\)?\s*[:=]?\s*(?:angka|data|figure|prelim|sementara|sangat)|(?:-|–|\.\.\.|…|r|e)\)?\s*[:=]\s*\w",
    re.I,
)
_YEAR = re.compile(r"(?:19[5-9]\d|20[0-4]\d)(?:\.0)?(?:\s*(?:\*{1,3}|[re]))?")
_CODE = re.compile(r"[1-9]\d(?:\d\d(?:000)?|\.\d{1,2}|\d\d\.0)?")
CODE_HEAD = re.compile(
    r"(?:.*[_ ])?(?:kode|code|kd|id|kdj|bps|kemendagri)(?:[_ ].*)?|"
    r"(?:object|region|prov|kab|wilayah|island|area|adm|district|geo|row|[gf])\w*id|(?!COVID)(?-i:\w+I[Dd])|\w+code",
    re.I,
)
# Headings that say nothing but that values follow.
VALUE_HEADS = {"value", "nilai", "values", "jumlah", "angka", "data", "total"}
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NUMBERISH = re.compile(
    r"[\s(+\-–—−]*(?:(?:rp|us\$|usd|idr)\.?\s*)?[\d.,…][^A-Za-z]*(?:[A-Za-z%]{1,9}\W{0,3}){0,2}", re.I
)
MISSING = {
    "-", "–", "—", "...", "…", "..", "na", "n.a.", "n.a", "n/a", "nan", "tad", "x", "null", "none",
    "data tidak tersedia", "tidak tersedia", "belum tersedia", "belum rilis", "tidak berlaku", "dirahasiakan",
}  # fmt: skip


def is_value(text: str) -> bool:
    """Whether a cell looks like a number or a missing mark (not whether it is a good one)."""
    return bool(_NUMBERISH.fullmatch(text)) or text.lower() in MISSING


def is_code(text: str) -> bool:
    """Whether a text has the form of a region code."""
    return bool(_CODE.fullmatch(text))


def is_year(text: str) -> bool:
    """Whether a cell is a year, perhaps with a provisional mark, and nothing else."""
    return bool(_YEAR.fullmatch(text))


def names_region(cells: Sequence[str]) -> bool:
    """Whether one of the cells is the name of a district or province."""
    level = gazetteer().level_of
    return any(level(text) in ("district", "province") for text in cells if text and not text.isdigit())


def cell(row: Sequence[str], j: int) -> str:
    """Text of a cell; "" where the row ends before it."""
    return row[j] if j < len(row) else ""

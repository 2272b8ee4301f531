"""Columns, closed lists and spellings of the partnership tables."""

from __future__ import annotations

# Kinds as for `spillover.sources.read_csv`.
LEDGER_COLUMNS = {
    "entry_id": "text", "programme": "text", "actor": "text", "counterpart": "text?", "measure": "text",
    "value": "number", "value_high": "number?", "unit": "text", "qualifier": "text", "period_start": "text?",
    "period_end": "text?", "as_of": "text", "basis": "text", "stage": "text", "region_code": "text",
    "place": "text?", "sector": "text?", "kbli_section": "text?", "source_id": "text", "quote_date": "text?",
    "supersedes": "text?", "part_of": "text?", "conflict": "text?", "reported_as": "text?",
    "note_id": "text?", "note_en": "text?",
}  # fmt: skip
SOURCE_COLUMNS = {
    "source_id": "text", "title": "text", "publisher": "text", "author_kind": "text", "published": "text?",
    "published_note": "text?", "url": "text?", "accessed": "text",
}  # fmt: skip
PROGRAMME_COLUMNS = {
    "programme_id": "text", "name_id": "text", "name_en": "text", "kind": "text", "lead": "text",
    "park_ids": "text?", "region_codes": "text?", "start": "text?", "end": "text?", "wider_of": "text?",
    "what_id": "text", "what_en": "text", "source_ids": "text",
}  # fmt: skip

QUALIFIERS = ("exact", "about", "at_least", "at_most", "range")
BASES = ("flow", "cumulative", "stock")
STAGES = ("planned", "committed", "realised")
AUTHOR_KINDS = ("press", "press_from_company", "company_report", "government", "copy")
PROGRAMME_KINDS = (
    "procurement", "csr", "training", "licensing", "credit", "facilitation", "regulation", "study",
    "declaration", "award", "statistics",
)  # fmt: skip

MONEY = ("IDR", "USD")
BASE_UNITS = (
    *MONEY, "percent", "unit", "person", "permit", "tonne", "group", "activity", "pillar", "sector", "award",
    "district", "village", "item", "report", "regulation", "agreement", "programme", "year",
)  # fmt: skip
RATE_PERIODS = ("day", "month", "year")
NATION = "0000"
# The sector of a claim on all sectors.
ALL = "all"

SLUG = r"[a-z0-9_]+"
# Claims of one cumulative curve: a later one takes the place of an earlier one.
CURVE = ("programme", "actor", "measure", "unit", "stage", "region_code", "period_start")


def is_unit(unit: str) -> bool:
    """Whether a unit is one of the ledger's: a base unit, or a rate that keeps the time it is printed with.

    Examples
    --------
    >>> is_unit("IDR/month"), is_unit("IDR/week"), is_unit("rupiah")
    (True, False, False)
    """
    base, slash, period = unit.partition("/")
    return base in BASE_UNITS and (not slash or period in RATE_PERIODS)


def is_rate(unit: str) -> bool:
    """Whether a unit is per day, month or year."""
    return "/" in unit


def split_list(text: str) -> list[str]:
    """Items of a cell that are joined by ";", without spaces around them and without empty ones.

    Examples
    --------
    >>> split_list("food; transport")
    ['food', 'transport']
    """
    return [item for part in text.split(";") if (item := part.strip())]

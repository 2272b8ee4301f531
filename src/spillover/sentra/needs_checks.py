"""What rows of a form must name before they are read: a question of the form and a district."""

from __future__ import annotations

from spillover.bps.names import resolve_regions
from spillover.errors import DataError
from spillover.sentra.needs_cells import Row
from spillover.sentra.supply import districts_of

SHOWN = 30  # characters of a row that a message repeats


def check_codes(rows: list[Row], questions: dict[str, dict[str, str]], where: str) -> None:
    """Raise unless there are rows and each names a question of the form."""
    if not rows:
        raise DataError(where, "the form has no rows", remedy="write a blank form anew and fill that in")
    without = [f"{row.place}: {_glimpse(row)}" for row in rows if not row.code]
    if without:
        remedy = "empty these rows: a note belongs beside an answer, in the column Catatan / Remarks"
        raise DataError(where, "rows without the code of a question", without, remedy)
    unknown = [f"{row.place}: {row.code}" for row in rows if row.code not in questions]
    if unknown:
        remedy = "give the codes of needs_form.csv as in the blank form; remarks belong beside an answer"
        raise DataError(where, "unknown questions", unknown, remedy)


def _glimpse(row: Row) -> str:
    """The first words of a row, by which a person finds it."""
    text = next(text for text in (row.answer, row.remark, row.region_code) if text)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]} …"


def districts(province: str) -> list[str]:
    """BPS codes of the districts of a province."""
    return [str(code) for code in districts_of(province)["region_code"]]


def region_codes(rows: list[Row], province: str | None, where: str) -> list[str]:
    """BPS code of the district of each row."""
    empty = [row.place for row in rows if not row.region_code]
    if empty:
        raise DataError(where, "rows without a region code", empty, "give the code of the blank form")
    codes = [row.region_code.removesuffix(".0") for row in rows]
    pairs = list(dict.fromkeys((row.district, code) for row, code in zip(rows, codes, strict=True)))
    if province is not None:
        own = set(districts(province))
        strange = sorted({code for _, code in pairs} - own)
        if strange:
            remedy = f"give the BPS codes of province {province}, or the province of the form"
            raise DataError(where, "districts that are not of this province", strange, remedy)
    try:
        found = resolve_regions(
            [name for name, _ in pairs], where=where, codes=[code for _, code in pairs], code_system="bps"
        )
    except DataError as error:
        remedy = (
            "give code and name of each district as in the blank form; write one with spillover sentra-form"
        )
        raise DataError(error.where, error.problem, error.offenders or None, remedy) from error
    levels = zip(pairs, found.level, strict=True)
    other = [f"{code} {name}".strip() for (name, code), level in levels if level != "district"]
    if other:
        raise DataError(where, "codes that are not of a district", other, "use the codes of the blank form")
    known = dict(zip((code for _, code in pairs), found.region_code, strict=True))
    return [known[code] for code in codes]

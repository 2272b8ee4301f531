"""A big CSV file, a stretch of rows at a time: encoding and delimiter first, then rows in bounded memory."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from spillover.bps.csvfile import QUOTES, check_lines, decide_delimiter
from spillover.bps.decode import AS_UTF8
from spillover.bps.files import is_delimited
from spillover.bps.limits import MAX_COLUMNS, SPLIT
from spillover.bps.sheets import Cells
from spillover.errors import DataError

# What decides the delimiter; the longest header of a BPS table is a hundredth of it.
START_BYTES = 250_000
_BLOCK = 4_000_000


@dataclass(frozen=True)
class CsvRows:
    """Where the rows of a CSV file are, and how they are read."""

    path: Path
    encoding: str
    delimiter: str
    hinted: bool

    def stretches(self, size: int) -> Iterator[Cells]:
        """Rows of the file, at most ``size`` at a time; a first line ``sep=;`` is an empty row.

        Raises
        ------
        DataError
            A row that cannot be read, a cell that swallowed rows, or too many columns.
        """
        with self.path.open(encoding=self.encoding, newline="") as file:
            if self.hinted:
                file.readline()
                yield [[]]
            reader = csv.reader(file, delimiter=self.delimiter, strict=True)
            row, line = int(self.hinted), 0
            while rows := self._next(reader, size):
                if reader.line_num - line > len(rows):  # some cells have several lines
                    check_lines(rows, self.path.name, row)
                if max(map(len, rows)) > MAX_COLUMNS:
                    raise DataError(self.path.name, f"more than {MAX_COLUMNS:,} columns", remedy=SPLIT)
                row, line = row + len(rows), reader.line_num
                yield rows

    def _next(self, reader: Iterator[list[str]], size: int) -> Cells:
        try:
            return list(islice(reader, size))
        except csv.Error as error:
            line = getattr(reader, "line_num", 0)
            problem = f"a row that cannot be read ({error})"
            raise DataError(self.path.name, problem, [f"at or above line {line}"], QUOTES) from error


def open_rows(path: Path) -> CsvRows | None:
    """How to read a CSV file row by row; None if the file is none (or in UTF-16).

    Raises
    ------
    DataError
        The file cannot be opened; bytes of no known encoding; delimiters that fit equally.
    """
    try:
        with path.open("rb") as file:
            start = file.read(START_BYTES)
    except OSError as error:
        problem = f"the file cannot be read: {error.strerror}"
        raise DataError(path.name, problem, remedy="check the path") from error
    if not is_delimited(start):
        return None
    encoding = _encoding(path)
    text = codecs.getincrementaldecoder(encoding)("ignore").decode(start)
    delimiter, hinted = decide_delimiter(_whole_lines(text, len(start) < START_BYTES), path.name)
    return CsvRows(path, encoding, delimiter, hinted)


def _whole_lines(text: str, all_of_it: bool) -> str:
    """The text up to the end of its last row: a line end inside quotation marks ends none."""
    end = len(text)
    while not all_of_it and (end := text.rfind("\n", 0, end)) > 0:
        if text.count('"', 0, end) % 2 == 0:
            return text[: end + 1]
    return text


def _encoding(path: Path) -> str:
    """UTF-8, or Windows-1252 where no byte pair forms a UTF-8 letter, as `decode_text` decides it."""
    line = 1
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for block in _blocks(path):
            decoder.decode(block)
            line += block.count(b"\n")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        lenient = codecs.getincrementaldecoder("utf-8")("ignore")
        if all(lenient.decode(block).isascii() for block in _blocks(path)):
            return "cp1252"
        problem = "bytes that are not utf-8 beside letters that are"
        raise DataError(path.name, problem, [f"at or below line {line}"], AS_UTF8) from None
    return "utf-8-sig"


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            if b"\0" in block:
                raise DataError(path.name, "NUL characters: no plain text", remedy=AS_UTF8)
            yield block

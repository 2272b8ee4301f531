"""Records of cleaned files for sources.yml: made from their accounts, kept where a person completed them."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from spillover.bps.fileaccounts import FileAccount
from spillover.errors import DataError

HEAD = "# Made by `spillover clean`"
NOT_STATED = "not stated"
NO_SOURCE = "source not stated"  # how the citation of a file begins that names no source
# What a person completes; the rest follows from the files.
BY_HAND = ("title", "producer", "citation", "url", "how_to_obtain", "published", "licence", "redistributable")
_RESTING = "# Completed by hand, for files that gave no rows this time; used again when they do:"
_LABEL = r"(?:sumber(?:\s+data)?|sources?)(?:\s*/\s*(?:sumber(?:\s+data)?|sources?))?"
_STATED = re.compile(rf"(?:^\W*{_LABEL}\b\s*[:;]?|\b{_LABEL}\s*[:;])\s*(.*)", re.I | re.S)
_END = re.compile(
    rf"\b{_LABEL}\s*[:;]|\b(?:catatan|keterangan|notes?|remarks?|last_update)\b\s*(?:/\s*\w+\s*)?:|[;\n]",
    re.I,
)
_BPS = re.compile(r"\W*(?:BPS|BRS|Badan Pusat Statistik|Statistics Indonesia)\b", re.I)
_UPDATED = re.compile(r"\blast_update: *(\d{4}-\d\d-\d\d)\b")


def producer_of(note: str) -> str:
    """Who made a table, by its own footer: what follows "Sumber:", else a note that begins with BPS.

    Examples
    --------
    >>> producer_of("Catatan: - nihil Sumber : BPS, Susenas. Source : BPS-Statistics Indonesia")
    'BPS, Susenas'
    >>> producer_of("* Angka sementara")
    'not stated'
    """
    found = _STATED.search(note)
    text = found[1] if found else note if _BPS.match(note) else ""
    return _END.split(text, maxsplit=1)[0].strip(" .,\t") or NOT_STATED


def made_record(account: FileAccount, indicators: Iterable[str], table: str, digest: str) -> dict[str, Any]:
    """The record of a file as far as the file itself says it.

    Parameters
    ----------
    account : FileAccount
    indicators : iterable of str
        That the file gives.
    table, digest : str
        Name and sha256 of the long table.
    """
    name = Path(account.file).name
    producer = producer_of(account.note)
    updated = _UPDATED.search(account.note)
    return {
        "id": account.source_id,
        "file": table,
        "sha256": digest,
        "title": account.title or name,
        "producer": producer,
        "citation": _citation(producer, name),
        "url": NOT_STATED,
        "how_to_obtain": _command(name, account.declared),
        "accessed": date.today().isoformat(),
        "published": updated[1] if updated else NOT_STATED,
        "licence": NOT_STATED,
        "redistributable": False,
        "read": {"indicators": list(indicators)},
    }


def _command(name: str, declared: Mapping[str, str]) -> str:
    """The command that gives the rows of a file again."""
    words = ["spillover", "clean", name]
    for field, text in declared.items():
        zero = field == "dash" and text == "zero_shown_as_dash"
        words += ["--dash-is-zero"] if zero else [f"--{field.replace('_', '-')}", text]
    return shlex.join(words)


def _citation(producer: str, name: str) -> str:
    return f"{NO_SOURCE if producer == NOT_STATED else producer} ({name})"


class Completed:
    """What a person completed by hand in the sources.yml of an earlier cleaning.

    A field counts as completed where it is not what the cleaning wrote, which follows from its account.

    Parameters
    ----------
    folder : Path
        With ``sources.yml`` and ``cleaning.json`` of that cleaning; without them nothing is completed.

    Raises
    ------
    DataError
        A ``sources.yml`` that cannot be read any more: it is not made over.
    """

    def __init__(self, folder: Path) -> None:
        listing = folder / "sources.yml"
        text = listing.read_text(encoding="utf-8") if listing.is_file() else ""
        self._accounts = _accounts(folder / "cleaning.json")
        self._records = {str(r["id"]): r for r in load_records(text, listing)}
        resting = text.partition(_RESTING)[2].replace("\n# ", "\n")
        self._resting = {str(r["id"]): r for r in load_records(resting, listing)}

    def over(self, record: dict[str, Any], account: FileAccount) -> dict[str, Any]:
        """A record with what was completed; read on the earlier day if the file is the same."""
        source_id = record["id"]
        before = self._records.get(source_id, {})
        earlier = self._accounts.get(source_id)
        if before and earlier and account.sha256 and earlier.sha256 == account.sha256:
            record = record | {"accessed": str(before.get("accessed", record["accessed"]))}
        kept = self._resting.get(source_id, {}) | self._by_hand(source_id, record)
        if "producer" in kept:
            record = record | {"citation": _citation(str(kept["producer"]), Path(account.file).name)}
        return record | {name: kept[name] for name in BY_HAND if name in kept}

    def _by_hand(self, source_id: str, made: Mapping[str, Any]) -> dict[str, Any]:
        """Fields of an earlier record that a person changed."""
        before = self._records.get(source_id, {})
        if earlier := self._accounts.get(source_id):
            made = made_record(earlier, (), "", "")
        return {k: before[k] for k in BY_HAND if k in before and str(before[k]) != str(made.get(k))}

    def rest(self, used: Iterable[str]) -> str:
        """What was completed for files that give no rows this time, as a comment; "" if there is nothing."""
        import yaml

        left = dict(self._resting)
        for source_id in self._records:
            if by_hand := self._by_hand(source_id, {}):
                left[source_id] = {"id": source_id} | left.get(source_id, {}) | by_hand
        resting = [record for source_id, record in left.items() if source_id not in set(used)]
        if not resting:
            return ""
        text = yaml.safe_dump(resting, allow_unicode=True, sort_keys=False, width=110)
        lines = [f"# {line}" for line in text.splitlines()]
        return "\n".join(["", _RESTING, *lines, ""])


def _accounts(file: Path) -> dict[str, FileAccount]:
    """Accounts of an earlier cleaning by source id; without them all counts as by hand."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        return {one["source_id"]: FileAccount(**one) for one in found if not one["refused"]}
    except (OSError, ValueError, TypeError, KeyError):
        return {}


def load_records(text: str, listing: Path) -> list[dict[str, Any]]:
    """Records of the text of a ``sources.yml``, or an error that says in which line it was broken."""
    import yaml

    try:
        records = yaml.safe_load(text) or []
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", -1) + 1
        remedy = "correct it (texts with a colon need quotes), or choose another folder with --out"
        raise DataError(str(listing), f"is no YAML in line {line}", remedy=remedy) from error
    if not isinstance(records, list) or not all(isinstance(r, dict) and "id" in r for r in records):
        remedy = "restore the file, or choose another folder with --out"
        raise DataError(str(listing), "is not a list of records with an id", remedy=remedy)
    return records

"""Published numbers beside ours: one row per example, every number one by one, and where sources differ."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

from spillover.display.catalogue import placeholders, read_labels
from spillover.display.exhibits import Exhibit, TableCaption
from spillover.display.language import Said, fmt, label
from spillover.display.tables import Column, table, with_raw
from spillover.errors import check_columns, check_not_empty

if TYPE_CHECKING:
    import pandas as pd

NEEDED = ("study", "citation", "data_source", "statistic", "printed", "computed", "agrees", "note")
SHOWN = ("printed", "computed", "agrees")
FILE_NAME = re.compile(r"\b\w+(?:_\w+){2,}")
PLACEHOLDER = re.compile(r"\{(\w+)\}")
# More digits than printed are shown, but not so many that processors differ in the last.
MORE_DIGITS, MOST_DIGITS = 2, 8


def published_table(checks: pd.DataFrame, name: str = "published_numbers") -> Exhibit:
    """Show how many published numbers come out the same, by example; all numbers one by one are folded away.

    Parameters
    ----------
    checks : DataFrame
        As from `spillover.published_checks`: study, citation, data_source, statistic, printed (text),
        computed, agrees, note.
    name : str

    Returns
    -------
    Exhibit
        One row per example: numbers, how many agree, the largest difference in per cent of the printed
        number, the data, and where they are printed. Below it, folded, every number. The CSV holds every
        number with its citation and remark; paper shows the examples alone.

    Raises
    ------
    DataError
        Missing columns or no rows.

    Examples
    --------
    >>> published_table(published_checks())  # doctest: +SKIP
    """
    _check(checks, name)
    by_study = checks.assign(gap=_gaps(checks)).groupby("study", sort=False)
    rows = by_study.agg(n=("agrees", "size"), same=("agrees", "sum"), gap=("gap", "max")).reset_index()
    rows["data_source"] = [_joined(part["data_source"], "data") for _, part in by_study]
    rows["citation"] = [_joined(part["citation"], "citation") for _, part in by_study]
    rows["same"] = [
        label("published.of", same=fmt(int(same)), n=fmt(int(n)))
        for same, n in zip(rows["same"], rows["n"], strict=True)
    ]
    rows["study"] = [words_of(study, "study") for study in rows["study"]]
    columns: dict[str, Column | str] = {
        "study": "published_study",
        "same": Column("published_agree", kind="interval"),
        "gap": Column("published_gap", "percent_of_printed", 4),
        "data_source": "published_data",
        "citation": "published_citation",
    }
    title = label("published.title", n=fmt(len(checks)), studies=fmt(len(rows)))
    shown = table(rows, columns=columns, name=name, title=title, source=label("published.source"),
                  note=label("published.note"))  # fmt: skip
    folded = _folded(checks, name)
    return with_raw(replace(shown, html=_after_table(shown.html, folded)), checks)


def disagreements_table(checks: pd.DataFrame, name: str = "published_disagreements") -> Exhibit:
    """Show what differs between two sources of a number, and which is right and why.

    Parameters
    ----------
    checks : DataFrame
        As from `spillover.published_checks`; rows with more than a remark are shown.
    name : str
    """
    _check(checks, name)
    noted = checks[is_disagreement(checks)]
    rows = noted.groupby(["study", "note"], sort=False).size().reset_index(name="n")
    rows["n"] = [fmt(int(n)) for n in rows["n"]]
    rows["study"] = [words_of(study, "study") for study in rows["study"]]
    rows["note"] = [_remark(note) for note in rows["note"]]
    columns: dict[str, Column | str] = {
        "study": "published_study", "n": Column("published_n", kind="interval"), "note": "published_right",
    }  # fmt: skip
    caption: TableCaption = {
        "name": name,
        "title": label("published.notes_title", n=fmt(len(noted))),
        "source": label("published.source_notes"),
    }
    return with_raw(table(rows, columns=columns, **caption), noted)


def published_finding(checks: pd.DataFrame) -> Said:
    """Say how many published numbers come out the same, and name those that do not.

    Parameters
    ----------
    checks : DataFrame
        As from `spillover.published_checks`.

    Examples
    --------
    >>> published_finding(published_checks())  # doctest: +SKIP
    """
    _check(checks, "published_finding")
    wrong = checks[~checks["agrees"].astype(bool)]
    n, studies = fmt(len(checks)), fmt(checks["study"].nunique())
    said = [label("published.finding", same=fmt(len(checks) - len(wrong)), n=n, studies=studies)]
    if len(wrong):
        pairs = zip(wrong["study"], wrong["statistic"], strict=True)
        names = [f"{words_of(a, 'study')}, {words_of(b, 'statistic')}" for a, b in pairs]
        said.append(label("published.finding_wrong", names="; ".join(names)))
    if noted := int(is_disagreement(checks).sum()):
        said.append(label("published.finding_differ", n=fmt(noted)))
    return Said(" ".join(said))


def is_disagreement(checks: pd.DataFrame) -> pd.Series:
    """Rows whose note says more than how the number was compared."""
    notes = checks["note"].fillna("")
    return notes.ne("") & ~notes.map(lambda note: _key(note, "remark") is not None)


def words_of(text: str, kind: str) -> str:
    """Return a text of a check in the current language; a text without a label as it stands.

    The English side of the labels ``published.<kind>.*`` is what the checks say, with numbers and names as
    {placeholders}; these are looked up in turn.

    Parameters
    ----------
    text : str
    kind : {"study", "data", "statistic", "disagreement", "remark"}
    """
    found = _key(text, kind)
    if found is None:
        return text
    key, parts = found
    return label(key, **{name: words_of(part, kind) for name, part in parts.items()})


def _key(text: str, kind: str) -> tuple[str, dict[str, str]] | None:
    if kind == "data" and f"published.data.{text}" in read_labels():
        return f"published.data.{text}", {}
    for key, pattern in _patterns(kind):
        if match := pattern.fullmatch(text):
            return key, match.groupdict()
    return None


@lru_cache(maxsize=8)
def _patterns(kind: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Labels of a kind with the pattern of their English text, the most specific first."""
    texts = {k: both["en"] for k, both in read_labels().items() if k.startswith(f"published.{kind}.")}
    own = {key: len(PLACEHOLDER.sub("", text)) for key, text in texts.items()}
    order = sorted(texts, key=lambda key: (bool(placeholders(texts[key])), -own[key]))
    return tuple((key, re.compile(_pattern(texts[key]))) for key in order)


def _pattern(text: str) -> str:
    parts = PLACEHOLDER.split(text)  # text, name, text, name, …
    return "".join(f"(?P<{p}>.+)" if at % 2 else re.escape(p) for at, p in enumerate(parts))


def _check(checks: pd.DataFrame, name: str) -> None:
    check_columns(checks, NEEDED, f"table {name}")
    check_not_empty(checks, f"table {name}")


def _gaps(checks: pd.DataFrame) -> pd.Series:
    """Difference to the printed number, in per cent of it."""
    printed = checks["printed"].astype(float)
    return 100 * (checks["computed"] - printed).abs() / printed.abs()


def _joined(texts: pd.Series, kind: str) -> str:
    """Every part once: citations share the paper, and differ in the program that printed the number."""
    if kind == "data":
        return "; ".join(dict.fromkeys(words_of(text, "data") for text in texts))
    return "; ".join(dict.fromkeys(part for text in texts for part in text.split("; ")))


def _remark(note: str) -> str:
    """A note in the current language, as a sentence."""
    kind = "remark" if _key(note, "remark") else "disagreement"
    said = words_of(note, kind)
    return said[:1].upper() + said[1:] + ("" if said.endswith(".") else ".") if said else ""


def _computed(printed: str, computed: float, agrees: bool) -> str:
    """Our number with the printed one's digits and, where it has few, two more; a mark if it is another."""
    digits = len(printed.partition(".")[2])
    text = f"{computed:.{max(digits, min(digits + MORE_DIGITS, MOST_DIGITS))}f}"
    return text if agrees else label("published.not_reproduced", computed=text)


def _folded(checks: pd.DataFrame, name: str) -> str:
    """Every number one by one, as HTML that opens on demand."""
    rows = checks.assign(
        study=[words_of(study, "study") for study in checks["study"]],
        statistic=[words_of(statistic, "statistic") for statistic in checks["statistic"]],
        computed=[
            _computed(*row) for row in checks[["printed", "computed", "agrees"]].itertuples(index=False)
        ],
    )
    columns: dict[str, Column | str] = {
        "study": "published_study",
        "statistic": "published_statistic",
        "printed": Column("published_printed", kind="interval"),
        "computed": Column("published_computed", kind="interval"),
    }
    title = label("published.all_numbers", n=fmt(len(checks)))
    full = table(
        rows, columns=columns, name=f"{name}_all", title=title, source=label("published.source")
    ).html
    body = full[full.index('<div class="table-scroll"') : full.index("</figure>")].partition("\n<p ")[0]
    return f'<details class="exhibit-all"><summary>{escape(title)}</summary>\n{body}\n</details>'


def _after_table(html: str, more: str) -> str:
    """Put more below the table, whose long names of files may break at an underscore."""
    table_html, end, rest = html.partition("</table></div>")
    table_html = FILE_NAME.sub(lambda found: found.group().replace("_", "_<wbr>"), table_html)
    return f"{table_html}{end}\n{more}{rest}"

"""The partnership ledger as readers see it: programmes at a glance, all claims, conflicts, who buys what."""

from __future__ import annotations

import pandas as pd

from spillover.display.language import get_language, label
from spillover.display.ledger_words import fmt_claim, fmt_period, joined, publisher_names
from spillover.display.tables import Column
from spillover.display.views import Columns
from spillover.partnerships.dates import stretch
from spillover.partnerships.ledger import read_claim_sources, read_programmes
from spillover.partnerships.sectors import read_sectors, sectors_of

PROGRAMMES_COLUMNS: Columns = {
    "programme": Column("programme"),
    "lead": Column("lead"),
    "n_claims": Column("n_claims", "count", 0),
    "main_claim": Column("main_claim"),
    "covers": Column("covers"),
    "basis_stage": Column("basis_stage"),
    "publisher": Column("publisher_date"),
}
CLAIMS_COLUMNS: Columns = {
    "programme": Column("programme"),
    "claim": Column("claim"),
    "covers": Column("covers"),
    "basis_stage": Column("basis_stage"),
    "reported_as": Column("reported_as"),
    "publisher": Column("publisher_date"),
    "note": Column("note"),
}
CONFLICTS_COLUMNS: Columns = {
    "dispute": Column("dispute"),
    "claim": Column("claim"),
    "covers": Column("covers"),
    "publisher": Column("publisher_date"),
    "note": Column("note"),
}
SECTORS_COLUMNS: Columns = {
    "sector": Column("sector"),
    "kbli": Column("kbli"),
    "who": Column("who"),
    "figures": Column("figures"),
}
# What says most about a programme, first; of one measure the latest claim.
_TELLING = (
    "contract_value", "purchases", "csr_spending", "loans_value", "grants_value", "awards", "participants",
    "licences", "local_suppliers", "partner_establishments", "assisted_establishments", "group_turnover",
    "ikm_establishments", "partnership_reports",
)  # fmt: skip


def superseded(ledger: pd.DataFrame) -> pd.Series:
    """Which claims a later one replaces."""
    return ledger["entry_id"].isin(set(ledger["supersedes"]) - {""})


def programme_names() -> pd.Series:
    """Name of each programme in the current language, by programme_id."""
    programmes = read_programmes().set_index("programme_id")
    return programmes[f"name_{get_language()}"]


def main_claims(ledger: pd.DataFrame) -> pd.DataFrame:
    """The claim of each programme that says most about it: money before counts, the latest first.

    Returns
    -------
    DataFrame
        One row of the ledger per programme, in the order of programmes.csv; parts of totals and claims that
        were superseded are no main claims.
    """
    rank = {name: place for place, name in enumerate(_TELLING)}
    chosen = ledger[~superseded(ledger) & ledger["part_of"].eq("")]
    chosen = chosen.assign(
        rank=chosen["measure"].map(rank).fillna(len(rank)),
        latest=[stretch(text)[::-1] for text in chosen["as_of"]],
    )
    chosen = chosen.sort_values(["rank", "latest"], ascending=[True, False], kind="stable")
    first = chosen.drop_duplicates("programme").set_index("programme")
    order = [name for name in read_programmes()["programme_id"] if name in first.index]
    return first.loc[order].reset_index()


def programmes_shown(ledger: pd.DataFrame) -> pd.DataFrame:
    """One row per programme: who leads it, how many claims there are, and the latest telling one."""
    programmes = read_programmes().set_index("programme_id")
    main = main_claims(ledger)
    words = _in_words(main)
    counts = ledger.groupby("programme").size()
    return words.assign(
        lead=main["programme"].map(programmes["lead"]).to_numpy(),
        n_claims=main["programme"].map(counts).to_numpy(),
        main_claim=[_or_all(row, ledger) for row in main.to_dict("records")],
    )


def _or_all(row: dict[str, object], ledger: pd.DataFrame) -> str:
    """A claim in words; where others contradict it, all of them: none is chosen."""
    if not row["conflict"]:
        return _said(row)
    group = ledger[ledger["conflict"].eq(row["conflict"])].to_dict("records")
    amounts = list(dict.fromkeys(fmt_claim(r) for r in group))
    if len(amounts) == 1:
        amounts = [f"{fmt_claim(r)} ({fmt_period(r)})" for r in group]
    either = f" {label('word.or')} ".join(amounts)
    return f"{label('claim.' + str(row['measure']))}: {either} ({label('mark.conflict')})"


def claims_shown(ledger: pd.DataFrame) -> pd.DataFrame:
    """Every claim in words, with whom, its publisher, its caveat and what it must not be added to."""
    words, notes = _in_words(ledger), ledger[f"note_{get_language()}"]
    whom = [f"{p} ({c})" if c else p for p, c in zip(words["programme"], ledger["counterpart"], strict=True)]
    told = [
        " ".join(t for t in (f"{m}." if m else "", n) if t) for m, n in zip(words["mark"], notes, strict=True)
    ]
    return words.assign(programme=whom, note=told)


def conflicts_shown(ledger: pd.DataFrame) -> pd.DataFrame:
    """Claims that cannot both be true, side by side, each with the caveat of the current language."""
    disputed = ledger[ledger["conflict"].ne("")].sort_values("conflict", kind="stable")
    words = _in_words(disputed)
    names = [label(f"conflict.{slug}") for slug in disputed["conflict"]]
    return words.assign(dispute=names, note=disputed[f"note_{get_language()}"].to_numpy())


def sectors_shown(ledger: pd.DataFrame) -> pd.DataFrame:
    """Which programmes name which supply-chain sector, with its KBLI divisions and figures of its own."""
    lang, names, sectors = get_language(), programme_names(), read_sectors()
    rows = []
    buying = ledger[ledger["sector"].ne("") & ledger["sector"].ne("all")]
    for slug, some in sectors.groupby("sector", sort=False):
        named = buying[[slug in sectors_of(text, table=sectors) for text in buying["sector"]]]
        if named.empty or not some["supply_chain"].all():
            continue
        alone = named[named["sector"].eq(slug) & named["unit"].ne("sector")]
        main = some[some["main"]].iloc[0]
        others = [f"{r.kbli_section}{r.kbli_division}" for r in some[~some["main"]].itertuples()]
        code = f"{main['kbli_section']}{main['kbli_division']} {main[f'division_{lang}']}"
        rows.append(
            {
                "sector": main[f"name_{lang}"],
                "kbli": f"{code}; {', '.join(others)}" if others else code,
                "who": "; ".join(dict.fromkeys(names[p] for p in named["programme"])),
                "figures": "; ".join(_figure(row) for row in alone.to_dict("records")),
                "n_programmes": named["programme"].nunique(),
            }
        )
    return pd.DataFrame(rows).sort_values("n_programmes", ascending=False, kind="stable", ignore_index=True)


def _figure(row: dict[str, object]) -> str:
    when = fmt_period(row)
    if row["stage"] != "realised":
        when = f"{when}, {label('stage.' + str(row['stage']))}"
    return f"{_said(row).replace(': ', ' ')} ({when})"


def _in_words(rows: pd.DataFrame) -> pd.DataFrame:
    """Claims in words, one row each, in the order given."""
    names, publishers, replaced = programme_names(), publisher_names(), superseded(rows)
    records = rows.to_dict("records")
    return pd.DataFrame(
        {
            "programme": [names[r["programme"]] for r in records],
            "claim": [_said(r) for r in records],
            "covers": [fmt_period(r) for r in records],
            "basis_stage": [
                f"{label('basis_of_claim.' + r['basis'])}, {label('stage.' + r['stage'])}" for r in records
            ],
            "reported_as": [r["reported_as"] for r in records],
            "publisher": [publishers[r["source_id"]] for r in records],
            "mark": [_mark(r, gone) for r, gone in zip(records, replaced, strict=True)],
        }
    )


def _said(row: dict[str, object]) -> str:
    """What is measured and how much; once, where both are one word (2 penghargaan)."""
    measure, amount = label(f"claim.{row['measure']}"), fmt_claim(row)
    return amount if amount.endswith(f" {measure}") else f"{measure}: {amount}"


def _mark(row: dict[str, object], gone: bool) -> str:
    marks = {"superseded": gone, "conflict": bool(row["conflict"]), "part": bool(row["part_of"])}
    return joined(label(f"mark.{name}") for name, holds in marks.items() if holds)


def claims_raw(ledger: pd.DataFrame) -> pd.DataFrame:
    """The ledger with publisher, title and address of each claim: what is written as results/*.csv."""
    sources = read_claim_sources()[["source_id", "publisher", "title", "published", "author_kind", "url"]]
    return ledger.merge(sources, on="source_id", how="left", validate="m:1")

"""IWIP's cumulative claims as figure, table and sentences: what can be said of each year, and what cannot."""

from __future__ import annotations

import pandas as pd

from spillover.display.citing import cite
from spillover.display.exhibits import Exhibit
from spillover.display.flow_chart import cumulative_chart
from spillover.display.language import Said, fmt, label, say
from spillover.display.ledger_views import superseded
from spillover.display.ledger_words import cite_claims, fmt_claim, fmt_date, publisher_of
from spillover.display.money import fmt_money, fmt_money_range
from spillover.display.tables import Column, table
from spillover.display.views import Columns
from spillover.partnerships.averages import average_per_year
from spillover.partnerships.flows import cumulative_curve
from spillover.partnerships.spending import BASE_YEAR, share_over_period

PROGRAMME, WIDER, MEASURE = "iwip_umkm", "iwip_wbn_umkm", "contract_value"
PROVINCE = "8200"
FLOWS_COLUMNS: Columns = {
    "year": Column("year", kind="year"),
    "low": Column("flow_low"),
    "high": Column("flow_high"),
    "high_constant": Column("flow_high_constant"),
    "grdp": Column("grdp_current"),
    "share": Column("flow_share"),
    "binding": Column("binding"),
}


def iwip_claims(ledger: pd.DataFrame, programme: str = PROGRAMME) -> pd.DataFrame:
    """The cumulative claims on the value of IWIP's contracts with SMEs, by date."""
    rows = ledger[
        ledger["programme"].eq(programme) & ledger["measure"].eq(MEASURE) & ledger["unit"].eq("IDR")
    ]
    return rows[rows["basis"].eq("cumulative")].sort_values("quote_date")


def iwip_chart(ledger: pd.DataFrame) -> Exhibit:
    """The cumulative curve with its bounds."""
    curve, _ = cumulative_curve(ledger, PROGRAMME, MEASURE)
    own, wider = iwip_claims(ledger), iwip_claims(ledger, WIDER)
    said_id = "; ".join(f"{fmt_claim(r)} ({fmt_date(r['as_of'])})" for r in own.to_dict("records"))
    years = f"{curve.start.year}–{max(own['quote_date'].max(), wider['quote_date'].max())[:4]}"
    return cumulative_chart(
        curve, own, wider, name="iwip_cumulative",
        title=say(id=f"Nilai kerja sama IWIP dengan UMKM sejak {curve.start.year}, kumulatif, triliun rupiah harga berlaku, {years}", en=f"Value of IWIP's cooperation with SMEs since {curve.start.year}, cumulative, trillion rupiah at current prices, {years}"),
        source=cite_claims(pd.concat([own, wider])),
        note=say(
            id="Bidang biru: semua jalur yang cocok dengan klaim. Yang diandaikan: jumlah kumulatif tidak pernah turun, dan nilai kontrak (rilis 2024) serta nilai kerja sama (rilis 2025) adalah besaran yang sama. Klaim bersama WBN mencakup dua perusahaan dan tidak menyebut awal hitungannya, sehingga tidak membatasi angka IWIP.",
            en="Blue area: every path that agrees with the claims. What is assumed: a cumulative sum never falls, and contract value (release of 2024) and cooperation value (release of 2025) are one quantity. The claim with WBN covers two companies and does not say since when it counts, so that it does not bound IWIP's figure."),
        alt=say(id=f"Grafik batas atas dan bawah jumlah kumulatif. Klaim: {said_id}.", en=f"Chart of the upper and lower bounds of a cumulative sum. Claims: {said_id}."),
    )  # fmt: skip


def flows_shown(study: pd.DataFrame, ledger: pd.DataFrame) -> pd.DataFrame:
    """Rows of `flow_study` in words: bounds by year, in constant prices, against GRDP, and who bounds them."""
    sources = ledger.set_index("entry_id")["source_id"]
    records = study.to_dict("records")
    bound = [[e for e in f"{r['binding_low']};{r['binding_high']}".split(";") if e] for r in records]
    return pd.DataFrame(
        {
            "year": [r["year"] for r in records],
            "low": [fmt_money(r["flow_low"]) for r in records],
            "high": [_at_most(r["flow_high"]) for r in records],
            "high_constant": [_at_most(r["flow_high_constant"], r["flow_high"]) for r in records],
            "grdp": [fmt_money(r["grdp"]) for r in records],
            "share": [_share(r["share_high"]) for r in records],
            "binding": ["; ".join(publisher_of(sources[e] for e in names)) for names in bound],
        }
    )


def _at_most(value: float, current: float | None = None) -> str:
    """An upper bound; missing where the deflator does not reach, open where there is none."""
    if value != value:
        return "" if current is None or current != float("inf") else label("bound.open")
    return label("bound.open") if value == float("inf") else fmt_money(value)


def _share(value: float) -> str:
    return label("bound.open") if value == float("inf") else f"{fmt(value, 1)}%"


def flows_table(study: pd.DataFrame, ledger: pd.DataFrame, reading: pd.DataFrame) -> Exhibit:
    """What the claims allow for each year.

    Parameters
    ----------
    study, reading : DataFrame
        As from `flow_study`: by the claims alone, and with claims read as of a year's end; the note says what
        the second changes.
    ledger : DataFrame
    """
    years = f"{study['year'].min()}–{study['year'].max()}"
    reached = study.loc[study["flow_high_constant"].notna(), "year"].max()
    part = ", ".join(str(y) for y in study.loc[~study["complete"], "year"])
    return table(
        flows_shown(study, ledger), columns=FLOWS_COLUMNS, name="iwip_flows",
        title=say(id=f"Nilai kerja sama IWIP dengan UMKM menurut tahun: batas yang mengikuti dari klaim, {years}", en=f"Value of IWIP's cooperation with SMEs by year: the bounds that follow from the claims, {years}"),
        source=f"{cite_claims(iwip_claims(ledger))} {cite('deflators', *study['grdp_source'].dropna().unique())}",
        note=say(
            id=f"{_changes(study, reading)} {part}: klaim hanya mencakup sebagian tahun. Deflator PDB sampai {reached}; sesudahnya tidak diperpanjang. Batas per tahun tidak boleh dijumlahkan: jumlahnya dibatasi klaim kumulatif.",
            en=f"{_changes(study, reading)} {part}: the claims cover part of the year only. The GDP deflator reaches {reached} and is not extended. The bounds of the years must not be added: their sum is bounded by the cumulative claim.")
    )  # fmt: skip


def _changes(study: pd.DataFrame, reading: pd.DataFrame) -> str:
    """Years whose bounds are others under the second reading, and what that reading assumes."""
    both = study.merge(reading, on="year", suffixes=("", "_read"), validate="1:1")
    other = both[(both["flow_high"] != both["flow_high_read"]) | (both["flow_low"] != both["flow_low_read"])]
    slugs = sorted({s for text in reading["assumption"] for s in text.split(";") if s})
    assumed = "; ".join(label(f"assume.{slug}") for slug in slugs)
    bounds = "; ".join(
        f"{r.year} {fmt_money_range(r.flow_low_read, r.flow_high_read)}" for r in other.itertuples()
    )
    if not bounds:
        return ""
    return say(id=f"Bila {assumed}: {bounds}.", en=f"If {assumed}: {bounds}.")


def iwip_finding(ledger: pd.DataFrame, study: pd.DataFrame, year: int = BASE_YEAR) -> Said:
    """What IWIP says it was, per year and against the province's economy, and how sure that is."""
    own = iwip_claims(ledger)
    row = own[~superseded(own)].iloc[-1]
    mean = average_per_year(ledger, row["entry_id"]).iloc[0]
    share = share_over_period(ledger, row["entry_id"], region_code=PROVINCE)
    per_year = fmt_money_range(mean["per_year_low"], mean["per_year_high"], decimals=1)
    part = f"{fmt(share['low'], 1)}–{fmt(share['high'], 1)}%"
    one = study.set_index("year").loc[year]
    bounds = fmt_money_range(one["flow_low"], one["flow_high"])
    who, amount, when = publisher_of([row["source_id"]])[0], fmt_claim(row), fmt_date(row["as_of"])
    return say(
        id=f"**Menurut IWIP, nilai kerja samanya dengan UMKM mencapai {amount} dari {row['period_start']} hingga {when}** ({who}). Itu {per_year} per tahun, sebanding dengan {part} PDRB Maluku Utara dalam kurun itu. "
        f"Kami tidak menemukan auditnya, dan tidak disebut berapa yang sudah dibayar dan diterima UMKM. Untuk {year} saja, klaim-klaim itu cocok dengan angka berapa pun antara {bounds}.",
        en=f"**IWIP puts the value of its cooperation with SMEs at {amount} from {row['period_start']} to {when}** ({who}). That is {per_year} per year, or as much as {part} of Maluku Utara's GRDP over that time. "
        f"We found no audit of it, and how much was paid to SMEs is not said. For {year} alone the claims agree with any figure in {bounds}.",
    )

"""Sentences of the partnership notebook, made from the ledger; they change when the claims change."""

from __future__ import annotations

import pandas as pd

from spillover.display.language import Said, fmt, say
from spillover.display.ledger_words import fmt_claim, joined, publisher_of
from spillover.display.views import region_name
from spillover.partnerships.coverage import programme_coverage
from spillover.partnerships.ledger import read_claim_sources, read_programmes

# Kinds of programme that a company speaks of itself in.
COMPANY_KINDS = ("procurement", "csr", "credit")
COMPANY_TEXTS = ("press_from_company", "company_report")


def who_says(ledger: pd.DataFrame) -> Said:
    """How many claims rest on texts of the company itself, and that none was audited."""
    programmes, sources = read_programmes(), read_claim_sources().set_index("source_id")
    kinds = ledger["programme"].map(programmes.set_index("programme_id")["kind"])
    own = ledger[kinds.isin(COMPANY_KINDS)]
    written = own["source_id"].map(sources["author_kind"]).isin(COMPANY_TEXTS)
    n, of, texts = fmt(len(own), 0), fmt(int(written.sum()), 0), fmt(own["source_id"].nunique(), 0)
    every, pages = fmt(len(ledger), 0), fmt(ledger["source_id"].nunique(), 0)
    return say(
        id=f"**Kami tidak menemukan satu pun pemeriksaan pihak luar.** Buku klaim memuat {every} klaim dari {pages} halaman dan laporan; {n} klaim di antaranya, dari {texts} halaman, tentang belanja, CSR, dan pinjaman perusahaan: {of} klaim dari tulisan atau rilis perusahaan itu sendiri, selebihnya dari pemberitaan yang mengutipnya. Sebagian halaman hanya terbaca dalam salinan.",
        en=f"**We found no check by an outsider.** The ledger holds {every} claims from {pages} pages and reports; {n} claims, from {texts} pages, are on purchases, social spending and loans of companies: {of} claims from the company's own writing or release, the others from news that quote it. Some pages could be read in a copy only.",
    )


def local_share_finding(ledger: pd.DataFrame) -> Said:
    """The only claims that say what share of a company's contracts went to local suppliers."""
    rows = ledger[ledger["measure"].eq("local_share_of_contract_value")].sort_values("as_of")
    programmes = read_programmes().set_index("programme_id")
    years = joined(f"{fmt_claim(r)} ({r['as_of'][:4]})" for r in rows.to_dict("records"))
    lead = joined(dict.fromkeys(rows["programme"].map(programmes["lead"])))
    who = "; ".join(publisher_of(rows["source_id"]))
    return say(
        id=f"**Bagian pemasok lokal hanya disebut {lead}:** {years} dari nilai kontraknya ({who}). Apa yang disebut lokal dan berapa yang UMKM tidak dijelaskan. Kawasan tidak menyebut bagian apa pun.",
        en=f"**Only {lead} gives the share of local suppliers:** {years} of the value of its contracts ({who}). What counts as local, and how much went to SMEs, is not said. The parks give no share at all.",
    )


def coverage_finding(ledger: pd.DataFrame) -> Said:
    """How many of a province's small industries the known training and licensing reached."""
    found = programme_coverage(ledger, read_programmes())
    whole = found[~found["is_part"] & found["region_code"].str.endswith("00")]
    parts_id, parts_en = [], []
    for row in whole.to_dict("records"):
        name, year = region_name(row["region_code"]), row["year"]
        amount, rate = fmt_claim({**row, "value_high": None}), fmt(row["per_1000_imk"], 1)
        parts_id.append(f"{amount} di {name} pada {year}, {rate} per 1.000 IMK provinsi itu")
        parts_en.append(f"{amount} in {name} in {year}, {rate} per 1,000 IMK of that province")
    return say(
        id=f"**Pelatihan dan izin yang diumumkan tidak banyak.** {'; '.join(parts_id)}. Peserta dan penerima izin belum tentu sudah terhitung sebagai IMK; apa yang terjadi pada mereka setelahnya tidak kami temukan.",
        en=f"**Little training and licensing was announced.** {'; '.join(parts_en)}. Participants and holders of licences may not be counted as IMK; what became of them we did not find.",
    )


def conflicts_finding(ledger: pd.DataFrame) -> Said:
    """How many matters are in dispute, and how many sums do not say since when they count."""
    disputed = ledger[ledger["conflict"].ne("")]
    n, rows = fmt(disputed["conflict"].nunique(), 0), fmt(len(disputed), 0)
    unbound = ledger[ledger["basis"].eq("cumulative") & ledger["period_start"].eq("")]
    open_ended = fmt(len(unbound), 0)
    cumulative = fmt(int(ledger["basis"].eq("cumulative").sum()), 0)
    return say(
        id=f"**Angkanya saling bertentangan pada {n} hal** ({rows} klaim). {open_ended} dari {cumulative} angka kumulatif tidak menyebut sejak kapan dihitung, sehingga tidak dapat dijadikan angka per tahun.",
        en=f"**Figures contradict each other on {n} matters** ({rows} claims). {open_ended} of {cumulative} cumulative figures do not say since when they count, so that they cannot become yearly ones.",
    )

"""Sentences of the partnership notebook, made from the ledger; they change when the claims change."""

from __future__ import annotations

import pandas as pd

from spillover.display.language import Said, fmt, say
from spillover.display.ledger_words import fmt_claim, joined
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
        id=f"**Tidak ada halaman yang menyebut audit.** Buku klaim memuat {every} klaim dari {pages} halaman dan laporan; {n} di antaranya, dari {texts} halaman, tentang belanja, CSR, dan pinjaman perusahaan: {of} dari tulisan atau rilis perusahaan itu sendiri, selebihnya dari pemberitaan yang mengutipnya.",
        en=f"**No page mentions an audit.** The ledger holds {every} claims from {pages} pages and reports; {n} of them, from {texts} pages, are on purchases, social spending and loans of companies: {of} from the company's own writing or release, the others from news that quote it.",
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
        id=f"**Pelatihan dan izin menjangkau sedikit.** Yang diumumkan: {'; '.join(parts_id)}. Apa yang terjadi pada peserta setelahnya tidak diumumkan.",
        en=f"**Training and licences reach few.** What was announced: {'; '.join(parts_en)}. What became of the participants afterwards was not announced.",
    )


def conflicts_finding(ledger: pd.DataFrame) -> Said:
    """How many matters are in dispute, and what no claim says."""
    disputed = ledger[ledger["conflict"].ne("")]
    n, rows = fmt(disputed["conflict"].nunique(), 0), fmt(len(disputed), 0)
    unbound = ledger[ledger["basis"].eq("cumulative") & ledger["period_start"].eq("")]
    open_ended = fmt(len(unbound), 0)
    cumulative = fmt(int(ledger["basis"].eq("cumulative").sum()), 0)
    return say(
        id=f"**Angkanya saling bertentangan pada {n} hal** ({rows} klaim). {open_ended} dari {cumulative} angka kumulatif tidak menyebut sejak kapan dihitung, sehingga tidak dapat dijadikan angka per tahun.",
        en=f"**Figures contradict each other on {n} matters** ({rows} claims). {open_ended} of {cumulative} cumulative figures do not say since when they count, so that they cannot become yearly ones.",
    )


def unknowns(ledger: pd.DataFrame) -> Said:
    """What nobody publishes: a list, with what the ledger was searched for."""
    measures = set(ledger["measure"])
    lacking = [
        ("total_purchases", "seluruh belanja barang dan jasa sebuah kawasan, penyebut bagi “berapa bagian yang sampai ke UMKM”", "all purchases of goods and services of a park, the denominator of “what share reaches SMEs”"),
        ("payments", "pembayaran yang sudah diterima UMKM, terpisah dari nilai kontrak", "payments that SMEs have received, apart from the value of contracts"),
        ("suppliers_by_district", "jumlah pemasok menurut kabupaten, ukuran usaha, dan sektor dengan satu definisi UMKM", "suppliers by district, size and sector under one definition of SME"),
        ("survival", "berapa usaha yang masih berjalan setelah kontrak atau pelatihan berakhir", "how many businesses still run after a contract or a training ends"),
        ("tenant_purchases", "belanja setiap penyewa kawasan: klaim hanya atas nama pengelola", "purchases of each tenant: claims are in the manager's name only"),
    ]  # fmt: skip
    found = [item for item in lacking if item[0] not in measures]
    return say(
        id="Tidak satu pun halaman yang kami baca memuat: " + joined(f"({i}) {item[1]}" for i, item in enumerate(found, 1)) + ".",
        en="None of the pages that we read gives: " + joined(f"({i}) {item[2]}" for i, item in enumerate(found, 1)) + ".",
    )  # fmt: skip

"""The tables of the partnership notebook, each with its caption made from the ledger."""

from __future__ import annotations

import pandas as pd

from spillover.display.citing import cite
from spillover.display.exhibits import Exhibit
from spillover.display.language import fmt, say
from spillover.display.ledger_views import (
    CLAIMS_COLUMNS,
    CONFLICTS_COLUMNS,
    PROGRAMMES_COLUMNS,
    SECTORS_COLUMNS,
    claims_raw,
    claims_shown,
    conflicts_shown,
    programme_names,
    programmes_shown,
    sectors_shown,
)
from spillover.display.ledger_words import cite_claims, fmt_claim
from spillover.display.tables import Column, table, with_raw
from spillover.display.views import Columns, region_name
from spillover.partnerships.coverage import programme_coverage
from spillover.partnerships.dates import stretch
from spillover.partnerships.dividing import years_shown
from spillover.partnerships.ledger import read_programmes
from spillover.sme import read_imk

LARGE_CHANGE = 33.0  # percent
COVERAGE_COLUMNS: Columns = {
    "programme": Column("programme"),
    "where": Column("place"),
    "year": Column("year", kind="year"),
    "amount": Column("amount"),
    "imk_establishments": Column("imk", "unit", 0),
    "per_1000_imk": Column("per_1000_imk", "count", 1),
    "population": Column("people", "person", 0),
    "per_10000_people": Column("per_10000_people", "count", 1),
}


def programmes_table(ledger: pd.DataFrame) -> Exhibit:
    """Every programme with its telling claim."""
    n, of = fmt(len(ledger), 0), fmt(ledger["programme"].nunique(), 0)
    days = [stretch(text) for text in ledger["as_of"]]
    years = f"{min(d.first for d in days).year}–{max(d.last for d in days).year}"
    return table(
        programmes_shown(ledger), columns=PROGRAMMES_COLUMNS, name="partnership_programmes",
        title=say(id=f"{of} program kemitraan dan {n} klaim tentangnya, {years}", en=f"{of} partnership programmes and {n} claims about them, {years}"),
        source=cite_claims(ledger),
        note=say(
            id="Kumulatif: sejak awal program; arus: dalam kurun yang disebut; keadaan: pada tanggal itu. Ketiganya tidak pernah dijumlahkan. Angka utama: klaim terbaru, uang lebih dahulu daripada jumlah.",
            en="Cumulative: since the programme began; flow: within the period named; stock: on that date. The three are never added. Main figure: the latest claim, money before counts.")
    )  # fmt: skip


def claims_table(ledger: pd.DataFrame) -> Exhibit:
    """Every claim with its publisher; as a file, with the address of its page."""
    shown = table(
        claims_shown(ledger), columns=CLAIMS_COLUMNS, name="partnership_claims",
        title=say(id=f"Semua {fmt(len(ledger), 0)} klaim, dengan angka seperti tercetak dan penerbitnya", en=f"All {fmt(len(ledger), 0)} claims, with the figure as printed and its publisher"),
        source=cite("partnerships", "partnership_sources"),
        note=say(
            id="Judul dan alamat setiap halaman ada dalam berkas results/partnership_claims.csv.",
            en="Title and address of every page are in the file results/partnership_claims.csv.")
    )  # fmt: skip
    return with_raw(shown, claims_raw(ledger))


def conflicts_table(ledger: pd.DataFrame) -> Exhibit:
    """Claims that cannot both be true, side by side."""
    disputed = ledger[ledger["conflict"].ne("")]
    n = fmt(disputed["conflict"].nunique(), 0)
    return table(
        conflicts_shown(ledger), columns=CONFLICTS_COLUMNS, name="partnership_conflicts",
        title=say(id=f"{n} hal yang angkanya saling bertentangan", en=f"{n} matters on which figures contradict each other"),
        source=cite_claims(disputed),
        note=say(
            id="Tidak ada yang dipilih: kedua angka tetap dalam tabel, dan tidak satu pun dijumlahkan.",
            en="None is chosen: both figures stay in the table, and neither is added to anything.")
    )  # fmt: skip


def sectors_table(ledger: pd.DataFrame) -> Exhibit:
    """Who buys what: supply-chain sectors with their KBLI divisions."""
    shown = sectors_shown(ledger)
    rows = ledger[ledger["sector"].ne("") & ledger["sector"].ne("all")]
    return table(
        shown, columns=SECTORS_COLUMNS, name="partnership_sectors",
        title=say(id="Sektor rantai pasok yang disebut dalam klaim, dengan golongan pokok KBLI 2020", en="Supply-chain sectors named in the claims, with KBLI 2020 divisions"),
        source=f"{cite_claims(rows)} {cite('sectors')}",
        note=say(
            id="Termasuk program pemerintah dan rencana: kajian sentra IKM bukan pembelian. Strip: sektor disebut tanpa angka apa pun.",
            en="Programmes of government and plans are among them: the study of IKM centres is no purchase. Dash: the sector is named without any figure.")
    )  # fmt: skip


def coverage_table(ledger: pd.DataFrame) -> Exhibit:
    """Training and licences against the small industries and the people of their place."""
    found = programme_coverage(ledger, read_programmes())
    found = found[~found.duplicated(["programme", "region_code", "measure", "year"])]
    names = programme_names()
    shown = found.assign(
        programme=found["programme"].map(names),
        where=[region_name(code) for code in found["region_code"]],
        amount=[fmt_claim({**r, "value_high": None}) for r in found.to_dict("records")],
    )
    known = found["population_year"].dropna()
    year, fall = years_shown((int(known.min()), int(known.max()))), _fall(found)
    return table(
        shown, columns=COVERAGE_COLUMNS, name="partnership_coverage",
        title=say(id="Pelatihan dan izin terhadap jumlah industri mikro dan kecil (IMK) dan penduduk", en="Training and licences against the number of micro and small industries (IMK) and of people"),
        source=f"{cite_claims(found)} {cite('imk_2013_2024', 'population')}",
        note=say(
            id=f"IMK menurut kabupaten tidak diterbitkan; hanya program seprovinsi dibagi dengan IMK provinsi pada tahun itu. Penduduk: {year}; dipakai bila tidak lebih dari lima tahun lebih tua daripada program. Peserta Maluku adalah wirausaha baru, yang belum tentu sudah terhitung sebagai IMK. {fall}",
            en=f"IMK by district are not published; only programmes of a whole province are divided by its IMK of that year. Population: {year}; used where it is at most five years older than the programme. The participants in Maluku were new entrepreneurs, who may not have been counted as IMK yet. {fall}")
    )  # fmt: skip


def _fall(found: pd.DataFrame) -> str:
    """Provinces whose IMK fell or rose by more than a third into the year of a programme: the divisor is shaky."""
    imk = read_imk().query("size == 'total'").set_index(["region_code", "year"])["establishments"]
    said = []
    for code, year in sorted(
        {(c[:2] + "00", y) for c, y in zip(found["region_code"], found["year"], strict=True)}
    ):
        if (code, year) not in imk.index or (code, year - 1) not in imk.index:
            continue
        change = 100.0 * (imk[code, year] / imk[code, year - 1] - 1)
        if abs(change) > LARGE_CHANGE:
            size, name = fmt(change, 0, sign=True), region_name(code)
            said.append(
                say(
                    id=f"Jumlah IMK {name} {year} berubah {size}% dalam setahun menurut survei: rasio tahun itu goyah.",
                    en=f"The survey's count of IMK in {name} changed by {size}% into {year}: the ratio of that year is shaky.",
                )
            )
    return " ".join(said)

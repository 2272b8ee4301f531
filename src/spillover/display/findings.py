"""Sentences made from results, in both languages; they change when the numbers change.

Each function takes results and returns something that a notebook shows as a paragraph. Which words are
used follows from the relocation test, never from the usual p-value: with few exposed regions the usual
standard errors lie.
"""

from __future__ import annotations

import math

import pandas as pd

from spillover.display.language import Said, fmt, fmt_p, say
from spillover.imk_specs import HEADLINE

LEVEL = 0.05


def percent(log_points: float) -> float:
    """Change in percent that a difference of logs stands for."""
    return 100.0 * (math.exp(log_points) - 1.0)


def is_detected(row: pd.Series, level: float = LEVEL) -> bool:
    """True if the relocation test finds the estimate larger than placebo sites would give."""
    return bool(row["p_relocation"] <= level)


def _range(row: pd.Series) -> str:
    low, high = (fmt(percent(row[c]), 0, sign=True) for c in ("conf_low", "conf_high"))
    return str(say(id=f"{low}% sampai {high}%", en=f"{low}% to {high}%"))


def imk_finding(estimates: pd.DataFrame, within_km: float = 100.0) -> Said:
    """What the IMK panel says on establishments: detected or not, how large, how sure.

    Parameters
    ----------
    estimates : DataFrame
        As from `spillover.imk_study`; the row of log establishments on the share of the population is used.
    """
    firms = estimates[estimates["outcome"].eq("log_establishments")].set_index("term")
    row, edge = firms.loc[HEADLINE], firms.loc["population_share_edge"]
    km, size = fmt(within_km, 0), fmt(percent(row["estimate"]), 0, sign=True)
    numbers = {"n": fmt(row["n_exposed"], 0), "of": fmt(row["n_regions"], 0), "p": fmt_p(row["p_relocation"])}
    numbers["edge"] = f"{fmt(percent(edge['estimate']), 0, sign=True)}%"
    numbers["p_edge"] = fmt_p(edge["p_relocation"])
    if is_detected(row):
        start_id = "**Jumlah usaha industri mikro dan kecil (IMK) bergerak bersama pembukaan kawasan.**"
        start_en = "**The number of micro and small industries (IMK) moves with the opening of parks.**"
    else:
        start_id = "**Tidak terdeteksi perubahan jumlah usaha industri mikro dan kecil (IMK).**"
        start_en = "**No detectable change in the number of micro and small industries (IMK).**"
    return say(
        id=f"{start_id} Taksiran {size}% bila seluruh penduduk sebuah provinsi menjadi tinggal dalam {km} km dari kawasan yang "
        f"beroperasi (selang 95% {_range(row)}, kemungkinan terlalu sempit; p relokasi {numbers['p']}; dari batas wilayah {numbers['edge']}, p "
        f"{numbers['p_edge']}). "
        f"Hanya {numbers['n']} dari {numbers['of']} provinsi yang paparannya berubah.",
        en=f"{start_en} Estimate {size}% if all people of a province came to live within {km} km of an operating park "
        f"(95% interval {_range(row)}, probably too narrow; relocation p {numbers['p']}; from the district's edge {numbers['edge']}, p "
        f"{numbers['p_edge']}). "
        f"Only {numbers['n']} of {numbers['of']} provinces change their exposure.",
    )


def grdp_finding(estimates: pd.DataFrame, within_km: float = 50.0) -> Said:
    """What GRDP per head says: the size of the boom near parks, with and without Morowali.

    Parameters
    ----------
    estimates : DataFrame
        The three rows of `spillover.grdp_study`.
    """
    every, edge = estimates.iloc[0], estimates.iloc[1]
    sizes = [fmt(percent(size), 0, sign=True) for size in estimates["estimate"]]
    tests = [fmt_p(p) for p in estimates["p_relocation"]]
    km, n = fmt(within_km, 0), fmt(every["n_exposed"], 0)
    if is_detected(every) and is_detected(edge):
        lead_id, lead_en = "**Produksi melonjak di dekat kawasan.**", "**Output jumps near the parks.**"
    elif is_detected(every) or is_detected(edge):
        lead_id = (
            "**Produksi melonjak di dekat kawasan, tetapi besarnya bergantung pada cara mengukur jarak.**"
        )
        lead_en = "**Output jumps near the parks, but how much depends on how distance is measured.**"
    else:
        lead_id, lead_en = "**Lonjakan produksi tidak terbukti.**", "**A jump in output is not shown.**"
    return say(
        id=f"{lead_id} PDRB per kapita kabupaten/kota dalam {km} km dari kawasan: {sizes[0]}% terhadap wilayah lain "
        f"setelah kawasan beroperasi (p relokasi {tests[0]}; {n} wilayah terpapar; dari batas wilayah {sizes[1]}%, p relokasi "
        f"{tests[1]}; tanpa Morowali {sizes[2]}%, p relokasi {tests[2]}). Ini ledakan produksi kawasan itu sendiri, yang ikut dihitung dalam PDRB; bukan "
        "pertumbuhan usaha kecil dan bukan kesejahteraan.",
        en=f"{lead_en} GRDP per head of districts within {km} km of a park: {sizes[0]}% against other districts after "
        f"it operates (relocation p {tests[0]}; {n} exposed districts; from the district's edge {sizes[1]}%, relocation p "
        f"{tests[1]}; without Morowali {sizes[2]}%, relocation p {tests[2]}). This is the parks' own output, which GRDP counts; it is neither growth of small firms "
        "nor welfare.",
    )


def census_finding(census: pd.DataFrame) -> Said:
    """What the economic census says: how few districts can be compared, and how far apart they are.

    Parameters
    ----------
    census : DataFrame
        As from `spillover.census_study`.
    """
    same = census[~census["territory_changed"]]
    low, high = (fmt(v, 0, sign=True) for v in (same["growth_percent"].min(), same["growth_percent"].max()))
    n, kept = fmt(len(census), 0), fmt(len(same), 0)
    return say(
        id=f"**Angka kabupaten terlalu sedikit.** Sensus Ekonomi 2006 dan 2016 dapat dibandingkan di {n} kabupaten/kota saja, dan hanya di {kept} yang "
        f"wilayahnya tidak berubah karena pemekaran; di sana jumlah usaha tumbuh {low}% sampai {high}%. Terlalu "
        "sedikit untuk regresi: angka ini tidak mengatakan apa pun tentang pengaruh kawasan.",
        en=f"**Too few district figures.** The economic censuses of 2006 and 2016 can be compared in only {n} districts, and in only {kept} whose "
        f"territory did not change by a split; there the number of businesses grew by {low}% to {high}%. Too few "
        "for a regression: these figures say nothing on what parks do.",
    )


def largest_fall(panel: pd.DataFrame, names: pd.Series) -> Said:
    """The largest one-year fall of establishments among exposed provinces: how much the survey moves by itself.

    Parameters
    ----------
    panel : DataFrame
        As from `spillover.imk_study` (needs the headline exposure).
    names : Series
        Province code → name.
    """
    moved = panel.groupby("region_code")[HEADLINE].transform("max") > 0
    data = panel[moved].sort_values(["region_code", "year"])
    change = data.groupby("region_code")[["establishments"]].pct_change()["establishments"] * 100
    before = data.groupby("region_code")[HEADLINE].diff().fillna(0.0).abs() < 1e-12
    row = data.assign(change=change)[before].sort_values("change").iloc[0]
    name, size, year = names[row["region_code"]], fmt(row["change"], 0, sign=True), str(int(row["year"]))
    return say(
        id=f"Sebagai ukuran goyangnya survei: jumlah perusahaan IMK di {name} berubah {size}% pada {year}, tahun "
        "tanpa perubahan paparan.",
        en=f"As a measure of how much the survey moves by itself: IMK establishments in {name} changed by {size}% "
        f"in {year}, a year without any change in exposure.",
    )


def ring_change_finding(changes: pd.DataFrame, n_regions: int, year: int) -> Said:
    """How many districts change ring between the centroid and the edge basis.

    Parameters
    ----------
    changes : DataFrame
        As from `spillover.ring_changes`, one year.
    """
    n, of = fmt(len(changes), 0), fmt(n_regions, 0)
    share = fmt(100.0 * len(changes) / n_regions, 0)
    return say(
        id=f"Pada {year}, {n} dari {of} kabupaten/kota ({share}%) pindah cincin bila jarak diukur dari batas "
        "wilayah, bukan dari titik pusatnya. Karena itu hasil selalu ditunjukkan menurut kedua dasar.",
        en=f"In {year}, {n} of {of} districts ({share}%) change ring when distance is measured from the district's "
        "edge rather than from its centroid. Results are therefore shown on both bases.",
    )


def jumps_finding(jumps: pd.DataFrame, regions: pd.DataFrame) -> Said:
    """How many large one-year changes of GRDP per head there are, and how many are documented breaks."""
    chosen = jumps[jumps["region_code"].isin(regions["region_code"])]
    n, known, every = (fmt(v, 0) for v in (len(chosen), chosen["known"].sum(), len(jumps)))
    return say(
        id=f"Pencarian otomatis menemukan {every} lompatan PDRB per kapita di Indonesia, {n} di antaranya di Sulawesi dan "
        f"Maluku; {known} dari {n} tercatat sebagai patahan. Yang tidak tercatat bisa jadi ledakan yang nyata.",
        en=f"An automatic search finds {every} jumps of GRDP per head in Indonesia, {n} of them in Sulawesi and Maluku; "
        f"{known} of these {n} are documented breaks. Those not documented may be real booms.",
    )


def numbered(*sentences: Said) -> Said:
    """Sentences as a numbered list."""
    text = "\n".join(f"{i}. {sentence}" for i, sentence in enumerate(sentences, 1))
    return Said(text)

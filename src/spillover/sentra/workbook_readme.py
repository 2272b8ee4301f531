"""What the workbook says of itself: what it is, how to read it, what is judgement, how to change a weight."""

from __future__ import annotations

from datetime import date
from importlib.metadata import version
from typing import TYPE_CHECKING

from spillover.display.sentra_words import province_name
from spillover.sentra.ranking import TOP

if TYPE_CHECKING:
    from spillover.sentra.study import SentraStudy

Lines = list[tuple[str, str]]


def readme_lines(study: SentraStudy, *, made: date, data: str) -> Lines:
    """Lines in Indonesian and English; an empty one starts a part.

    Parameters
    ----------
    study : SentraStudy
    made : date
        Of the workbook.
    data : str
        Fingerprint of the data.
    """
    name = province_name(study)
    n = len(study.ranks)
    return [
        (f"Sentra IKM di {name}: di mana bisa berjalan?", f"An SME centre in {name}: where could it work?"),
        (
            f"Buku kerja ini membandingkan {n} kabupaten/kota menurut kebutuhan kawasan industri, akses, dan "
            f"usaha yang ada. Permintaan kawasan adalah untuk tahun {study.year}.",
            f"This workbook compares {n} districts by what industrial parks need, by access and by the firms "
            f"that exist. The demand of the parks is that of {study.year}.",
        ),
        ("", ""),
        ("Berapa yang data, berapa yang pertimbangan", "How much is data, how much is judgement"),
        *_rests_on(study),
        ("", ""),
        ("Cara membaca", "How to read it"),
        *_how_to_read(study),
        ("", ""),
        ("Cara mengubah bobot", "How to change a weight"),
        *_how_to_change(study),
        ("", ""),
        ("Pembuatan", "How it was made"),
        (
            f"Tanggal {made.isoformat()}; spillover {version('spillover')}; sidik data {data[:10]}; "
            f"{_draws(study)} undian, benih {study.ranks['seed'].iloc[0]}.",
            f"Date {made.isoformat()}; spillover {version('spillover')}; data fingerprint {data[:10]}; "
            f"{_draws(study)} draws, seed {study.ranks['seed'].iloc[0]}.",
        ),
        (
            "Sumber setiap angka ada di lembar Sumber dan di kolom sumber setiap lembar. "
            "Tabel: CC BY 4.0; data dari pihak lain menurut lisensi masing-masing.",
            "The source of each figure is on the sheet Sources and in the source columns of each sheet. "
            "Tables: CC BY 4.0; data of others under their own licences.",
        ),
    ]


def _draws(study: SentraStudy) -> int:
    return int(study.ranks["draws"].iloc[0])


def _rests_on(study: SentraStudy) -> Lines:
    criteria = study.criteria
    out = set(str(study.ranks["left_out"].iloc[0]).split(", ")) - {""}
    counted = criteria[~criteria["criterion_id"].isin(out)]
    judged = float(counted.loc[counted["kind"].eq("judgement"), "weight"].sum() / counted["weight"].sum())
    shares = study.ranks[["share_data", "share_judgement", "share_imputed"]].mean()
    cells = study.values.values[counted["criterion_id"].tolist()]
    lacking, every = int(cells.isna().sum().sum()), int(cells.size)
    ranks = study.ranks
    first = float(ranks["share_judgement"].iloc[0])
    lines = [
        (
            f"Dari bobot yang dihitung, {_pct(1 - judged, 'id')} ada pada kriteria dari data dan "
            f"{_pct(judged, 'id')} pada kriteria yang nilainya sendiri memuat pertimbangan (kebutuhan per "
            "pekerja menurut norma). Bobot selalu pertimbangan.",
            f"Of the weight that counts, {_pct(1 - judged, 'en')} is on criteria from data and "
            f"{_pct(judged, 'en')} on criteria whose values themselves hold judgement (needs per worker by "
            "norms). Weights are always judgement.",
        ),
        (
            f"Rata-rata skor: {_pct(shares.iloc[0], 'id')} dari data, {_pct(shares.iloc[1], 'id')} dari "
            f"pertimbangan, {_pct(shares.iloc[2], 'id')} dari nilai yang dianggap. Di tempat pertama "
            f"{_pct(first, 'id')} skornya dari pertimbangan.",
            f"Mean score: {_pct(shares.iloc[0], 'en')} from data, {_pct(shares.iloc[1], 'en')} from "
            f"judgement, {_pct(shares.iloc[2], 'en')} from assumed values. Of the first place "
            f"{_pct(first, 'en')} of the score is judgement.",
        ),
        (
            f"{lacking} dari {every} nilai tidak ada; masing-masing dengan alasannya di lembar Tidak ada.",
            f"{lacking} of {every} values are missing; each is on the sheet Missing with its reason.",
        ),
    ]
    return [*lines, *_uncounted(study, out)]


def _uncounted(study: SentraStudy, out: set[str]) -> Lines:
    """The criteria that do not count, and why."""
    same = set(str(study.ranks["equal"].iloc[0]).split(", ")) - {""}
    lines: Lines = []
    whys = {
        "Tanpa data di provinsi ini": "Without data in this province",
        "Sama di semua": "The same everywhere",
    }
    for (why_id, why_en), ids in zip(whys.items(), (out - same, same), strict=True):
        table = study.criteria.set_index("criterion_id").loc[sorted(ids)]
        weight = float(table["weight"].sum())
        texts = (
            f"{why_id}, jadi tidak dihitung: {'; '.join(table['name_id'])} (bobot {_pct(weight, 'id')}, "
            "dibagikan kepada yang lain).",
            f"{why_en}, so not counted: {'; '.join(table['name_en'])} (weight {_pct(weight, 'en')}, which "
            "goes to the others).",
        )
        lines += [texts] if ids else []
    return lines


def _pct(share: float, lang: str) -> str:
    text = f"{100 * share:.0f}"
    return f"{text} %" if lang == "id" else f"{text}%"


def _how_to_read(study: SentraStudy) -> Lines:
    return [
        (
            f"Peringkat tidak pernah berdiri sendiri: di sebelahnya ada peluang masuk {TOP} besar dan "
            "rentang peringkat. Undian mengubah bobot, kisaran data, dan nilai yang tidak ada sekaligus.",
            f"A rank never stands alone: beside it are the probability of the top {TOP} and an interval of "
            "ranks. Draws change weights, ranges of data and missing values together.",
        ),
        (
            "Lembar Penjelasan memuat setiap suku; jumlah sumbangan adalah skornya dan dapat dihitung "
            "dengan tangan.",
            "The sheet Explanation has every term; the contributions add up to the score, as can be checked "
            "by hand.",
        ),
        (
            "Sel angka yang kosong berarti tidak diketahui, bukan nol. Di kolom kata, kosong berarti tidak "
            "ada: tidak ada yang mengungguli, tidak ada tanda, tidak ada alasan. Di lembar Kepekaan, "
            "kosong berarti tidak berlaku: tidak ada perubahan yang cukup, atau yang berubah adalah bobot, "
            "bukan satu kabupaten/kota.",
            "An empty cell of a number means not known, never zero. In a column of words empty means none: "
            "dominated by nobody, no flag, no reason. On the sheet Sensitivity empty means not applicable: "
            "no change is enough, or what changes is a weight and not one district.",
        ),
        (
            "Kolom yang kosong atau sama di semua baris tidak diulang; isinya ada di baris di bawah judul "
            "lembar. Tanda merah di judul kolom membuka penjelasan.",
            "Columns that are empty or the same in all rows are not repeated; the line under a sheet's title "
            "says them. A red mark in a heading opens a note.",
        ),
        (
            "Potensi menurut data ini bukan putusan: hubungan bukan sebab, dan lapangan harus dilihat.",
            "Potential by these data is no verdict: association is not cause, and the ground must be seen.",
        ),
    ]


def _how_to_change(study: SentraStudy) -> Lines:
    file = f"sentra_{study.province}.xlsx"
    command = f"spillover sentra --province {study.province} --out . --weights {file}"
    own = ("Bobot dalam buku ini adalah bobot bawaan.", "The weights of this workbook are the bundled ones.")
    if study.own_weights:
        own = (
            "Bobot dalam buku ini adalah bobot sendiri; lembar Perubahan membandingkannya dengan bawaan.",
            "The weights of this workbook are your own; the sheet Changes compares them with the bundled.",
        )
    return [
        (
            "1. Ubah kolom kuning (weight) di lembar Kriteria. Jumlahnya harus 1; 0,15 dan 15 % sama. Tulis "
            "angka, bukan rumus: rumus di sel bobot ditolak; di samping atau di bawah tabel boleh. Simpan.",
            "1. Change the yellow column (weight) on the sheet Criteria. They must sum to 1; 0.15 and 15 % "
            "are the same. Write numbers, no formulas: a formula in a weight cell is refused; beside or "
            "below the table it may stand. Save.",
        ),
        (f"2. Jalankan:  {command}", f"2. Run:  {command}"),
        (
            "Bila jumlahnya bukan 1, tambahkan --normalise: bobot dibagi dengan jumlahnya. Sebagai ganti "
            "buku ini, CSV weights.csv boleh diubah dan diberikan:  --weights weights.csv.",
            "If they do not sum to 1, add --normalise: each is divided by the sum. Instead of this workbook "
            "you may edit and give the CSV:  --weights weights.csv.",
        ),
        (
            "3. Yang berubah ada di lembar Perubahan dan di layar. Berkas lama diganti; simpan salinan "
            "bila perlu.",
            "3. What changed is on the sheet Changes and on the screen. Old files are replaced; keep a copy "
            "if needed.",
        ),
        own,
    ]


def sheet_lines(keys: list[str]) -> Lines:
    """What each sheet holds."""
    from spillover.sentra.workbook_words import both

    lines: Lines = [("", ""), ("Lembar", "Sheets")]
    for key in keys:
        names, titles = both(f"workbook_sheet.{key}"), both(f"workbook_title.{key}")
        lines.append((f"{names[0]}: {titles[0]}", f"{names[1]}: {titles[1]}"))
    return lines

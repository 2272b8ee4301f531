"""Print the collected series as BPS tables arrive, into ``data/raw``, so that the suite cleans what users clean.

    python scripts/make_printed.py --collected FOLDER [--out data/raw] [--dry-run]

FOLDER holds the figures as collected (see make_tables.py). Figures, names and missing marks are as collected;
only the choice of columns and the shape are ours: the site's one-year export (poverty line), a table pasted
from a publication with dots for thousands (micro and small industry), a workbook turned into semicolons
(2025), padded figures with commas (GRDP per head), a long table with old codes (GRDP, unemployment), and the
wide form of the World Bank's databank (population). ``data/sources.yml`` says what a file does not say itself.
"""

from __future__ import annotations

import argparse
import csv
import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

Row = dict[str, str]
SIZES = ("mikro", "kecil", "total")
IMK = {
    "establishments": (
        "IMK perusahaan",
        "Jumlah Perusahaan Industri Mikro dan Kecil Menurut Provinsi (unit)",
    ),
    "workers": ("IMK tenaga kerja", "Jumlah Tenaga Kerja Industri Mikro dan Kecil Menurut Provinsi (orang)"),
    "output": (
        "IMK nilai output",
        "Nilai Output Industri Mikro dan Kecil Atas Dasar Harga Berlaku Menurut Provinsi (juta rupiah)",
    ),
}


def read(collected: Path, name: str) -> list[Row]:
    """Rows of a collected CSV."""
    with (collected / name).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def text(rows: Sequence[Sequence[str]], delimiter: str = ",", *, bom: bool = False) -> str:
    """Rows as CSV."""
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return ("\ufeff" if bom else "") + stream.getvalue()


def poverty_line(collected: Path) -> Iterator[tuple[str, str]]:
    """Fifteen one-year exports of the BPS site."""
    rows = read(collected, "poverty_line_514_2011_2025.csv")
    for year in sorted({r["year"] for r in rows}):
        head = [
            ["Provinsi/Kabupaten/Kota", ""],
            ["", "Garis Kemiskinan Menurut Kabupaten/Kota (Rupiah/kapita/bulan)"],
            ["", year],
        ]
        body = [[r["name"], r["poverty_line_idr_cap_month"] or "-"] for r in rows if r["year"] == year]
        yield f"poverty_line/{year}.csv", text(head + body, bom=True)


def imk(collected: Path) -> Iterator[tuple[str, str]]:
    """Micro and small industry 2013–2024: one table a measure, years by size class, dots for thousands."""
    rows = [r for r in read(collected, "imk_province_panel.csv") if r["source"] == "s1"]
    years = sorted({r["year"] for r in rows})
    provinces = sorted({(r["bps_code"], r["province"]) for r in rows})
    value = {(r["bps_code"], r["year"], r["measure"]): r["value"] for r in rows}
    for name, (measure, title) in IMK.items():
        head = [
            ["Kode", "Provinsi", title],
            ["", "", *(year if size == "mikro" else "" for year in years for size in SIZES)],
            ["", "", *(size.capitalize() for _ in years for size in SIZES)],
        ]
        body = [
            [
                code[:2],
                province,
                *(dots(value.get((code, y, f"{measure} {s}"))) for y in years for s in SIZES),
            ]
            for code, province in provinces
        ]
        yield f"imk_2013_2024/{name}.csv", text(head + body)


def dots(value: str | None) -> str:
    """A whole number with dots for thousands; "-" where there is none."""
    return f"{int(float(value)):,}".replace(",", ".") if value else "-"


def imk_2025(collected: Path) -> Iterator[tuple[str, str]]:
    """Micro and small industry 2025, with semicolons, one row a province."""
    rows = read_semicolons(collected / "imk_province_2025_raw_semicolon.csv")
    columns = {
        "jumlah_perusahaan": "jumlah perusahaan {} (unit)",
        "jumlah_tk": "jumlah tenaga kerja {} (orang)",
        "nilai_output": "nilai output {} (juta rupiah)",
    }
    title = "Industri Mikro dan Kecil Menurut Provinsi, Harga Berlaku, 2025"
    head = ["pulau", "provinsi", *(text.format(size) for text in columns.values() for size in SIZES)]
    body = [[r["pulau"], r["provinsi"], *(r[f"{c}_{s}"] for c in columns for s in SIZES)] for r in rows]
    yield "imk_2025.csv", text([[title], head, *body], ";")


def read_semicolons(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


def grdp_per_capita(collected: Path) -> Iterator[tuple[str, str]]:
    """GRDP per head 2000–2024: padded figures with commas for thousands."""
    rows = read(collected, "grdp_per_capita_514_2000_2024_as_obtained.csv")
    years = range(2000, 2025)
    title = "PDRB per Kapita Atas Dasar Harga Konstan 2010 Menurut Kabupaten/Kota (ribu rupiah)"
    head = ["Kode", "Kabupaten/Kota", *map(str, years)]
    body = [
        [r["districtID"], r["district"], *(r[f"grdp_pc_{y}"] for y in years)] for r in rows if r["districtID"]
    ]
    yield "grdp_per_capita_real.csv", text([[title], head, *body], bom=True)


def grdp_tpt(collected: Path) -> Iterator[tuple[str, str]]:
    """Real GRDP and open unemployment 2008–2020: long, with the codes of before 2022."""
    rows = read(collected, "grdp_tpt_514_2008_2020.csv")
    for name, column, heading in (
        ("grdp_real", "grdp_real2010_bn_idr", "PDRB Atas Dasar Harga Konstan 2010 (miliar rupiah)"),
        ("tpt", "tpt_pct", "Tingkat Pengangguran Terbuka (persen)"),
    ):
        head = ["kode", "kabupaten_kota", "provinsi", "tahun", heading]
        body = [[r["bps_code"], r["kabkot"], r["provinsi"], r["year"], r[column]] for r in rows]
        yield f"{name}.csv", text([head, *body])


def population(collected: Path) -> Iterator[tuple[str, str]]:
    """Population 2000–2017 in the form of the databank; persons, rounded to whole ones.

    The compilation's codes are left out: it has those of Karangasem and Karanganyar swapped.
    """
    rows = read(collected, "population_grdp_514_2000_2017_cc_by.csv")
    years = range(2000, 2018)
    series = ["Total Population (in number of people)", "SP.POP.TOTL"]
    head = ["Provinces Name", "District Name", "Series Name", "Series Code", *(f"{y} [YR{y}]" for y in years)]
    body = []
    for r in sorted(rows, key=lambda r: (r["Province"], r["District_name"], r["Regency_City"])):
        name = r["District_name"].strip()
        if not {"Kota", "Kab", "Kab.", "City"} & set(name.replace(",", " ").split()):
            name += ", Kota" if r["KDJ"][2] == "7" else ", Kab."  # codes of cities have a 7 there
        figures = [str(round(float(r[f"POP{y}"]))) for y in years]
        body.append([r["Province"], name, *series, *figures])
    yield "population.csv", text([head, *body])


PRINTED: tuple[Callable[[Path], Iterator[tuple[str, str]]], ...] = (
    poverty_line, imk, imk_2025, grdp_per_capita, grdp_tpt, population,
)  # fmt: skip


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--collected", type=Path, required=True, help="folder with the collected files")
    parser.add_argument("--out", type=Path, default=Path("data/raw"), help="folder (default: data/raw)")
    parser.add_argument("--dry-run", action="store_true", help="say what would be written")
    options = parser.parse_args()
    for make in PRINTED:
        for name, content in make(options.collected):
            target = options.out / name
            print(f"{'would write' if options.dry_run else 'wrote'} {target}: {content.count(chr(10))} lines")
            if not options.dry_run:
                target.parent.mkdir(parents=True, exist_ok=True)
                temporary = target.with_suffix(".tmp")
                temporary.write_text(content, encoding="utf-8", newline="")
                temporary.replace(target)


if __name__ == "__main__":
    main()

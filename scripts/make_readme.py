"""Write the generated parts of README.md and README.id.md, and with --maps the ring maps in docs/.

    python scripts/make_readme.py            the tables of data and of exhibits
    python scripts/make_readme.py --maps     also docs/ring_map_{id,en}.svg, from results/ of the last report
    python scripts/make_readme.py --check    change nothing; exit code 1 if a generated part is stale

The table of data comes from ``data/sources.yml`` and the files that it names, the table of exhibits from the
outputs that are committed with the notebooks. Run it after ``make notebooks`` or a change of ``data/``.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
READMES = {"en": "README.md", "id": "README.id.md"}
MAP, MAP_NOTEBOOK = "ring_map_centroid", "02_proximity"
MAPS = {lang: f"docs/ring_map_{lang}.svg" for lang in READMES}

HEADS = {
    ("sources", "en"): ("Data", "File in `data/`", "Years", "Producer and address", "Licence", "Provided"),
    ("sources", "id"): ("Data", "Berkas di `data/`", "Tahun", "Produsen dan alamat", "Lisensi", "Disertakan"),
    ("exhibits", "en"): ("Notebook", "Figures", "Tables"),
    ("exhibits", "id"): ("Notebook", "Gambar atau tabel", "Berkas di `results/id/`"),
}
PROVIDED = {"en": {True: "yes", False: "no"}, "id": {True: "ya", False: "tidak"}}

# sources.yml speaks English. A title or licence without an entry here stays English in README.id.md.
JUDUL = {
    "regions": "Kabupaten/kota: kode BPS dan Kemendagri, jenis, titik pusat, luas",
    "provinces": "Provinsi: kode BPS dan Kemendagri, pulau, tahun berdiri",
    "boundaries": "Batas 514 kabupaten/kota, disederhanakan",
    "region_changes": "Pemekaran kabupaten/kota sejak 2000 beserta undang-undangnya",
    "parks": "Kawasan industri nikel dan kompleks smelter: lokasi, tanggal, operator, tenaga kerja",
    "nickel_provinces": "Provinsi dengan izin tambang nikel, April 2024",
    "breaks": "Patahan dan keraguan yang diketahui dalam deret",
    "indicators": "Katalog indikator kabupaten/kota: satuan, jenis",
    "deflators": "Harga konsumen, deflator PDB (2010 = 100), rupiah per dolar AS",
    "imk_2013_2024": "Industri mikro dan kecil (IMK) menurut provinsi dan skala: perusahaan, tenaga kerja, output",
    "imk_2025": "Industri mikro dan kecil (IMK) menurut provinsi dan skala, 2025",
    "imk_national": "Jumlah perusahaan IMK nasional sebagaimana terbit",
    "sme_counts": "Jumlah UMKM kabupaten/kota dan provinsi menurut pendataan",
    "grdp_per_capita_real": "PDRB per kapita atas dasar harga konstan 2010, ribu rupiah, 514 kabupaten/kota",
    "grdp_real": "PDRB atas dasar harga konstan 2010, miliar rupiah, 514 kabupaten/kota",
    "tpt": "Tingkat pengangguran terbuka (TPT), persen, 514 kabupaten/kota",
    "population": "Penduduk, jiwa, 514 kabupaten/kota (tersirat dari deret PDRB)",
    "poverty_line": "Garis kemiskinan, rupiah per kapita per bulan, 514 kabupaten/kota",
}
LISENSI = {
    "facts": "fakta",
    "none seen; official statistics, facts cited": "tidak tertera; statistik resmi, fakta dikutip",
    "codes and names: facts; polygons: MIT": "kode dan nama: fakta; poligon: MIT",
    "coordinates: MIT; the rest: facts": "koordinat: MIT; selebihnya: fakta",
    "MIT (author's grant; upstream unnamed)": "MIT (diberikan penyusunnya; sumber asal tidak disebut)",
    "MIT (in the README)": "MIT (dalam README)",
}


class StaleError(Exception):
    """A part cannot be made from what is there; the text says what to run first."""


def years_of(path: Path) -> str:
    """First and last year in the column ``year`` of a CSV; a dash for files without one."""
    if path.suffix != ".csv":
        return "–"
    with path.open(encoding="utf-8", newline="") as stream:
        years = {row.get("year") or "" for row in csv.DictReader(stream)} - {""}
    if not years:
        return "–"
    return min(years) if len(years) == 1 else f"{min(years)}–{max(years)}"


def sources_rows(lang: str) -> list[tuple[str, ...]]:
    """One row per record of ``data/sources.yml``."""
    rows: list[tuple[str, ...]] = []
    for record in yaml.safe_load((ROOT / "data/sources.yml").read_text(encoding="utf-8")):
        title, licence = record["title"], record["licence"]
        if lang == "id":
            title, licence = JUDUL.get(record["id"], title), LISENSI.get(licence, licence)
        producer = f"[{record['producer']}]({record['url']})" if record["url"] else record["producer"]
        file = f"[{record['file']}](data/{record['file']})"
        years = years_of(ROOT / "data" / record["file"])
        rows.append((title, file, years, producer, licence, PROVIDED[lang][bool(record["redistributable"])]))
    return rows


def exhibits(folder: Path) -> list[dict[str, str]]:
    """Every figure and table in the notebooks' outputs: notebook, kind, name, title, html, in reading order."""
    found = []
    for path in sorted(folder.glob("[!._]*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        outputs = [o for c in cells if c["cell_type"] == "code" for o in c["outputs"]]
        if not outputs:
            raise StaleError(f"{path.name} has no outputs: run make notebooks first")
        found += [_exhibit(path.stem, o) for o in outputs if "spillover" in o.get("metadata", {})]
    if not found:
        raise StaleError("no notebook shows a figure or a table")
    return found


def _exhibit(notebook: str, output: dict[str, Any]) -> dict[str, str]:
    said = output["metadata"]["spillover"]
    plain, html = ("".join(output["data"].get(form, "")) for form in ("text/plain", "text/html"))
    first = plain.partition("\n")[0]  # "Gambar NAME: TITLE"
    title = first.partition(": ")[2]
    return {"notebook": notebook, "kind": said["kind"], "name": said["name"], "title": title, "html": html}


def exhibits_rows(lang: str, folder: Path) -> list[tuple[str, ...]]:
    """Names by notebook; in Indonesian, in which the notebooks are committed, one row per exhibit with its title."""
    found = exhibits(folder)
    link = {name: f"[{name}](notebooks/{name}.ipynb)" for name in dict.fromkeys(e["notebook"] for e in found)}
    if lang == "id":
        ending = {"figure": "svg", "table": "csv"}
        return [(link[e["notebook"]], e["title"], f"`{e['name']}.{ending[e['kind']]}`") for e in found]
    rows: list[tuple[str, ...]] = []
    for notebook, shown in link.items():
        kinds = (
            [f"`{e['name']}`" for e in found if (e["notebook"], e["kind"]) == (notebook, kind)]
            for kind in ("figure", "table")
        )
        rows.append((shown, *(", ".join(names) or "–" for names in kinds)))
    return rows


def table(part: str, lang: str, rows: list[tuple[str, ...]]) -> str:
    """Rows as a Markdown table."""
    head = HEADS[part, lang]
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def filled(text: str, lang: str, folder: Path) -> str:
    """The text of a README with its generated parts made anew."""
    makers: dict[str, Callable[[], list[tuple[str, ...]]]] = {
        "sources": lambda: sources_rows(lang),
        "exhibits": lambda: exhibits_rows(lang, folder),
    }
    for part, make in makers.items():
        begin, end = f"<!-- begin {part}: made by scripts/make_readme.py -->", f"<!-- end {part} -->"
        if text.count(begin) != 1 or text.count(end) != 1:
            raise StaleError(f"{READMES[lang]} needs one '{begin}' and one '{end}'")
        before, _, rest = text.partition(begin)
        after = rest.partition(end)[2]
        text = f"{before}{begin}\n{table(part, lang, make())}\n{end}{after}"
    return text


def standalone(svg: str) -> str:
    """An inline figure as a file of its own: with a size, since there is no page around it to give one."""
    opening = svg[: svg.index(">")]
    width, height = re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', opening)[0]
    sized = (
        re.sub(r' style="[^"]*"', "", opening) + f' width="{float(width):.0f}" height="{float(height):.0f}"'
    )
    return sized + svg[len(opening) :].rstrip() + "\n"


def committed_map(folder: Path) -> str:
    """The Indonesian ring map as it is committed with its notebook."""
    for one in exhibits(folder):
        if (one["notebook"], one["name"]) == (MAP_NOTEBOOK, MAP):
            html = one["html"]
            return standalone(html[html.index("<svg") : html.rindex("</svg>") + len("</svg>")])
    raise StaleError(f"{MAP_NOTEBOOK} shows no {MAP}")


def wanted(folder: Path, maps: bool) -> dict[str, str]:
    """File name → text of everything that this script writes."""
    texts = {
        name: filled((ROOT / name).read_text(encoding="utf-8"), lang, folder)
        for lang, name in READMES.items()
    }
    for lang, name in MAPS.items() if maps else ():
        built = ROOT / "results" / lang / f"{MAP}.svg"
        if not built.is_file():
            raise StaleError(f"results/{lang}/{MAP}.svg is not there: run make report first")
        texts[name] = standalone(built.read_text(encoding="utf-8"))
    return texts


def problems(folder: Path = ROOT / "notebooks") -> list[str]:
    """What is stale, a line each; nothing if all is as the script would write it."""
    try:
        found = [
            f"{name} is stale: run python scripts/make_readme.py"
            for name, text in wanted(folder, maps=False).items()
            if (ROOT / name).read_text(encoding="utf-8") != text
        ]
        if (ROOT / MAPS["id"]).read_text(encoding="utf-8") != committed_map(folder):
            remedy = "run make report, then python scripts/make_readme.py --maps"
            found.append(f"{MAPS['id']} is not the map of {MAP_NOTEBOOK}: {remedy}")
    except (StaleError, FileNotFoundError) as error:
        return [str(error)]
    return found


def write(name: str, text: str) -> None:
    """Write beside the target and move into place, so that a stopped run leaves the old file."""
    target = ROOT / name
    target.parent.mkdir(exist_ok=True)
    beside = target.with_name(f".{target.name}.new")
    beside.write_text(text, encoding="utf-8", newline="\n")
    beside.replace(target)


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="change nothing; exit code 1 if a part is stale")
    parser.add_argument("--maps", action="store_true", help="also copy the ring maps from results/ to docs/")
    parser.add_argument(
        "--notebooks", type=Path, default=ROOT / "notebooks", help="executed notebooks, in Indonesian"
    )
    args = parser.parse_args()
    if args.check:
        found = problems(args.notebooks)
        print("\n".join(found or ["README.md, README.id.md and docs/ are up to date"]))
        return bool(found)
    try:
        texts = wanted(args.notebooks, args.maps)
    except StaleError as error:
        sys.exit(str(error))
    for name, text in texts.items():
        changed = not (ROOT / name).is_file() or (ROOT / name).read_text(encoding="utf-8") != text
        if changed:
            write(name, text)
        print(f"{name}: {'written' if changed else 'unchanged'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Write the generated parts of README.md and README.id.md, and with --maps the ring maps in docs/.

    python scripts/make_readme.py            the tables of data and of exhibits
    python scripts/make_readme.py --maps     also docs/ring_map_{id,en}.svg, from results/ of the last report
    python scripts/make_readme.py --check    change nothing; exit code 1 if a generated part is stale

The table of data comes from ``data/sources.yml`` and the files that it names (BPS tables are cleaned for their
years), the table of exhibits from the outputs that are committed with the notebooks. Run it after ``make notebooks``
or a change of ``data/``.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from spillover.atomic import write_atomic
from spillover.bps.folders import find_files
from spillover.bps.measures import Declared
from spillover.bps.reading import clean_files
from spillover.sources import sha256

ROOT = Path(__file__).resolve().parent.parent
READMES = {"en": "README.md", "id": "README.id.md"}
MAP, MAP_NOTEBOOK = "ring_map_centroid", "02_proximity"
MAPS = {lang: f"docs/ring_map_{lang}.svg" for lang in READMES}

HEADS = {
    ("sources", "en"): (
        "Data",
        "File or folder in `data/`",
        "Years",
        "Producer and address",
        "Licence",
        "Provided",
    ),
    ("sources", "id"): (
        "Data",
        "Berkas atau folder di `data/`",
        "Tahun",
        "Produsen dan alamat",
        "Lisensi",
        "Disertakan",
    ),
    ("exhibits", "en"): ("Notebook", "Figures", "Tables"),
    ("exhibits", "id"): ("Notebook", "Gambar atau tabel", "Berkas di `results/id/`"),
}
FILES = {"en": "{} files", "id": "{} berkas"}
PROVIDED = {"en": {True: "yes", False: "no"}, "id": {True: "ya", False: "tidak"}}

WORDS_ID = yaml.safe_load(Path(__file__).with_name("readme_id.yml").read_text(encoding="utf-8"))


class StaleError(Exception):
    """A part cannot be made from what is there; the text says what to run first."""


def years_of(record: dict[str, Any]) -> str:
    """First and last year with a value: of a BPS table as cleaned, else of the column ``year``; else a dash."""
    path = ROOT / "data" / record["file"]
    if record.get("read"):
        told = {k: str(v) for k, v in record["read"].items() if k != "indicators"}
        years = _cleaned_years(path, sha256(path), Declared(**told))
    elif path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as stream:
            years = {row.get("year") or "" for row in csv.DictReader(stream)} - {""}
    else:
        years = set()
    if not years:
        return "–"
    return min(years) if len(years) == 1 else f"{min(years)}–{max(years)}"


@lru_cache(maxsize=64)
def _cleaned_years(path: Path, digest: str, told: Declared) -> set[str]:
    """Years with a value in BPS tables; the same content (``digest``) is cleaned once for both languages."""
    cleaning = clean_files(find_files([path]), told)
    refused = [line for account in cleaning.files for line in account.refused]
    if refused:
        raise StaleError("\n".join(["a table of data/ cannot be read:", *refused]))
    return {str(year) for year in cleaning.table.dropna(subset="value")["year"].unique()}


def file_link(name: str, lang: str) -> str:
    """A link to a file, or to a folder with the number of its files."""
    link, path = f"[{name}](data/{name})", ROOT / "data" / name
    return f"{link}, {FILES[lang].format(len(find_files([path])))}" if path.is_dir() else link


def sources_rows(lang: str) -> list[tuple[str, ...]]:
    """One row per record of ``data/sources.yml``."""
    rows: list[tuple[str, ...]] = []
    for record in yaml.safe_load((ROOT / "data/sources.yml").read_text(encoding="utf-8")):
        title, licence = record["title"], record["licence"]
        if lang == "id":
            title = WORDS_ID["titles"].get(record["id"], title)
            licence = WORDS_ID["licences"].get(licence, licence)
        producer = (
            f"[{record['producer']}]({record['url']})"
            if record["url"].startswith("http")
            else record["producer"]
        )
        file = file_link(record["file"], lang)
        rows.append(
            (
                title,
                file,
                years_of(record),
                producer,
                licence,
                PROVIDED[lang][bool(record["redistributable"])],
            )
        )
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
            write_atomic(ROOT / name, text)
        print(f"{name}: {'written' if changed else 'unchanged'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

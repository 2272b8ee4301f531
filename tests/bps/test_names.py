"""Names and codes of regions: what each printed form must give, and what must be refused."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spillover.bps import names as module
from spillover.bps.codes import code_systems
from spillover.bps.gazetteer import gazetteer
from spillover.bps.labels import halves, squeeze
from spillover.bps.names import Regions, resolve_regions
from spillover.errors import DataError
from spillover.regions import read_provinces, read_region_changes, read_regions

REGIONS = read_regions().to_dict("records")
PROVINCES = read_provinces().to_dict("records")
RENAMES = read_region_changes("rename").to_dict("records")
NAMES = {p["province_code"]: p["name"] for p in PROVINCES}
HOME = {r["region_code"]: r["province_code"] for r in REGIONS}
BARE = {r["region_code"]: r["name"].removeprefix("Kota ") for r in REGIONS}
REGENCIES = {r["name"]: r["region_code"] for r in REGIONS if r["kind"] == "kabupaten"}
CITIES = {BARE[r["region_code"]]: r["region_code"] for r in REGIONS if r["kind"] == "kota"}
TWINS = sorted(set(REGENCIES) & set(CITIES))


def resolve(labels: list[str], **options: object) -> Regions:
    return resolve_regions(labels, where="test", **options)  # type: ignore[arg-type]


def one(label: str, **options: object) -> str:
    return resolve([label], **options).region_code[0]


@pytest.mark.parametrize(
    ("label", "region_code"),
    [
        ("Kab. Konawe", "7403"), ("Kabupaten Morowali", "7203"), ("KAB.INDRAMAYU", "3212"),
        ("Kota Adm. Jakarta Selatan", "3171"), ("Kota Administrasi Jakarta Pusat", "3173"),
        ("Kotamadya Palu", "7271"), ("Kodya Manado", "7171"), ("Kep. Talaud", "7104"),
        ("Kab. Adm. Kep. Seribu", "3101"), ("Administrasi Kepulauan Seribu", "3101"),
        ("Cilegon, Kota", "3672"), ("Morowali, Kab.", "7203"), ("Kupang (Kota)", "5371"),
        ("PALOPO#)", "7373"), ("BENGKALIS1)", "1408"), ("Nduga *", "9701"), ("Bengkalis¹⁾", "1408"),
        ("Kota Baru", "6302"), ("KOTA BARU", "6302"), ("Kab. Kota Baru", "6302"), ("Kotabaru", "6302"),
        ("R I a u", "1400"), ("B a l i", "5100"), ("D I YOGYAKARTA", "3400"), ("DI Yogyakarta", "3400"),
        ("D.I. Yogyakarta", "3400"), ("Daerah Istimewa Yogyakarta", "3400"),
        ("Bau-Bau", "7472"), ("Bau Bau", "7472"), ("Kota Bau Bau", "7472"), ("Baubau", "7472"),
        ("Pangkep", "7309"), ("Pangkajene Dan Kepulauan", "7309"), ("Pangkajene & Kepulauan", "7309"),
        ("Siau Tagulandang Biaro", "7108"), ("Kep. Siau Tagulandang Biaro", "7108"),
        ("Kab. Kep. Konawe", "7412"), ("Konawe Kep.", "7412"), ("Fak Fak", "9101"), ("Toli-Toli", "7206"),
        ("Pare-Pare", "7372"), ("Kep. Bangka Belitung", "1900"), ("KEP. RIAU", "2100"),
        ("DKI Jakarta", "3100"), ("Jakarta", "3100"), ("West Nusa Tenggara", "5200"),
        ("Central Sulawesi", "7200"), ("Southeast Sulawesi", "7400"), ("Riau Islands", "2100"),
        ("West Sumatera", "1300"), ("North Sumatra", "1200"), ("West Java", "3200"),
        ("South Konawe Regency", "7405"), ("Morowali Regency", "7203"), ("Palu City", "7271"),
        ("City of Palu", "7271"), ("Kupang Capital City", "5371"), ("PROV SULAWESI TENGGARA", "7400"),
        ("Sulawesi Tengah/Central Sulawesi", "7200"), ("DI Yogyakarta/Yogyakarta", "3400"),
        ("1. Morowali", "7203"), ("01 Simeulue", "1101"), ("7203 Morowali", "7203"),
        ("72.06 Morowali", "7203"), ("Morowali (7203)", "7203"), ("12) Morowali  Utara", "7212"),
        ("\ufeffMoro\u00adwali\u00a0\u00a0Utara ", "7212"), ("morowali", "7203"), ("MOROWALI", "7203"),
        ("Kabupaten Toba Samosir", "1206"), ("Pontianak / Mempawah", "6104"), ("Kab. Pontianak", "6104"),
        ("Kab. Kendari", "7403"), ("Pasir", "6401"), ("Sawahlunto/Sijunjung", "1304"),
        ("Kab. Kepulauan Riau", "2102"), ("Kab. Maluku Utara", "8201"), ("Maluku Utara", "8200"),
        ("Lima Puluh Kota", "1308"), ("Kota Padangsidempuan", "1277"), ("Kota Tidore", "8272"),
        ("Halmahera Barat (2000: Maluku Utara)", "8201"), ("INDONESIA", "0000"), ("Nasional", "0000"),
        ("Total Indonesia", "0000"), ("National", "0000"),
    ],
)  # fmt: skip
def test_a_printed_form_gives_its_region(label: str, region_code: str) -> None:
    assert one(label) == region_code


@pytest.mark.parametrize(
    ("label", "level"),
    [
        ("Jumlah", "total"), ("Total", "total"), ("J U M L A H/ T o t a l", "total"), ("Provinsi", "total"),
        ("Jml Kab./Kota", "total"), ("Jumlah/Total", "total"), ("Rata-rata", "total"),
        ("Rata - rata", "total"), ("Rata-rata/Average", "total"), ("Sub Total", "total"),
        ("SUMATERA", "total"), ("Maluku dan Papua", "total"), ("Kabupaten/Regency", "section"),
        ("Kota/Municipality", "section"), ("A. Kabupaten", "section"), ("Kabupaten/Kota", "section"),
        ("", "blank"), (" \u00a0", "blank"), ("-", "blank"),
    ],
)  # fmt: skip
def test_rows_that_are_no_region(label: str, level: str) -> None:
    found = resolve([label])
    assert (found.region_code, found.level) == ([""], [level])


@pytest.mark.parametrize(
    "label",
    [
        "Morowli", "Kab. Palu", "Kota Morowali", "Bengkalis1", "B. Aceh", "P. Riau", "Bogor/Kota Bogor",
        "Kab. Bogor + Kota Bogor", "Morowali Utara Selatan", "Sumber: BPS", "Kota Kotabaru", "2013",
        "Mórowali",
        "Morowali dan Poso", "Luwu Raya", "Kec. Bahodopi (Morowali)", "Sorong + Manokwari", "x" * 100_000,
        "Morowali" + "*" * 150 + "x", " " * 100_000 + "Poso Barat",
    ],
)  # fmt: skip
def test_what_is_not_a_known_spelling_is_refused(label: str) -> None:
    started = time.perf_counter()
    with pytest.raises(DataError, match=r"row 1 .*did you mean|row 1 .*may be") as caught:
        resolve([label, "Morowali"])
    assert len(caught.value.offenders) == 1
    assert time.perf_counter() - started < 1


def test_all_unknown_rows_are_refused_together_with_candidates() -> None:
    with pytest.raises(DataError) as caught:
        resolve(["Morowali", "Morowli", "Tolitolli", "Sorong"])
    text = str(caught.value)
    assert "test: rows whose region is unknown or ambiguous (3: " in text
    assert "row 2 'Morowli': did you mean Morowali (7203), Morowali Utara (7212), " in text
    assert "row 4 'Sorong' may be Sorong (9202) or Kota Sorong (9271)" in text
    assert "region_aliases.csv" in text


def test_there_are_names_of_both_kinds_and_each_alone_is_refused() -> None:
    assert {"Sorong", "Gorontalo", "Banjar", "Bima", "Kupang", "Bogor", "Tasikmalaya"} <= set(TWINS)
    for name in TWINS:
        with pytest.raises(DataError) as caught:
            resolve([name])
        message = str(caught.value)
        assert f"({REGENCIES[name]})" in message
        assert f"({CITIES[name]})" in message


@pytest.mark.parametrize("name", TWINS)
def test_a_name_of_both_kinds_is_told_apart(name: str) -> None:
    """By prefix, by its city beside it, by sections, by code; Gorontalo the province has its own test."""
    regency, city = REGENCIES[name], CITIES[name]
    assert one(f"Kab. {name}") == regency
    assert one(f"Kota {name}") == city
    assert one(f"{name}, Kota") == city
    if name != "Gorontalo":
        assert resolve([name, f"Kota {name}"]).region_code == [regency, city]
        sections = ["Kabupaten/Regency", name, "Kota/Municipality", name, "Jumlah"]
        assert resolve(sections).region_code == ["", regency, "", city, ""]
    assert resolve([name, name], codes=[regency, city]).region_code == [regency, city]


def test_cities_always_written_with_kota_make_a_bare_name_the_regency() -> None:
    assert resolve(["Bogor", "Kota Depok"]).region_code[0] == "3201"
    assert resolve(["Banjar", "Kota Banjarmasin"]).region_code[0] == "6303"
    for labels in (["Bogor", "Palu", "Kota Depok"], ["Banjar", "Kota Depok"], ["Bogor", "Kab. Bogor"]):
        with pytest.raises(DataError, match="may be"):
            resolve(labels)


def test_a_former_name_does_not_take_the_place_of_a_district_that_is_there() -> None:
    """Mempawah was Kabupaten Pontianak; beside Mempawah a bare Pontianak is not that."""
    assert resolve(["Pontianak", "Kota Pontianak"]).region_code == ["6104", "6171"]
    with pytest.raises(DataError, match="'Pontianak' may be"):
        resolve(["Mempawah", "Pontianak", "Kota Singkawang"])


def test_the_block_settles_a_name() -> None:
    assert one("Banjar", province="3200") == "3279"
    assert one("Banjar", blocks=["KALIMANTAN SELATAN"]) == "6303"
    with pytest.raises(DataError, match=r"stands under Maluku \(8100\), but Morowali \(7203\) does not lie"):
        resolve(["Morowali"], blocks=["Maluku"])
    with pytest.raises(DataError, match=r"block 'Malukku': did you mean Maluku \(8100\)"):
        resolve(["Buru"], blocks=["Malukku"])
    with pytest.raises(DataError, match=r"Konawe .* does not lie there"):
        resolve(["Boalemo", "Konawe"], province="7500")


def test_old_blocks_hold_districts_of_later_provinces() -> None:
    labels = ["KALIMANTAN TIMUR", "Bulungan", "Kota Samarinda", "PAPUA", "Asmat", "PAPUA SELATAN", "Asmat"]
    assert resolve(labels).region_code == ["6400", "6502", "6472", "9400", "9504", "9500", "9504"]


GORONTALO = ["Boalemo", "Gorontalo", "Pohuwato", "Bone Bolango", "Gorontalo Utara", "Kota Gorontalo"]
GORONTALO_CODES = ["7501", "7502", "7503", "7504", "7505", "7571"]


def test_gorontalo_the_province_and_the_district() -> None:
    """Above its block, as last row, under its full name, in capitals throughout; alone it is refused."""
    heads = ["SULAWESI TENGGARA", "KOTA KENDARI", "GORONTALO", *[n.upper() for n in GORONTALO], "MALUKU"]
    assert resolve(heads).region_code == ["7400", "7471", "7500", *GORONTALO_CODES, "8100"]
    for options in ({}, {"province": "7500"}):
        assert resolve(GORONTALO, **options).region_code == GORONTALO_CODES
        assert resolve([*GORONTALO, "Gorontalo"], **options).region_code == [*GORONTALO_CODES, "7500"]
        assert resolve([*GORONTALO, "Provinsi Gorontalo"], **options).region_code[1] == "7502"
    assert resolve(["ACEH", "GORONTALO", "JAMBI", "INDONESIA"]).region_code == [
        "1100",
        "7500",
        "1500",
        "0000",
    ]
    for labels in (
        ["Gorontalo"],
        ["Boalemo", "Kota Gorontalo", "Gorontalo"],
        ["Gorontalo", "Provinsi Gorontalo"],
    ):
        with pytest.raises(DataError, match="'Gorontalo' may be"):
            resolve(labels)


def test_a_name_is_the_province_where_districts_always_say_their_kind() -> None:
    assert resolve(["GORONTALO", "KAB. BOALEMO", "KOTA GORONTALO"]).region_code[0] == "7500"
    assert resolve(["JAMBI", "KERINCI", "KOTA SUNGAI PENUH"]).region_code[0] == "1500"
    with pytest.raises(DataError, match="'GORONTALO' may be"):
        resolve(["GORONTALO", "KOTA GORONTALO"])


def test_the_last_row_of_a_provincial_table_is_its_total() -> None:
    found = resolve(["Kab. Konawe", "Kota Bau Bau", "Kab. Kep. Konawe", "Sulawesi Tenggara"], province="7400")
    assert found.level == ["district", "district", "district", "province"]
    assert resolve(["Kerinci", "Kota Jambi", "Jambi"]).region_code == ["1501", "1571", "1500"]


def national(upper: bool) -> tuple[list[str], list[str]]:
    """The national table of the BPS site: each province in capitals above its districts."""
    labels, codes = [], []
    for province in PROVINCES:
        labels.append(province["name"].upper())
        codes.append(province["province_code"])
        for region in REGIONS:
            if region["province_code"] == province["province_code"]:
                labels.append(region["name"].upper() if upper else region["name"])
                codes.append(region["region_code"])
    return [*labels, "INDONESIA"], [*codes, "0000"]


@pytest.mark.parametrize("upper", [False, True])
def test_the_national_table_resolves_to_itself(upper: bool) -> None:
    """Also with all names in capitals, and with the old blocks of Papua repeated (584 rows)."""
    labels, codes = national(upper)
    assert len(labels) == 553
    assert resolve(labels).region_code == codes
    heads = {p["name"].upper(): p for p in PROVINCES}
    again, again_codes = [], []
    for label, code in zip(labels, codes, strict=True):
        again.append(label)
        again_codes.append(code)
        if label in heads and code in ("9100", "9400"):
            inner = [
                c
                for c in HOME
                if HOME[c] in {p["province_code"] for p in PROVINCES if p["parent_code"] == code}
            ]
            names = [next(r["name"] for r in REGIONS if r["region_code"] == c) for c in inner]
            again += [n.upper() if upper else n for n in names]
            again_codes += inner
    assert len(again) > 570
    assert resolve(again).region_code == again_codes


@pytest.mark.parametrize("system", ["bps", "bps_2021", "bps_2011", "kemendagri"])
def test_a_national_set_of_codes_tells_its_system(system: str) -> None:
    """With names, and without them, where the set fits one system only."""
    printed = {region: code for code, region in code_systems(gazetteer())[system].items()}
    codes = [printed[r["region_code"]] for r in REGIONS]
    regions = [r["region_code"] for r in REGIONS]
    assert resolve([r["name"] for r in REGIONS], codes=codes).region_code == regions
    assert resolve([""] * len(codes), codes=codes).region_code == regions


@pytest.mark.parametrize(
    ("labels", "codes", "options", "expected"),
    [
        (["Morowali", "Tolitoli"], ["72.06", "72.04"], {}, ["7203", "7206"]),
        (["Morowali", "Tolitoli"], ["7206", "7204"], {}, ["7203", "7206"]),
        (["Morowali", "Tolitoli"], ["7203", "7206"], {}, ["7203", "7206"]),
        (["", ""], ["7206", "7204"], {"code_system": "bps"}, ["7206", "7204"]),
        (["", ""], ["7206", "7204"], {"code_system": "kemendagri"}, ["7203", "7206"]),
        (["Merauke", "Sorong", "Morowali"], ["9401", "9107", "7203"], {}, ["9501", "9202", "7203"]),
        (["Morowali"], ["7203000"], {}, ["7203"]),
        (["Sulawesi Tengah", "Indonesia", "Jumlah"], ["72", "0000", "9999"], {}, ["7200", "0000", ""]),
        (["Morowali", "Kota Palu", "Jumlah"], ["03", "71", ""], {"province": "7200"}, ["7203", "7271", ""]),
        (["Morowali", "Kota Palu"], ["06", "71"], {"province": "7200"}, ["7203", "7271"]),
        (["Merauke", "Asmat"], ["01", "04"], {"province": "9500"}, ["9501", "9504"]),
        (["7203 Morowali", "7206 Tolitoli"], None, {}, ["7203", "7206"]),
        (["7206 Morowali", "7204 Tolitoli"], None, {}, ["7203", "7206"]),
    ],
)
def test_codes_are_read_as_a_set(
    labels: list[str], codes: list[str] | None, options: dict[str, str], expected: list[str]
) -> None:
    assert resolve(labels, codes=codes, **options).region_code == expected


@pytest.mark.parametrize(
    ("labels", "codes", "options", "message"),
    [
        (["", ""], ["7206", "7204"], {}, r"fit two code systems.*7206 is Tolitoli \(7206\) in bps, Morowali"),
        (["Morowali", "Poso"], ["7203", "7206"], {}, r"7206 is Tolitoli \(7206\), the name 'Poso' is Poso"),
        (["Morowali"], ["7203.0"], {}, "lost a zero"),
        (["Aceh Singkil"], ["11.1"], {}, r"lost a zero \(11.1 is 11.01 or 11.10\)"),
        (["Morowali"], ["7203010"], {}, "no region codes"),
        (["Morowali"], ["x"], {}, "no region codes"),
        (["Morowali"], ["٧٢٠٣"], {}, "no region codes"),
        (["Morowali", "Kota Palu"], ["03", "71"], {}, "codes of two digits need province="),
        (["Merauke", "Merauke"], ["9401", "9501"], {}, "do not fit as a whole"),
        (["Morowali"], ["7203"], {"code_system": "kemendagri"}, r"7203 is Donggala"),
        (["Morowali"], ["7203"], {"code_system": "iso"}, "unknown code system"),
        (["Jumlah"], ["7203"], {}, "the name 'Jumlah' is total"),
        (["Morowali"], [], {}, "0 codes for 1 labels"),
        (["Morowali"], None, {"province": "7203"}, "unknown province"),
        (["Morowali"], None, {"blocks": ["a", "b"]}, "2 blocks for 1 labels"),
    ],
)
def test_codes_that_are_refused(
    labels: list[str], codes: list[str] | None, options: dict[str, str], message: str
) -> None:
    with pytest.raises(DataError, match=f"^test: .*{message}"):
        resolve(labels, codes=codes, **options)


def test_a_code_stands_in_for_a_name_that_is_not_known() -> None:
    found = resolve(["Kab. Morwali", "Poso"], codes=["7203", "7204"])
    assert (found.region_code, found.how) == (["7203", "7204"], ["code", "code"])


MARKS = ["", "*", " **", "1)", " 2)", "#)", " (a)", "¹", "²⁾", "\u00a0"]
NUMBERS = ["", "1. ", "07 ", "(3) ", "12) "]


def decorate(name: str, draw: st.DrawFn) -> str:
    """A name with random case, blanks, row number and footnote."""
    case = draw(st.sampled_from([str, str.upper, str.lower, str.title]))
    blank = draw(st.sampled_from([" ", "  ", "\u00a0", " \u00ad"]))
    spaced = case(name).replace(" ", blank)
    if draw(st.booleans()):
        return " ".join(spaced)
    return draw(st.sampled_from(NUMBERS)) + spaced + draw(st.sampled_from(MARKS))


@st.composite
def spellings(draw: st.DrawFn) -> tuple[str, str, str]:
    """A district's label that names its kind or is unique, its province's name, and its code."""
    region = draw(st.sampled_from(REGIONS))
    code, bare = region["region_code"], BARE[region["region_code"]]
    home = next(p["name"] for p in PROVINCES if p["province_code"] == region["province_code"])
    if region["kind"] == "kota":
        forms = [f"Kota {bare}", f"KOTA {bare.upper()}", f"Kotamadya {bare}", f"{bare}, Kota", f"{bare} City"]
    else:
        forms = [f"Kabupaten {bare}", f"KABUPATEN {bare.upper()}", f"Kab. {bare}", f"{bare} Regency"]
        forms += [f"Kab.{bare}", f"{bare}, Kab."]
        forms += [f"Kab. {r['former_name']}" for r in RENAMES if r["child_code"] == code]
        if "Kepulauan" in bare:
            forms.append("Kab. " + bare.replace("Kepulauan", "Kep."))
    return decorate(draw(st.sampled_from(forms)), draw), home, code


@settings(deadline=None)
@given(spellings())
def test_every_district_in_every_dress_is_found(spelling: tuple[str, str, str]) -> None:
    label, home, code = spelling
    assert one(label) == code
    assert one(label, blocks=[home]) == code
    assert one(label, province=HOME[code]) == code


@st.composite
def province_spellings(draw: st.DrawFn) -> tuple[str, str]:
    province = draw(st.sampled_from(PROVINCES))
    name = province["name"]
    forms = [f"Provinsi {name}", f"PROV. {name}", f"{name} Province", f"Jumlah {name}"]
    return decorate(draw(st.sampled_from(forms)), draw), province["province_code"]


@settings(deadline=None)
@given(province_spellings())
def test_every_province_in_every_dress_is_found(spelling: tuple[str, str]) -> None:
    assert one(spelling[0]) == spelling[1]


@pytest.mark.parametrize("region", REGIONS, ids=lambda r: str(r["region_code"]))
def test_each_district_by_name_style_and_code(region: dict[str, str]) -> None:
    """Its BPS name, the Kemendagri style, capitals with its block, and both codes (all 514)."""
    code, province = region["region_code"], region["province_code"]
    kind_first = f"{region['kind'].upper()} {BARE[code].upper()}"
    home = next(p["name"] for p in PROVINCES if p["province_code"] == province)
    assert resolve([f"Provinsi {home}", kind_first], blocks=[home, home]).region_code == [province, code]
    assert resolve([kind_first, kind_first], codes=[code, ""]).region_code == [code, code]
    assert one(kind_first, codes=[region["kemendagri_code"]]) == code
    if region["name"] not in TWINS:
        assert one(region["name"]) == one(region["name"].upper()) == code


KNOWN = {re.sub(r"\d", "", key) for key in gazetteer().spellings}
PIECES = st.sampled_from(
    ["Kota", "Kab.", "Kep.", "Utara", "Barat", "Morowali", "Luwu", "Aceh", "Bogor", "Riau", "Papua",
     "Kepulauan", "Maluku", "Banjar", "a", "1)", "7203", "/", "(", ")", ",", "-", "dan", " ", "x", "Jumlah",
     "Nias", "*"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.text(max_size=30)
    | st.lists(PIECES, max_size=6).map(" ".join)
    | st.lists(PIECES, max_size=6).map("".join)
)
def test_no_text_becomes_a_region_by_likeness(text: str) -> None:
    """What resolves has, but for digits and footnotes, exactly the letters of a known spelling."""
    try:
        found = resolve([text])
    except DataError:
        return
    if found.level[0] not in ("district", "province"):
        return
    without_note = re.sub(r"[(\[ ][a-z][)\]]", "", text)
    letters = {re.sub(r"\d", "", squeeze(t)) for t in (text, without_note)}
    parts = [re.sub(r"\d", "", part) for t in (text, without_note) for part in halves(t)]
    assert letters & KNOWN or set(filter(None, parts)) <= KNOWN


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(REGIONS), st.integers(0, 30), st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
def test_one_wrong_letter_is_refused(region: dict[str, str], at: int, letter: str) -> None:
    """Unless the letter makes it another known spelling."""
    name = f"{region['kind']} {BARE[region['region_code']]}".lower()
    at = min(at, len(name) - 1)
    changed = name[:at] + letter + name[at:]
    if squeeze(changed) in gazetteer().spellings:
        return
    with pytest.raises(DataError, match="did you mean"):
        resolve([changed])


def test_no_spelling_means_two_districts_of_one_kind() -> None:
    """What two regions share is shared by kinds or levels only; and each holds letters of its name."""
    gaz = gazetteer()
    for key, matches in gaz.spellings.items():
        kinds = [gaz.kind[m.code] for m in matches]
        assert len(kinds) == len(set(kinds)), key
        for match in matches:
            if match.how == "name":
                core = [
                    w for w in gaz.name[match.code].lower().split() if w not in ("kota", "kepulauan", "dan")
                ]
                assert any(squeeze(w) in key for w in core), (key, match)


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[str], dict[str, object]]:
    """A table in one consistent style, the code of each row, and what is said beside the labels."""
    seed = random.Random(draw(st.integers(0, 10**9)))
    head, foot = draw(st.sampled_from([(True, False), (False, True), (False, False), (True, True)]))
    prefix = draw(st.sampled_from(["", "Kab. ", "Kabupaten "]))
    city = draw(st.sampled_from(["Kota ", "Kota ", "KOTA ", ""]))
    case = draw(st.sampled_from([str, str, str.upper]))
    title = draw(st.sampled_from([str.upper, case]))
    labels: list[str] = []
    codes: list[str] = []
    for province in draw(
        st.lists(st.sampled_from(PROVINCES), min_size=1, max_size=5, unique_by=lambda p: p["name"])
    ):
        own = [r for r in REGIONS if r["province_code"] == province["province_code"]]
        own = [r for r in own if seed.random() < draw(st.sampled_from([1.0, 0.5]))]
        rows = [case((city if r["kind"] == "kota" else prefix) + BARE[r["region_code"]]) for r in own]
        row_codes = [r["region_code"] for r in own]
        name = title(province["name"])
        labels += [name] * head + rows + [name] * foot
        codes += [province["province_code"]] * head + row_codes + [province["province_code"]] * foot
    homes = [c if c.endswith("00") else HOME[c] for c in codes]
    options: list[dict[str, object]] = [{}, {"blocks": [NAMES[home] for home in homes]}]
    if len(set(homes)) == 1:
        options.append({"province": homes[0]})
    return labels, codes, draw(st.sampled_from(options))


@settings(max_examples=150, deadline=None)
@given(tables())
def test_a_table_is_right_or_refused(table: tuple[list[str], list[str], dict[str, object]]) -> None:
    """Any selection of provinces and districts, with heads, feet or none, prefixed or not, in any case."""
    labels, codes, options = table
    try:
        found = resolve(labels, **options)
    except DataError:
        return
    assert found.region_code == codes


def test_usual_tables_are_not_refused() -> None:
    """The property above would hold if all were refused: each province's usual table must pass."""
    for province in PROVINCES:
        own = [r for r in REGIONS if r["province_code"] == province["province_code"]]
        codes = [province["province_code"], *(r["region_code"] for r in own)]
        labels = [province["name"].upper(), *(r["name"] for r in own)]
        assert resolve(labels).region_code == codes
        assert resolve([t.upper() for t in labels]).region_code == codes
        assert resolve(labels[1:], province=codes[0]).region_code == codes[1:]


def test_aliases_are_read_from_the_users_own_file(change_file: Callable[..., Path]) -> None:
    with pytest.raises(DataError, match="Bumi Tepe Asa Moroso"):
        resolve(["Bumi Tepe Asa Moroso"])
    row = "Bumi Tepe Asa Moroso,kabupaten,7200,7203,motto,own\n"
    change_file("region_aliases", lambda text: text + row)
    found = resolve(["Kab. Bumi Tepe Asa Moroso"], province="7200")
    assert (found.region_code, found.how) == (["7203"], ["alias"])
    with pytest.raises(DataError, match="only in a table of that province"):
        resolve(["Bumi Tepe Asa Moroso"])


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("Xyz,kabupaten,,7299,n,s", "unknown region codes"),
        ("Xyz,kota,,7203,n,s", "another kind than the region's"),
        ("Xyz,kabupaten,7203x,7203,n,s", "unknown region codes"),
        ("Poso,kabupaten,,7203,n,s", "another region's own name"),
        ("...,kabupaten,,7203,n,s", "aliases without letters"),
        ("Pangkep,kabupaten,,7309,n,s", "duplicate key"),
    ],
)
def test_spoilt_aliases_are_refused(change_file: Callable[..., Path], row: str, problem: str) -> None:
    change_file("region_aliases", lambda text: text + row + "\n")
    with pytest.raises(DataError, match=f"region_aliases.csv: .*{problem}"):
        resolve(["Morowali"])


def test_a_caller_cannot_spoil_what_the_next_one_gets() -> None:
    resolve(["Morowali"]).region_code[0] = "spoilt"
    assert one("Morowali") == "7203"


def test_the_national_table_is_fast() -> None:
    """552 rows: far below a millisecond when seen before, some milliseconds when new (with room for CI)."""
    labels, _ = national(upper=False)
    best = {"new": 1.0, "seen": 1.0}
    for _ in range(7):
        module._resolve.cache_clear()
        gazetteer().memo.clear()
        for state in best:
            started = time.perf_counter()
            resolve(labels)
            best[state] = min(best[state], time.perf_counter() - started)
    assert best["new"] < 0.025
    assert best["seen"] < 0.001

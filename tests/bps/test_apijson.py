"""Payloads of the BPS web API become the cells that they mean, or are refused by name."""

from __future__ import annotations

import json
from html import escape
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spillover.bps.apicells import json_number, plain
from spillover.bps.apijson import check_payload, decode_json, load_json
from spillover.bps.sheets import LongCells, Sheet
from spillover.errors import DataError


def vals(*pairs: tuple[Any, str]) -> list[dict[str, Any]]:
    return [{"val": val, "label": label} for val, label in pairs]


def dynamic(**more: Any) -> dict[str, Any]:
    """Poverty lines of 2013 (BPS); the next year is listed and has no cells."""
    return {
        "status": "OK", "data-availability": "available", "last_update": "2022-11-25 02:42:42",
        "var": [{"val": 195, "label": "Garis Kemiskinan", "unit": "Rupiah", "note": "&lt;p&gt;Susenas"}],
        "turvar": vals(("0", "Tidak ada")), "labelvervar": "Kabupaten",
        "vervar": vals((7203, "Morowali  "), (7212, "Morowali Utara"), (7271, "Kota Palu"), (9999, "Jumlah")),
        "tahun": vals((113, "2013"), (114, "2014")), "turtahun": vals((0, "Tahun")),
        "datacontent": {"720319501130": 316400, "727119501130": 378455, "999919501130": 301000},
    } | more  # fmt: skip


def one(payload: Any) -> LongCells:
    """The only table of a payload, as LongCells, after a check that it is the same from printed numbers."""
    tables = decode_json(payload, "t.json")
    printed = decode_json(load_json(json.dumps(payload).encode(), "t.json"), "t.json")
    assert tables == printed
    assert tables is not None
    assert len(tables) == 1
    assert isinstance(tables[0], LongCells)
    return tables[0]


def test_dynamic_data_with_its_labels_units_and_notes() -> None:
    """A period without cells has no rows; a region without a cell has one that counts as missing."""
    cells = one(dynamic())
    assert cells.label == ["Morowali", "Morowali Utara", "Kota Palu", "Jumlah"]
    assert cells.code == ["7203", "7212", "7271", ""]
    assert cells.text == ["316400", "", "378455", "301000"]
    assert cells.numeric == [True, False, True, True]
    assert (set(cells.year), set(cells.period), set(cells.measure)) == ({"2013"}, {"Tahun"}, {""})
    assert (cells.title, cells.unit) == ("Garis Kemiskinan", "Rupiah")
    assert cells.note == "Susenas\nlast_update: 2022-11-25 02:42:42"
    assert cells.place[0] == "key 720319501130"


def test_region_numbers_are_codes_only_if_all_are() -> None:
    cells = one(dynamic(vervar=vals((1, "Ambon"), (7203, "Morowali")), datacontent={"119501130": 2.5}))
    assert cells.code == ["", ""]
    assert cells.text == ["2.5", ""]


def test_several_variables_and_categories_name_the_measure() -> None:
    cells = one(
        dynamic(
            var=[
                {"val": 8, "label": "Usaha", "unit": "unit"},
                {"val": 9, "label": "Pekerja", "unit": "unit"},
            ],
            turvar=vals((1, "Mikro"), (2, "Kecil")),
            vervar=vals((7203, "Morowali")),
            turtahun=vals((0, "Tidak ada")),
            datacontent={"7203811130": 5, "7203821130": 6, "7203911130": 7, "7203921130": None},
        )
    )
    assert cells.measure == ["Usaha: Mikro", "Usaha: Kecil", "Pekerja: Mikro", "Pekerja: Kecil"]
    assert cells.text == ["5", "6", "7", ""]
    assert set(cells.period) == {"Tahunan"}


def test_variables_of_different_units_are_different_tables() -> None:
    payload = dynamic(
        var=[
            {"val": 8, "label": "Usaha", "unit": "unit"},
            {"val": 9, "label": "Upah", "unit": "juta rupiah"},
        ],
        vervar=vals((7203, "Morowali")),
        datacontent={"7203801130": 5, "7203901130": 0.25},
    )
    first, second = decode_json(payload, "t") or []
    assert isinstance(first, LongCells)
    assert isinstance(second, LongCells)
    assert [(t.unit, t.text, t.measure) for t in (first, second)] == [
        ("unit", ["5"], ["Usaha"]),
        ("juta rupiah", ["0.25"], ["Upah"]),
    ]


def test_a_key_with_two_meanings_is_refused_with_both() -> None:
    payload = dynamic(
        vervar=vals((1, "Ambon"), (11, "Tual")),
        var=[{"val": 1, "label": "IMK", "unit": ""}],
        turvar=vals((11, "Kecil"), (1, "Mikro")),
        datacontent={"11111130": 4},
    )
    pattern = r"1: 11111130 = Ambon\[1\]\+IMK\[1\]\+Kecil\[11\].* or Tual\[11\]\+IMK\[1\]\+Mikro\[1\]"
    with pytest.raises(DataError, match=pattern):
        decode_json(payload, "t")


MANY = vals(*((i, str(i)) for i in range(2_000)))
RAGGED = [{"val": 195, "label": "A", "unit": unit} for unit in ("Rp", "juta")]
KEY = "720319501130"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"datacontent": {"7203195011399": 1}}, r"no combination of labels explains \(1: 7203195011399\)"),
        ({"datacontent": {KEY: "n.a."}}, r"values that are not numbers \(1: 720319501130='n.a.'\)"),
        ({"datacontent": {KEY: "1.234,5"}}, "values that are not numbers"),
        ({"datacontent": {KEY: True}}, "values that are not numbers"),
        ({"datacontent": {KEY: float("nan")}}, "values that are not numbers"),
        ({"datacontent": []}, "the table has no cells"),
        ({"turvar": []}, r"a list of labels is missing \(1: turvar\)"),
        ({"tahun": vals(("", "2013"))}, "labels whose number is not a number"),
        ({"vervar": vals((7203, "Morowali"), (7203, "Bungku"))}, "fit two combinations"),
        ({"var": RAGGED}, "a variable with two units"),
        ({"turtahun": MANY, "tahun": MANY}, "too many combinations"),
    ],
)  # fmt: skip
def test_dynamic_data_that_settles_nothing_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        decode_json(dynamic(**change), "t")


def test_columns_that_share_their_labels_are_refused() -> None:
    change = {"turvar": vals((1, "Mikro"), (2, "Mikro")), "vervar": vals((7203, "Morowali"))}
    with pytest.raises(DataError, match=r"columns that share a label \(1: Mikro / 2013 / Tahun\)"):
        decode_json(dynamic(**change, datacontent={"720319511130": 1, "720319521130": 2}), "t")


IDS = st.lists(st.integers(0, 120), min_size=1, max_size=4, unique=True)


@settings(max_examples=150, deadline=None)
@given(st.tuples(IDS, IDS, IDS, IDS, IDS), st.data())
def test_every_cell_comes_back_or_its_key_is_refused(ids: tuple[list[int], ...], data: st.DataObject) -> None:
    """Keys are written from the lists; what is read is what was written, unless two cells share a key."""
    names = ("vervar", "var", "turvar", "tahun", "turtahun")
    lists = dict(zip(names, ids, strict=True))
    combos = list(product(*ids))
    chosen = data.draw(st.lists(st.sampled_from(combos), min_size=1, max_size=12, unique=True))
    keys = ["".join(map(str, c)) for c in combos]
    payload: dict[str, Any] = {n: vals(*((i, f"{n}{i}") for i in v)) for n, v in lists.items()}
    written = {"".join(map(str, c)): i for i, c in enumerate(chosen)}
    payload |= {"status": "OK", "datacontent": written}
    try:
        (cells,) = decode_json(payload, "t") or []
    except DataError as error:
        assert "two combinations" in str(error)
        assert any(keys.count(key) > 1 for key in written)
        return
    assert all(keys.count(key) == 1 for key in written)
    assert isinstance(cells, LongCells)
    several = len(ids[1]) > 1
    rows = zip(cells.label, cells.measure, cells.year, cells.period, cells.text, strict=True)
    read = {row[:4]: row[4] for row in rows}
    expected = {}
    for i, (r, v, u, y, p) in enumerate(chosen):
        measure = (f"var{v}: " if several else "") + f"turvar{u}"
        expected[f"vervar{r}", measure, f"tahun{y}", f"turtahun{p}"] = str(i)
    assert {k: v for k, v in read.items() if v} == expected
    assert len(read) == len(cells.text)


@settings(deadline=None)
@given(st.integers() | st.floats(allow_nan=True) | st.text(max_size=8) | st.none())
def test_a_number_is_its_own_plain_decimal_or_none(value: Any) -> None:
    text = json_number(value)
    if text:
        assert "e" not in text.lower()
        assert float(text) == float(value)


def simdasi(**more: Any) -> dict[str, Any]:
    rows = [
        {"label": "Kabupaten", "variables": []},
        {"label": "<div>Morowali</div>", "label_raw": "Morowali", "kode_wilayah": 7203000,
         "variables": {"x1": {"value": "1.234"}, "y2": {"value": "12,5"}, "z3": {"value": "Bungku"}}},
        {"label": "Poso", "kode_wilayah": "7202000",
         "variables": {"x1": {"value": None, "value_code": "..."}}},
        {"label": "Indonesia", "kode_wilayah": 0, "variables": {"x1": {"value": "4.412.000"}, "y2": "9,1"}},
    ]  # fmt: skip
    table = {
        "judul_tabel": "Industri Kecil<br>dan Mikro", "tahun_data": 2022, "sumber": "Dinas", "data": rows,
        "kolom": {
            "x1": {"nama_variabel": "Unit Usaha", "tipe": "Numerik", "angka_desimal_dibelakang_koma": 0},
            "y2": {"nama_variabel": "Nilai", "tipe": "Numerik", "satuan": "Rupiah", "unit_multiplier": 6},
            "z3": {"nama_variabel": "Ibu Kota", "tipe": "Teks"},
        },
    } | more  # fmt: skip
    return {"status": "OK", "data-availability": "available", "data": [{"page": 1, "pages": 1}, table]}


def test_simdasi_rows_columns_units_and_scales() -> None:
    """One table a unit; the multiplier is in the unit; declared whole numbers lose their points."""
    counts, values = decode_json(simdasi(), "t") or []
    assert isinstance(counts, LongCells)
    assert isinstance(values, LongCells)
    assert counts.label == ["Morowali", "Poso", "Indonesia"]
    assert counts.code == ["7203000", "7202000", "0000000"]
    assert (counts.text, counts.unit) == (["1234", "...", "4412000"], "")
    assert (values.text, values.unit) == (["12,5", "", "9,1"], "juta Rupiah")
    assert (set(counts.year), set(counts.measure)) == ({"2022"}, {"Unit Usaha"})
    assert counts.title == "Industri Kecil dan Mikro"
    assert counts.note == "Dinas\ntext columns left out: Ibu Kota"
    assert decode_json(load_json(json.dumps(simdasi()).encode(), "t"), "t") == [counts, values]


def test_simdasi_without_declared_columns_needs_one_column() -> None:
    rows = [{"label": "Bahodopi", "kode_wilayah": 7203032, "variables": {"q": {"value": "1.234"}}}]
    (cells,) = decode_json(simdasi(data=rows, kolom=[]), "t") or []
    assert isinstance(cells, LongCells)
    assert (cells.text, cells.measure) == (["1.234"], [""])
    rows[0]["variables"] = {"q": {"value": "1"}, "r": {"value": "2"}}
    with pytest.raises(DataError, match=r"columns without a name \(2: q, r\)"):
        decode_json(simdasi(data=rows, kolom=[]), "t")


COLUMN = {"nama_variabel": "Nilai"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"data": []}, "the table has no rows"),
        ({"kolom": {"x1": COLUMN}}, r"columns without a name \(2: y2, z3\)"),
        ({"kolom": {"x1": COLUMN, "y2": COLUMN, "z3": COLUMN}}, r"columns that share a name \(1: Nilai\)"),
        ({"kolom": {"x1": COLUMN | {"satuan": "ribu rupiah", "unit_multiplier": 3}}}, r"10\^3 ribu rupiah"),
        ({"kolom": {"x1": COLUMN | {"satuan": "unit", "unit_multiplier": 4}}}, "does not settle the unit"),
        ({"kolom": {"x1": COLUMN | {"unit_multiplier": 3}}}, "does not settle the unit"),
        ({"kolom": {"x1": COLUMN | {"satuan": "unit"}}}, r"two units for one cell \(2: unit, orang\)"),
        ({"kolom": {"x1": COLUMN | {"tipe": "Teks"}}}, "the table has no figures"),
    ],
)
def test_simdasi_that_settles_nothing_is_refused(change: dict[str, Any], message: str) -> None:
    if (
        "kolom" in change
        and len(change["kolom"]) == 1
        and "no name" not in message
        and "without" not in message
    ):
        row = {
            "label": "Poso",
            "kode_wilayah": 7202000,
            "satuan": "orang",
            "variables": {"x1": {"value": "1"}},
        }
        if "two units" not in message:
            del row["satuan"]
        change = change | {"data": [row]}
    with pytest.raises(DataError, match=message):
        decode_json(simdasi(**change), "t")


TABLE = (
    "<table><tr><td>Kabupaten</td><td>2013</td></tr>"
    "<tr><td>Morowali&nbsp;</td><td>316 400</td></tr></table><p>Sumber: é</p>"
)


@pytest.mark.parametrize("times", [0, 1, 2])
def test_static_tables_are_unescaped_as_often_as_needed(times: int) -> None:
    html = TABLE
    for _ in range(times):
        html = escape(html)
    payload = {"status": "OK", "data": {"table_id": 23, "title": "Garis &amp; Kemiskinan", "table": html}}
    (sheet,) = decode_json(payload, "t") or []
    assert isinstance(sheet, Sheet)
    assert sheet.title == "Garis & Kemiskinan"
    assert [c.strip() for row in sheet.rows[:2] for c in row] == ["Kabupaten", "2013", "Morowali", "316 400"]
    payload["data"]["table"] = "see the Excel file"  # type: ignore[index]
    with pytest.raises(DataError, match="the static table has no HTML table"):
        decode_json(payload, "t")


def test_a_list_is_a_sheet_with_one_header_row() -> None:
    items = [
        {"var_id": 440, "title": "IMK "},
        {"var_id": 195, "title": "Garis", "notes": "&lt;b&gt;x&lt;/b&gt;"},
    ]
    (sheet,) = decode_json({"status": "OK", "data": [{"page": 1, "pages": 1}, items]}, "t") or []
    assert isinstance(sheet, Sheet)
    assert sheet.rows == [["var_id", "title", "notes"], ["440", "IMK", ""], ["195", "Garis", "x"]]


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        ({"status": "OK", "data-availability": "list-not-available", "data": ""}, "BPS has no such list"),
        ({"status": "OK", "data-availability": "not-available"}, "BPS has no data for this request"),
        ({"status": "Error", "message": "Something is wrong!"}, "BPS refused: Something is wrong!"),
        ({"status": "ERROR"}, "an error without a message"),
        ({"error": "UserNotFound"}, r"BPS refused: UserNotFound.*check BPS_API_KEY"),
        (
            {"status": "OK", "data-availability": "available",
             "data": [{"status": 400, "condition": "ERROR", "message": "Invalid Parameter (wilayah)"}]},
            r"BPS refused: Invalid Parameter \(wilayah\)",
        ),
        (
            {"status": "OK", "data": [{"page": 1}, {"status": "400", "message": "Invalid (tahun)"}]},
            r"Invalid \(tahun\)",
        ),
        ([{"status": 400, "condition": "ERROR", "message": "Invalid"}], "BPS refused: Invalid"),
        ({"status": "OK", "data-availability": "available", "data": 3}, "a form .* that is not known"),
    ],
)  # fmt: skip
def test_every_way_to_say_no_is_said_in_words(payload: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        decode_json(payload, "t")


@pytest.mark.parametrize(
    "payload",
    [{}, [], 3, "x", None, {"type": "FeatureCollection"}, [{"status": 1}], {"status": "open", "a": 1}],
)
def test_other_json_is_left_to_others(payload: Any) -> None:
    assert decode_json(payload, "t") is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["status", "data", "datacontent", "error", "vervar", "var", "val", "label", "table"]
            )
            | st.sampled_from(["kolom", "variables", "message", "condition", "data-availability", "page"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=200, deadline=None)
@given(JSON, st.sampled_from(["dynamic", "simdasi", "any"]), st.data())
def test_no_payload_ends_in_a_traceback(junk: Any, form: str, data: st.DataObject) -> None:
    """A payload with any part replaced by anything is decoded, left to others, or refused."""
    payload: Any = {"dynamic": dynamic, "simdasi": simdasi}.get(
        form, lambda: {"status": "OK", "data": junk}
    )()
    target: Any = payload
    while data.draw(st.booleans()) and isinstance(target, dict | list) and target:
        where = data.draw(
            st.sampled_from(list(target) if isinstance(target, dict) else list(range(len(target))))
        )
        if isinstance(target[where], dict | list) and target[where] and data.draw(st.booleans()):
            target = target[where]
            continue
        target[where] = junk
        break
    try:
        decode_json(payload, "t")
        check_payload(payload, "t")
    except DataError:
        pass


@settings(deadline=None)
@given(st.binary(max_size=40) | st.text(max_size=20).map(str.encode))
def test_no_body_ends_in_a_traceback(body: bytes) -> None:
    try:
        load_json(body, "t")
    except DataError:
        return
    assert json.loads(body.decode("utf-8-sig"), parse_constant=str) is not ...


def test_bodies_deep_as_a_well_are_refused() -> None:
    with pytest.raises(DataError, match="is not complete JSON"):
        load_json(b"[" * 200_000, "t")


@settings(deadline=None)
@given(st.text(st.characters(exclude_characters="<&"), max_size=20))
def test_text_without_markup_loses_only_blanks(text: str) -> None:
    assert plain(text) == " ".join(text.split())
    assert plain(f"<b>{text}</b>&nbsp;") == plain(text)

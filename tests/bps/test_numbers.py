"""A printed cell is its exact value, a missing mark, or refused by name; never another number."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from spillover.bps.marks import split_marks
from spillover.bps.numbers import Numbers, _plain, decide_style, parse_numbers
from spillover.errors import DataError
from spillover.indicators import read_indicator

SEPARATORS = {"id": (".", ","), "en": (",", ".")}
SPACES = (" ", "\u00a0", "\u202f", "\u2009")


def parse(*texts: str, **options: object) -> Numbers:
    return parse_numbers(texts, where="table", **options)  # type: ignore[arg-type]


def value(text: str, style: str) -> Decimal | None:
    return parse(text, style=style).value[0]


@pytest.mark.parametrize(
    ("text", "core", "status", "footnote"),
    [
        ("2023*", "2023", "preliminary", ""),
        ("2023**", "2023", "very_preliminary", ""),
        ("2023***", "2023", "very_preliminary", "***"),
        ("2021r", "2021", "revised", ""),
        ("2021 r)", "2021", "revised", ""),
        ("1.234 e)", "1.234", "estimated", ""),
        ("1.234*)", "1.234", "preliminary", ""),
        ("1.234 **)", "1.234", "very_preliminary", ""),
        ("1.234 1)", "1.234", "final", "1)"),
        ("1.234* 1)", "1.234", "preliminary", "1)"),
        ("1.234 1) 2)", "1.234", "final", "1) 2)"),
        ("1.234a)", "1.234", "final", "a)"),
        ("1.234a", "1.234", "final", "a"),
        ("1.234#)", "1.234", "final", "#)"),
        ("1.234¹²", "1.234", "final", "¹²"),
        ("1.234ʳ", "1.234", "revised", ""),
        ("... 1)", "...", "final", "1)"),
        ("PALOPO#)", "PALOPO", "final", "#)"),
        ("1.2341)", "1.2341)", "final", ""),
        ("-1)", "-1)", "final", ""),
        ("(1.234)", "(1.234)", "final", ""),
        ("(1.234) 1)", "(1.234)", "final", "1)"),
        ("(a)", "(a)", "final", ""),
        ("10³", "10³", "final", ""),
        ("1.234 r e", "1.234 r e", "final", ""),
        ("5-r", "5-r", "final", ""),
        ("Ekspor", "Ekspor", "final", ""),
        ("2 miliar", "2 miliar", "final", ""),
        ("*", "*", "final", ""),
        ("", "", "final", ""),
    ],
)
def test_marks_are_parted_from_what_they_mark(text: str, core: str, status: str, footnote: str) -> None:
    assert split_marks(text) == (core, status, footnote)


@pytest.mark.parametrize(
    ("text", "style", "expected"),
    [
        ("301000", "id", "301000"),
        ("52.44", "en", "52.44"),
        ("8524,41", "id", "8524.41"),
        ("1.234,56", "id", "1234.56"),
        ("1,234.56", "en", "1234.56"),
        ("1.234.567", "id", "1234567"),
        (" 8,200 ", "en", "8200"),
        ("0,00", "id", "0.00"),
        ("1 .897", "id", "1897"),
        ("1 1.638", "id", "11638"),
        ("1 1 .638", "id", "11638"),
        ("12 .345 .678", "id", "12345678"),
        ("1 2 3 4", "id", "1234"),
        ("1 2 . 3 4 5", "id", "12345"),
        ("12 345,6", "id", "12345.6"),
        ("12 345.678", "en", "12345.678"),
        ("(5,1)", "id", "-5.1"),
        ("(Rp 5)", "id", "-5"),
        ("−5,1", "id", "-5.1"),
        ("–5", "id", "-5"),
        ("5-", "id", "-5"),
        ("+5", "id", "5"),
        ("-0,0", "id", "0.0"),
        ("Rp 1.234", "id", "1234"),
        ("Rp. 1.234", "id", "1234"),
        ("US$1,234.5", "en", "1234.5"),
        ("3,5 juta", "id", "3500000"),
        ("2 miliar", "id", "2000000000"),
        ("2 milyar", "id", "2000000000"),
        ("-1,5 triliun", "id", "-1500000000000"),
        ("4.603 ribu", "id", "4603000"),
        ("2.5 Million", "en", "2500000"),
        ("1.234 1)", "id", "1234"),
        ("~0", "id", "0"),
        ("1234567890" * 3, "id", "1234567890" * 3),
        ("-123456789012345678901234567890", "id", "-123456789012345678901234567890"),
    ],
)
def test_each_form_under_its_style(text: str, style: str, expected: str) -> None:
    """Exactly, also where 30 digits exceed the precision of decimal arithmetic."""
    found = value(text, style)
    assert str(found) == expected if "E" not in str(found) else found == Decimal(expected)


@pytest.mark.parametrize(
    "text",
    [
        "1.2341)", "12 345,6 7", "12 34", "1 234,5 6", "1  234", "2 1.638", "1. 897", "1 1", "1 2 3",
        "1\n234", "1\t234", "1.23.456", "1.2345.678", "01", "007", "0.123.456", "1,2,3", ".5", "5.", ",5",
        "1e5", "0x1F", "1_000", "inf", "-inf", "１２", "١٢", "½", "5 - 6", "5-10", "- 5", "-5-", "(-5)",
        "(+5)", "((5))", "()", "5 juta %", "5 jutaan", "5 M", "Rp", "Rp -", "-Rp 5", "1.234 x", "*", "1)",
        "****", "5****", "5 r e", "5-a", "10³",
        "#", "1'234", "teks", "J U M L A H", "1.234 (1)", "1" * 31, "1" * 100_000,
    ],
)  # fmt: skip
@pytest.mark.parametrize("style", ["id", "en", "auto"])
def test_what_is_no_number_is_refused_with_its_place(text: str, style: str) -> None:
    with pytest.raises(DataError, match=r"table: .*row 8, column 2: "):
        parse("7", text, style=style, places=["row 7, column 2", "row 8, column 2"])


@pytest.mark.parametrize("text", ["#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "Err:502", "####"])
def test_spreadsheet_errors_are_not_missing_values(text: str) -> None:
    with pytest.raises(DataError, match=r"spreadsheet errors .*\(2: cell 2: .*, cell 4"):
        parse("1", text, "nonsense", text)


@pytest.mark.parametrize(
    ("texts", "reason"),
    [
        (("", " ", "...", "…", "..", "NA", "n.a.", "N/A", "nan", "NaN", "tad"), "not_available"),
        (("Data tidak  tersedia", "tidak tersedia"), "not_available"),
        (("-", "–", "—", "- 1)", "..."), "not_available"),
        (("belum tersedia", "Belum rilis"), "not_yet_published"),
        (("tidak berlaku",), "not_applicable"),
        (("dirahasiakan",), "suppressed"),
    ],
)  # fmt: skip
def test_missing_marks_have_no_value_and_a_reason(texts: tuple[str, ...], reason: str) -> None:
    numbers = parse(*texts)
    assert numbers.value == [None] * len(texts)
    assert set(numbers.missing_reason) == {reason}


def test_a_dash_is_what_the_legend_says_but_never_zero() -> None:
    numbers = parse("-", "0", "...", dash="zero_shown_as_dash")
    assert numbers.value == [None, Decimal(0), None]
    assert numbers.missing_reason == ["zero_shown_as_dash", "", "not_available"]


def test_marks_percent_scale_and_currency_are_reported() -> None:
    numbers = parse("5,1%*", "3,5 juta", "Rp 7", "1,0 a)")
    assert numbers.percent == [True, False, False, False]
    assert numbers.scaled == [False, True, False, False]
    assert numbers.status == ["preliminary", "final", "final", "final"]
    assert (numbers.footnote[3], numbers.currency, numbers.style) == ("a)", "IDR", "id")
    with pytest.raises(DataError, match=r"two currencies in one table \(2"):
        parse("Rp 7", "US$ 7")


@pytest.mark.parametrize(
    ("texts", "style"),
    [
        (("11.191", "8524,41"), "id"),
        (("11.191", "1.234.567"), "id"),
        (("11.191", "0.123"), "en"),
        (("11.191", "1234.567"), "en"),
        (("11,191", "12.5"), "en"),
        (("11.191", "12.50"), "en"),
        (("11,191", "1,234,567"), "en"),
        (("11", "12 345", "..."), "auto"),
    ],
)
def test_the_style_is_decided_by_all_cells_together(texts: tuple[str, ...], style: str) -> None:
    assert decide_style(texts, where="table") == style
    assert parse(*texts).style == style
    assert parse(*reversed(texts)).value == parse(*texts).value[::-1]


def test_a_table_that_does_not_decide_says_how_to_declare() -> None:
    with pytest.raises(
        DataError, match=r"\(2: cell 1: '11\.191', cell 3: '6\.300'\).*--number-style id .*number_style='en'"
    ):
        parse("11.191", "11", "6.300")
    assert parse("11.191", "6.300", style="id").value == [Decimal(11191), Decimal(6300)]
    assert parse("11.191", "6.300", style="en").value == [Decimal("11.191"), Decimal("6.300")]


def test_cells_that_contradict_each_other_are_named() -> None:
    with pytest.raises(
        DataError, match=r"only be style en .* only be id, such as '1,5' \(1: cell 3: '1\.25'\)"
    ):
        parse("1,5", "2,5", "1.25")


def test_a_declared_style_refuses_cells_of_the_other() -> None:
    with pytest.raises(DataError, match=r"no numbers in style id, or two numbers \(1: cell 2: '1\.25'"):
        parse("1,5", "1.25", style="id")


def test_things_that_are_counted_have_no_fraction() -> None:
    """That decides the style, too: 11.191 persons are 11191."""
    assert parse("11.191", "12", whole=True).value == [Decimal(11191), Decimal(12)]
    assert parse("11,191", whole=True).style == "en"
    assert decide_style(["11.191"], where="table", whole=True) == "id"
    assert parse("26,71 juta", whole=True).value == [Decimal(26_710_000)]
    with pytest.raises(DataError, match=r"fractions in a table that counts .*\(1: cell 2: '12,5'"):
        parse("12", "12,5", whole=True)
    with pytest.raises(DataError, match="the separator may part"):
        parse("11.000", whole=True)


def test_numbers_that_lost_their_thousands_are_refused() -> None:
    """11.191, 6.300 and 11.000 (thousand rupiah) read as decimals become 11.191, 6.3 and 11."""
    lost = ("11.191", "6.3", "11")
    stored = [True] * 3
    with pytest.raises(
        DataError, match=r"lost zeros.*\(2: cell 1: '11\.191', cell 2: '6\.3'\).*thousand times"
    ):
        parse(*lost, numeric=stored)
    with pytest.raises(DataError, match="lost zeros"):
        parse(*lost)  # the same saved as text
    with pytest.raises(DataError, match=r"counts things.*11\.191 and 6\.300"):
        parse(*lost, numeric=stored, whole=True)
    assert parse(*lost, numeric=stored, style="en").value == [Decimal(text) for text in lost]


@pytest.mark.parametrize(
    "texts",
    [
        ("5.12", "6.3", "11"),  # a rate: no third decimal
        ("11.191", "1234.5"),  # a value of 1000 or more
        ("11.191", "6.3", "0.4"),  # no group of thousands begins with 0
        ("11.1912", "6.321"),  # four decimals
        ("301000", "244977"),
        ("-0.5", "3.125"),
    ],
)
def test_stored_numbers_without_that_trace_are_taken_as_they_are(texts: tuple[str, ...]) -> None:
    assert parse(*texts, numeric=[True] * len(texts)).value == [Decimal(text) for text in texts]


def test_text_cells_tell_of_stored_ones() -> None:
    """Where text cells part thousands by points, a point in a stored number may have been one."""
    with pytest.raises(DataError, match=r"lost zeros.*\(1: cell 2: '6\.3'"):
        parse("1.234.567", "6.3", "11", numeric=[False, True, True])
    kept = parse("1,234.5", "11.191", "-", numeric=[False, True, False])
    assert kept.value == [Decimal("1234.5"), Decimal("11.191"), None]


@pytest.mark.parametrize("text", ["1,5", "1.234.5", "1e-07", "abc", "+5", "٣", "01", "-"])
def test_stored_numbers_are_plain(text: str) -> None:
    with pytest.raises(DataError, match="cell 1"):
        parse(text, numeric=[True])
    assert parse("", numeric=[True]).missing_reason == ["not_available"]


def test_gaps_beside_separators_may_be_two_numbers() -> None:
    """12 345 is one number in a table that parts thousands by spaces, not where 1.234 stands, too."""
    assert parse("12 345", "1 234,5").value == [Decimal(12345), Decimal("1234.5")]
    with pytest.raises(DataError, match=r"spaces between digits .*\(1: cell 2"):
        parse("1.234,5", "12 345")
    with pytest.raises(DataError, match="may part thousands or decimals"):
        parse("1 345.678")
    with pytest.raises(DataError, match="or two numbers"):
        parse("1 345.678", style="id")


def test_arguments_that_do_not_fit_are_refused() -> None:
    with pytest.raises(DataError, match=r"unknown style of numbers \(1: de\)"):
        parse("1", style="de")
    with pytest.raises(DataError, match="unknown meaning of a dash"):
        parse("1", dash="zero")
    for options in ({"places": []}, {"numeric": [True, False]}):
        with pytest.raises(DataError, match="differ in length"):
            parse("1", **options)


def test_an_empty_table_is_no_error() -> None:
    assert parse().value == []


def test_all_cells_at_fault_are_counted() -> None:
    with pytest.raises(DataError, match=r"\(7: cell 1: 'x', .*, …\)"):
        parse(*["x"] * 7)


@pytest.mark.parametrize(
    "text", ["1 " * 50_000, "1)" * 50_000, "(" * 50_000 + ")" * 50_000, " " * 99_999 + "x", "*" * 100_000]
)
def test_long_rubbish_is_refused_at_once(text: str) -> None:
    started = time.process_time()
    with pytest.raises(DataError, match="neither a number"):
        parse(text)
    assert time.process_time() - started < 0.5


def test_real_poverty_lines_come_out_to_the_rupiah() -> None:
    """Bundled figures, written as BPS writes them; the style of writing is decided by the table itself."""
    lines = read_indicator("poverty_line")["value"].dropna().astype("int64").tolist()
    assert len(lines) > 5_000
    printed = [f"{line:,}".replace(",", ".") for line in lines]
    assert parse(*printed, "1.234.567").value[:-1] == [Decimal(line) for line in lines]


@st.composite
def printed_number(draw: st.DrawFn, style: str, alone: bool = True) -> tuple[str, Decimal]:
    """A number and one of the ways to print it."""
    places = draw(st.integers(0, 6))
    digits = draw(st.integers(0, 10**14))
    number = Decimal(digits).scaleb(-places)
    whole, _, fraction = f"{number:.{places}f}".partition(".")
    thousands, decimal = SEPARATORS[style]
    way = draw(st.sampled_from(["plain", "mark", "space", "kerned"] if alone else ["plain", "mark"]))
    if way != "plain":
        gap = draw(st.sampled_from(SPACES)) if way == "space" else thousands
        whole = f"{int(whole):,}".replace(",", gap)
    if way == "kerned":
        whole = whole.replace(thousands, f" {thousands}")
        if whole.startswith("11"):
            whole = f"1 {whole[1:]}"
        assume(thousands in whole)
    text = f"{whole}{decimal}{fraction}" if fraction else whole
    sign = draw(st.sampled_from(["", "-{}", "−{}", "{}-", "({})", "+{}"]))
    text = sign.format(text) if sign else text
    marks = ["", "*", " **", " e)", " 1)", " a)"]
    mark = draw(st.sampled_from(marks if sign == "{}-" else [*marks, "r", "¹"]))
    return text + mark, number.copy_negate() if sign and sign != "+{}" else number


@pytest.mark.parametrize("style", ["id", "en"])
@given(data=st.data())
def test_a_printed_number_is_read_back_exactly(style: str, data: st.DataObject) -> None:
    """Grouped or not, by any space, kerned, signed in any way, marked in any way."""
    text, number = data.draw(printed_number(style))
    assume(not text.startswith(("-", "(")) or number)  # a sign before nothing but zero is dropped
    assert value(text, style) == number


@pytest.mark.parametrize("style", ["id", "en"])
@given(data=st.data())
def test_auto_is_right_or_refuses(style: str, data: st.DataObject) -> None:
    """Whatever the table, a style that is not declared never gives another value."""
    cells = data.draw(st.lists(printed_number(style), min_size=1, max_size=6))
    try:
        numbers = parse(*[text for text, _ in cells])
    except DataError:
        return
    assert numbers.value == [number for _, number in cells]


@pytest.mark.parametrize("style", ["id", "en"])
@given(data=st.data())
def test_a_cell_with_both_separators_decides_the_table(style: str, data: st.DataObject) -> None:
    """With 1.234,5 in the table no cell is left in doubt: values come out, not only refusals."""
    cells = data.draw(st.lists(printed_number(style, alone=False), max_size=6))
    thousands, decimal = SEPARATORS[style]
    numbers = parse(f"1{thousands}234{decimal}5", *[text for text, _ in cells])
    assert numbers.value == [Decimal("1234.5"), *[number for _, number in cells]]


@given(
    st.text() | st.text("0123456789.,  \u00a0-–()*r%e1¹'", max_size=12), st.sampled_from(["id", "en", "auto"])
)
def test_no_text_gives_other_digits_than_its_own(text: str, style: str) -> None:
    """A value has just the digits of the text in their order, leaving out footnotes."""
    try:
        found = parse(text, style=style).value[0]
    except DataError:
        return
    if found is None:
        return
    core = split_marks(text)[0]
    own = "".join(c for c in core if c in "0123456789")
    digits = "".join(map(str, found.as_tuple().digits))
    assert digits.zfill(len(own)) == own
    assert found.is_finite()


@given(st.text() | st.text("0123456789*r) e1¹a#", max_size=10))
def test_marks_are_cut_from_the_end_only(text: str) -> None:
    """What is left begins the text: nothing is cut out of its middle."""
    core, status, _ = split_marks(text)
    assert "".join(text.split()).startswith("".join(core.split()))
    assert status in {"final", "preliminary", "very_preliminary", "revised", "estimated"}


@pytest.mark.parametrize(
    "texts", [[""], ["1\n2"], ["1", ""], ["7", "01"], ["9" * 31], ["٣"], ["1\n"], ["-\n-", "3"]]
)
def test_only_plain_cells_are_read_the_short_way(texts: list[str]) -> None:
    """Cells are judged one by one, whatever stands between them: nothing here is a plain whole number."""
    assert _plain(texts, "auto", "not_available") is None

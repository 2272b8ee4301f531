"""Districts of past years, and tables brought to them: totals kept, nothing guessed, nothing partial."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spillover.errors import DataError
from spillover.indicators import read_indicator
from spillover.past_regions import birth_years, split_parents
from spillover.regions import read_provinces, read_region_changes, read_regions
from spillover.territory import allocate
from spillover.vintages import flag_backcast, regions_in, to_vintage

CODES = read_regions()["region_code"].tolist()
BORN = birth_years(read_region_changes())
# Kabupaten Kepulauan Sangihe: Talaud (2002) and Siau Tagulandang Biaro (2007) came from it; Kabupaten
# Minahasa has a chain: Minahasa Selatan (2003), from which Minahasa Tenggara (2007).
SANGIHE, TALAUD, SITARO = "7103", "7104", "7108"
MINAHASA_2000 = ["7102", "7105", "7106", "7109", "7173"]
MOROWALI, MOROWALI_UTARA = "7203", "7212"
TAMBRAUW, MANOKWARI, SORONG = "9205", "9105", "9202"


def long(
    values: dict[str, float | None], year: int = 2012, kind: str = "count", **columns: object
) -> pd.DataFrame:
    """A long table of one indicator (named after its kind) and year."""
    rows = pd.DataFrame(
        {"region_code": list(values), "year": year, "indicator": f"a_{kind}", "source_id": "s"}
    )
    value = pd.Series([float("nan") if v is None else v for v in values.values()], dtype="float64")
    reason = ["not_available" if v is None else "" for v in values.values()]
    return rows.assign(value=value, unit="unit", status="final", missing_reason=reason).assign(**columns)


def values_of(table: pd.DataFrame) -> dict[str, float]:
    return dict(zip(table["region_code"], table["value"], strict=True))


def total(table: pd.DataFrame) -> Decimal:
    """Sum of the numbers as printed, exactly."""
    return sum((Decimal(repr(v)) for v in table["value"]), Decimal(0))


# --- what changed ---


def test_changes_hold_every_split_name_and_code() -> None:
    """172 splits of the crosswalk and Kepulauan Seribu; 26 codes of Papua, 5 of Kalimantan Utara."""
    changes = read_region_changes()
    splits = read_region_changes("split")
    assert splits["child_code"].nunique() == 173
    assert splits.loc[splits["child_code"].duplicated(keep=False), "child_code"].unique().tolist() == [
        TAMBRAUW
    ]
    recodes = read_region_changes("recode")
    assert recodes.groupby("year").size().to_dict() == {2012: 5, 2022: 26}
    assert recodes["former_code"].is_unique
    assert len(changes) == len(splits) + len(recodes) + len(read_region_changes("rename"))


def test_codes_changed_exactly_where_a_province_was_made() -> None:
    """Every district of Kalimantan Utara and of the four provinces of 2022 has another code than before."""
    recodes = set(read_region_changes("recode")["child_code"])
    provinces = read_provinces()
    made = provinces.loc[provinces["since"] >= 2010, "province_code"]
    assert recodes == {c for c in CODES if c[:2] + "00" in set(made)}


@pytest.mark.parametrize(
    ("region_code", "former_name", "year"),
    [
        ("7605", "Mamuju Utara", 2017),  # PP 61/2017
        ("8101", "Maluku Tenggara Barat", 2019),  # PP 2/2019
        ("7602", "Polewali Mamasa", 2005),  # PP 74/2005
        ("1206", "Toba Samosir", 2020),  # PP 14/2020
        ("6104", "Pontianak", 2014),  # PP 58/2014
        ("6401", "Pasir", 2007),  # PP 49/2007
        ("7301", "Selayar", 2008),  # PP 59/2008
        ("9408", "Yapen Waropen", 2008),  # PP 40/2008
        ("1304", "Sawahlunto/Sijunjung", 2008),  # PP 25/2008
        ("7403", "Kendari", 2004),  # PP 26/2004
        ("2102", "Kepulauan Riau", 2006),  # PP 5/2006
        ("6403", "Kutai", 2002),  # PP 8/2002
        ("8201", "Maluku Utara", 2003),  # UU 1/2003
    ],
)
def test_a_district_has_its_former_name_until_the_regulation(
    region_code: str, former_name: str, year: int
) -> None:
    """The name changes in the year of the regulation; the name after it is today's."""
    today = read_regions().set_index("region_code").loc[region_code, "name"]
    before = regions_in(year - 1).set_index("region_code").loc[region_code, "name_then"]
    after = regions_in(year).set_index("region_code").loc[region_code, "name_then"]
    assert (before, after) == (former_name, today)


def test_a_name_without_a_year_is_listed_but_never_the_name_of_a_year() -> None:
    """Mahakam Hulu is how tables of BPS spelt Mahakam Ulu, which the law of 2013 never called so."""
    undated = read_region_changes().query("year.isna()")
    assert undated["former_name"].tolist() == ["Mahakam Hulu"]
    assert "Mahakam Hulu" not in set(regions_in(2014)["name_then"])


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("7212,7203,2013", "7299,7203,2013", "unknown region codes"),
        ("7212,7203,2013", "7212,7213,2013", "unknown region codes"),
        ("7212,7203,2013", "7212,7212,2013", "from themselves or from a younger district"),
        ("7109,7105,2007", "7109,7105,2002", "from themselves or from a younger district"),
        ("7212,7203,2013,UU 12/2013,split,,", "7212,7203,,UU 12/2013,split,,", "no year"),
        ("7212,7203,2013,UU 12/2013,split,,", "7212,,2013,UU 12/2013,split,,", "parent_code empty"),
        ("7212,7203,2013,UU 12/2013,split,,", "7212,7203,2013,UU 12/2013,merger,,", "unknown kind"),
        (
            "7212,7203,2013,UU 12/2013,split,,",
            "7212,7203,2013,UU 12/2013,split,,Bungku",
            "former_name empty, or given",
        ),
        ("7212,7203,2013", "7211,7201,2013", "duplicate key"),
        ("recode,9401,", "recode,9403,", "former codes that another district has today"),
        ("recode,9401,", "recode,,", "former_code empty"),
    ],
)
def test_spoilt_changes_are_refused(
    change_file: Callable[..., Path], old: str, new: str, problem: str
) -> None:
    """Each fault is named, with the file."""
    change_file("region_changes", lambda text: text.replace(old, new, 1))
    with pytest.raises(DataError, match=problem) as caught:
        read_region_changes()
    assert "region_changes.csv" in str(caught.value)


def test_an_unknown_kind_of_change_is_refused() -> None:
    with pytest.raises(DataError, match=r"unknown kind of change .*merger"):
        read_region_changes("merger")


# --- the districts of a year ---


@pytest.mark.parametrize("year", range(2000, 2026))
def test_the_number_of_districts_grows_by_the_splits(year: int) -> None:
    """341 in 2000 (342 without the split of Kepulauan Seribu in 2001), and one more for each split."""
    table = regions_in(year)
    children = read_region_changes("split").drop_duplicates("child_code")
    assert len(table) == 341 + int((children["year"] <= year).sum())
    assert table["region_code"].is_unique
    assert (
        table["name_then"].is_unique or year < 2006
    )  # kabupaten Kepulauan Riau, Maluku Utara: also provinces


def test_known_numbers_of_districts() -> None:
    """Published numbers of kabupaten and kota: 440 after 2003, 497 in 2010, 514 since 2014."""
    assert [len(regions_in(y)) for y in (2003, 2005, 2010, 2014, 2025)] == [440, 440, 497, 514, 514]


def test_kepulauan_seribu_was_a_part_of_jakarta_utara_in_2000() -> None:
    """Raised from sub-district of Jakarta Utara to a district by PP 55/2001."""
    assert "3101" not in set(regions_in(2000)["region_code"])
    assert "3101" in set(regions_in(2001)["region_code"])
    assert split_parents(read_region_changes())["3101"] == ["3175"]


@pytest.mark.parametrize(
    ("year", "region_code", "province"),
    [
        (2003, "7604", "7300"),  # Mamuju, before Sulawesi Barat (2004)
        (2004, "7604", "7600"),
        (2001, "2102", "1400"),  # Bintan, before Kepulauan Riau (2002)
        (2000, "3671", "3600"),  # Kota Tangerang, Banten since 2000
        (2011, "6504", "6400"),  # Nunukan, before Kalimantan Utara (2012)
        (2021, "9271", "9100"),  # Kota Sorong, before Papua Barat Daya (2022)
        (2021, "9702", "9400"),  # Jayawijaya, before Papua Pegunungan (2022)
        (2022, "9702", "9700"),
    ],
)
def test_the_province_then(year: int, region_code: str, province: str) -> None:
    """A district belongs to the province that today's was split from, until that was made."""
    assert regions_in(year).set_index("region_code").loc[region_code, "province_code_then"] == province


def test_codes_then_are_unique_and_lie_in_their_province() -> None:
    """Since 2010 the code of a time begins with the province of that time; before, none is claimed."""
    for year in range(2010, 2026):
        table = regions_in(year)
        assert table["code_then"].is_unique
        assert (table["code_then"].str[:2] + "00" == table["province_code_then"]).all()
    assert set(regions_in(2009)["code_then"]) == {""}


@pytest.mark.parametrize("year", [1999, 2026, 2012.0, "2012", True])
def test_years_without_a_known_set_are_refused(year: object) -> None:
    with pytest.raises(DataError, match="no set of districts is known"):
        regions_in(year)  # type: ignore[arg-type]


# --- back-casts ---


def test_values_before_birth_are_backcasts_and_gaps_do_not_apply() -> None:
    """Morowali Utara was made in 2013: earlier values are back-cast, earlier gaps not applicable."""
    table = pd.concat([long({MOROWALI_UTARA: 1.0}, y) for y in (2011, 2012, 2013)], ignore_index=True)
    table.loc[0, ["value", "missing_reason"]] = [float("nan"), "not_available"]
    flagged = flag_backcast(table)
    assert flagged["status"].tolist() == ["final", "backcast", "final"]
    assert flagged["missing_reason"].tolist() == ["not_applicable", "", ""]
    assert table["status"].tolist() == ["final"] * 3


def test_estimates_and_other_reasons_stay() -> None:
    """An estimate is not called a back-cast, a suppressed cell not inapplicable."""
    table = long(
        {MOROWALI_UTARA: 1.0, TALAUD: None}, 2001, status="estimated", missing_reason=["", "suppressed"]
    )
    flagged = flag_backcast(table)
    assert flagged["status"].tolist() == ["estimated"] * 2
    assert flagged["missing_reason"].tolist() == ["", "suppressed"]


@pytest.mark.parametrize("name", ["grdp_real", "grdp_per_capita_real", "tpt", "population", "poverty_line"])
def test_flagging_a_series_that_is_flagged_changes_nothing(name: str) -> None:
    """The series of the project come out of their reader as this function would mark them."""
    table = read_indicator(name)
    pd.testing.assert_frame_equal(flag_backcast(table), table)


def test_flagging_unknown_codes_is_refused() -> None:
    with pytest.raises(DataError, match=r"unknown region codes \(1: 72\.06\)"):
        flag_backcast(long({"72.06": 1.0}))


# --- to the districts of a year: sums ---


def test_morowali_of_2012_is_what_was_published_then() -> None:
    """The back-cast parts of 2012 sum to the GRDP published for undivided Morowali.

    9,606 billion rupiah at 2010 prices: BPS, PDRB kabupaten/kota 2011–2013, from
    nayfajo/indonesia-subnational-gdp (CC BY 4.0). Two parts rounded to billions may be off by one.
    """
    table = read_indicator("grdp_real")
    parts = table[table["region_code"].isin([MOROWALI, MOROWALI_UTARA]) & table["year"].eq(2012)]
    whole = to_vintage(parts, 2012, territory="today")
    assert whole["region_code"].tolist() == [MOROWALI]
    assert whole["value"].item() == pytest.approx(9606, abs=1)
    assert (whole["status"].item(), whole["derived"].item()) == ("backcast", "sum of 7203, 7212")


def test_chains_of_splits_are_followed() -> None:
    """Minahasa Tenggara (2007) came from Minahasa Selatan (2003), which came from Minahasa."""
    table = long(dict.fromkeys(MINAHASA_2000, 10.0), 2015)
    assert values_of(to_vintage(table, 2000, kind="count")) == {"7102": 50.0}
    assert values_of(to_vintage(table, 2005, kind="count")) == {
        "7102": 10.0,
        "7105": 20.0,
        "7106": 10.0,
        "7173": 10.0,
    }


def test_the_year_of_the_row_is_its_territory_unless_said() -> None:
    """Native: a row of 2005 covers the districts of 2005, so Sangihe of 2005 holds Siau but not Talaud."""
    table = pd.concat(
        [long({SANGIHE: 7.0, TALAUD: 2.0}, 2005), long({SANGIHE: 4.0, TALAUD: 2.0, SITARO: 3.0}, 2010)]
    )
    got = to_vintage(table, 2001, kind="count")
    assert list(zip(got["year"], got["value"], strict=True)) == [(2005, 9.0), (2010, 9.0)]
    got = to_vintage(table[table["year"] == 2005], 2001, kind="count", territory="today")
    assert got["value"].isna().all()  # on today's districts Siau is missing from the sum
    old = long({SANGIHE: 7.0, TALAUD: 2.0}, 2010)  # a table of 2010 still on the districts of 2005
    assert values_of(to_vintage(old, 2001, kind="count", territory=2005)) == {SANGIHE: 9.0}


def test_a_missing_part_makes_the_whole_missing_with_its_reason() -> None:
    """Never a partial sum: neither for a cell without value nor for a district without row."""
    table = long({SANGIHE: 4.0, TALAUD: None, SITARO: 3.0}, missing_reason=["", "suppressed", ""])
    got = to_vintage(table, 2000, kind="count")
    assert got["value"].isna().all() and got["missing_reason"].tolist() == ["suppressed"]
    got = to_vintage(long({SANGIHE: 4.0, SITARO: 3.0}), 2000, kind="count")
    assert got["value"].isna().all() and got["missing_reason"].tolist() == ["not_available"]


def test_a_sum_has_the_worst_status_of_its_parts() -> None:
    table = long(
        {SANGIHE: 4.0, TALAUD: 1.0, SITARO: 3.0}, status=["revised", "very_preliminary", "preliminary"]
    )
    assert to_vintage(table, 2000, kind="count")["status"].tolist() == ["very_preliminary"]


def test_periods_are_never_mixed() -> None:
    """March and September of one year are summed apart; the columns stay as they were."""
    months = [
        long({MOROWALI: v, MOROWALI_UTARA: 1.0}, 2015, period=m)
        for v, m in ((1.0, "march"), (2.0, "september"))
    ]
    got = to_vintage(pd.concat(months, ignore_index=True), 2012, kind="count")
    assert list(zip(got["period"], got["value"], strict=True)) == [("march", 2.0), ("september", 3.0)]
    half = pd.concat([months[0][:1], months[1][1:]], ignore_index=True)
    assert to_vintage(half, 2012, kind="count")["value"].isna().all()
    assert list(got.columns) == [*months[0].columns, "derived"]


def test_a_second_step_tells_of_the_first() -> None:
    """What was split and then summed says both."""
    weight = population({MOROWALI: 1.0, MOROWALI_UTARA: 1.0})
    parts = to_vintage(long({MOROWALI: 10.0}), 2013, kind="count", weight=weight)
    again = to_vintage(parts, 2012, kind="count", territory=2013)
    assert again["derived"].tolist() == ["split by population 2010; sum of 7203, 7212"]


NUMBER = st.decimals(-(10**9), 10**9, places=2, allow_nan=False).map(float)


# Four provinces with 22 splits among them, some in chains: enough, and quick to draw.
FAMILY = [c for c in CODES if c[:2] in ("62", "71", "72", "74")]


@settings(max_examples=25, deadline=None)
@given(numbers=st.lists(NUMBER, min_size=len(FAMILY), max_size=len(FAMILY)), year=st.integers(2000, 2025))
def test_sums_preserve_the_total_to_the_last_unit(numbers: list[float], year: int) -> None:
    """Districts of today summed into those of any year: the totals agree in every printed digit."""
    table = long(dict(zip(FAMILY, numbers, strict=True)), 2025)
    got = to_vintage(table, year, kind="money")
    assert total(got) == total(table)
    assert set(got["region_code"]) == set(regions_in(year)["region_code"]) & set(FAMILY)


@settings(max_examples=15, deadline=None)
@given(numbers=st.lists(st.none() | NUMBER, min_size=len(FAMILY), max_size=len(FAMILY)))
def test_today_on_today_is_the_identity(numbers: list[float | None]) -> None:
    """A table of today's districts, asked for on today's districts, comes back as it is."""
    table = long(dict(zip(FAMILY, numbers, strict=True)), 2003)
    got = to_vintage(table, 2025, kind="rate", territory="today")
    pd.testing.assert_frame_equal(got, table.assign(derived=""))


# --- to the districts of a year: parts ---


def population(values: dict[str, float | None], year: int = 2010) -> pd.DataFrame:
    return long(values, year).assign(indicator="population")


def test_a_count_is_split_by_weight_into_whole_units() -> None:
    """100 among weights 1 : 1 : 1 is 34 + 33 + 33; the rows say how they were made."""
    weight = population({SANGIHE: 5.0, TALAUD: 5.0, SITARO: 5.0})
    got = to_vintage(long({SANGIHE: 100.0}, 2001), 2010, kind="count", weight=weight)
    assert values_of(got) == {SANGIHE: 34.0, TALAUD: 33.0, SITARO: 33.0}
    assert set(got["status"]) == {"estimated"} and set(got["derived"]) == {"split by population 2010"}


def test_weights_of_the_own_year_are_used_where_there_are_several() -> None:
    """With weights of two years, each row is split by those of its own."""
    weight = pd.concat([population({MOROWALI: 1.0, MOROWALI_UTARA: 1.0}, 2011)])
    weight = pd.concat([weight, population({MOROWALI: 3.0, MOROWALI_UTARA: 1.0}, 2012)])
    table = pd.concat([long({MOROWALI: 80.0}, 2011), long({MOROWALI: 80.0}, 2012)])
    got = to_vintage(table, 2013, kind="count", weight=weight)
    assert got["value"].tolist() == [40.0, 60.0, 40.0, 20.0]


def test_a_missing_whole_gives_missing_parts() -> None:
    got = to_vintage(long({MOROWALI: None}), 2013, kind="money", weight=population({MOROWALI: 1.0}))
    assert got["region_code"].tolist() == [MOROWALI, MOROWALI_UTARA]
    assert got["value"].isna().all() and set(got["missing_reason"]) == {"not_available"}


POSITIVE = st.floats(1e-3, 1e9)


@settings(max_examples=25, deadline=None)
@given(data=st.data(), kind=st.sampled_from(["count", "money"]), start=st.integers(2000, 2007))
def test_split_and_summed_again_is_the_identity(data: st.DataObject, kind: str, start: int) -> None:
    """Parent → children → parent gives back every value, for any positive weights."""
    parents = [c for c in FAMILY if BORN.get(c, 0) <= start]
    numbers = data.draw(st.lists(NUMBER, min_size=len(parents), max_size=len(parents)))
    weights = data.draw(st.lists(POSITIVE, min_size=len(FAMILY), max_size=len(FAMILY)))
    table = long(dict(zip(parents, numbers, strict=True)), start)
    parts = to_vintage(table, 2025, kind=kind, weight=population(dict(zip(FAMILY, weights, strict=True))))
    assert set(parts["region_code"]) == set(FAMILY)
    assert total(parts) == total(table)
    again = to_vintage(parts, start, kind=kind, territory="today")
    assert values_of(again) == values_of(table)


@given(
    st.decimals(-(10**14), 10**14, places=3, allow_nan=False).filter(lambda d: abs(d) < 10**12),
    st.lists(st.decimals(0, 10**6, places=3), min_size=1, max_size=30).filter(lambda w: sum(w) > 0),
    st.booleans(),
)
def test_parts_sum_to_the_whole_and_lie_beside_their_share(
    amount: Decimal, weights: list[Decimal], whole: bool
) -> None:
    """Exactly, and each part within one unit of its share; a part without weight gets nothing."""
    parts = allocate(amount, weights, whole=whole)
    assert sum(parts) == amount
    unit = 1 if whole and amount == amount.to_integral_value() else Decimal("1e-3")
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - amount * weight / sum(weights)) <= unit
        assert weight > 0 or part == 0
        assert Decimal(repr(float(part))) == part


# --- rates, and what is refused ---


def test_rates_are_averaged_by_weight() -> None:
    """Two districts at 10 and 20 percent with three and one million people: 12.5 percent."""
    table = long({MOROWALI: 10.0, MOROWALI_UTARA: 20.0}, 2015)
    weight = population({MOROWALI: 3e6, MOROWALI_UTARA: 1e6}, 2015)
    got = to_vintage(table, 2010, kind="rate", weight=weight)
    assert values_of(got) == {MOROWALI: 12.5}
    assert got["derived"].tolist() == ["mean of 7203, 7212 by population 2015"]


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 100), POSITIVE), min_size=5, max_size=5))
def test_a_mean_lies_among_its_parts(pairs: list[tuple[float, float]]) -> None:
    """A weighted mean is never below the lowest or above the highest part."""
    rates, weights = zip(*pairs, strict=True)
    table = long(dict(zip(MINAHASA_2000, rates, strict=True)), 2015)
    weight = population(dict(zip(MINAHASA_2000, weights, strict=True)), 2015)
    value = to_vintage(table, 2000, kind="per_head", weight=weight)["value"].item()
    assert min(rates) <= value <= max(rates)


def test_rates_without_weight_are_refused_by_name() -> None:
    """The kind comes from the catalogue: an unemployment rate is never summed."""
    table = long({MOROWALI: 10.0, MOROWALI_UTARA: 20.0}, 2015).assign(indicator="tpt")
    with pytest.raises(
        DataError, match=r"need a weight to be combined \(1: tpt 7203/2015\).*weight=.*population"
    ):
        to_vintage(table, 2010)


def test_rates_are_not_split() -> None:
    with pytest.raises(DataError, match=r"says nothing of its parts \(1: a_count 7203/2012\)"):
        to_vintage(
            long({MOROWALI: 10.0}), 2013, kind="rate", weight=population({MOROWALI: 1.0, MOROWALI_UTARA: 1.0})
        )


def test_a_split_without_weight_is_refused() -> None:
    with pytest.raises(DataError, match=r"need a weight to be split \(1: a_count 7203/2012\)"):
        to_vintage(long({MOROWALI: 10.0}), 2013, kind="count")


@pytest.mark.parametrize(
    ("weights", "problem"),
    [
        ({MOROWALI: 1.0}, r"districts without weight \(1: 7212/2010\)"),
        ({MOROWALI: 1.0, MOROWALI_UTARA: None}, r"districts without weight \(1: 7212/2010\)"),
        ({MOROWALI: 0.0, MOROWALI_UTARA: 0.0}, "sum to zero"),
        ({MOROWALI: 1.0, MOROWALI_UTARA: -1.0}, "below zero"),
        ({MOROWALI: 1.0, "72.12": 1.0}, "unknown region codes"),
    ],
)
def test_bad_weights_are_refused(weights: dict[str, float | None], problem: str) -> None:
    with pytest.raises(DataError, match=problem):
        to_vintage(long({MOROWALI: 10.0}), 2013, kind="count", weight=population(weights))


def test_tambrauw_is_refused_without_shares() -> None:
    """It came from Sorong and Manokwari, and no source says how much of it from which."""
    table = long({TAMBRAUW: 10.0, **{c: 1.0 for c in CODES if c[:2] in ("91", "92") and c != TAMBRAUW}}, 2015)
    with pytest.raises(
        DataError, match=r"two parents has no known shares \(2: 9105/2015, 9202/2015\).*shares="
    ):
        to_vintage(table, 2007, kind="count")
    got = to_vintage(table, 2007, kind="count", shares={(TAMBRAUW, SORONG): 0.7, (TAMBRAUW, MANOKWARI): 0.3})
    assert total(got) == total(table)
    assert set(got.loc[got["status"] == "estimated", "region_code"]) == {SORONG, MANOKWARI}
    rest = to_vintage(table[table["region_code"] != TAMBRAUW], 2007, kind="count")
    assert set(rest.loc[rest["value"].isna(), "region_code"]) == {SORONG, MANOKWARI}


def test_tambrauw_gets_its_parts_of_both_parents_with_shares() -> None:
    """Split by equal weights and even shares, it gets a third of each of two-part parents."""
    table = long({SORONG: 30.0, MANOKWARI: 60.0}, 2007)
    weight = population({SORONG: 1.0, MANOKWARI: 1.0, TAMBRAUW: 1.0})
    with pytest.raises(DataError, match=r"two parents has no known shares \(2: "):
        to_vintage(table, 2008, kind="count", weight=weight)
    even = {(TAMBRAUW, SORONG): 0.5, (TAMBRAUW, MANOKWARI): 0.5}
    got = values_of(to_vintage(table, 2008, kind="count", weight=weight, shares=even))
    assert got == {SORONG: 20.0, MANOKWARI: 40.0, TAMBRAUW: 30.0}
    one = to_vintage(table[:1], 2008, kind="count", weight=weight, shares=even).set_index("region_code")
    assert one.loc[SORONG, "value"] == 20.0 and pd.isna(one.loc[TAMBRAUW, "value"])
    none = {(TAMBRAUW, SORONG): 0.0, (TAMBRAUW, MANOKWARI): 1.0}
    got = values_of(to_vintage(table, 2008, kind="count", weight=weight, shares=none))
    assert got == {SORONG: 30.0, MANOKWARI: 30.0, TAMBRAUW: 30.0}


@pytest.mark.parametrize(
    "shares",
    [
        {(TAMBRAUW, SORONG): 0.7},
        {(TAMBRAUW, SORONG): 0.7, (TAMBRAUW, MANOKWARI): 0.4},
        {("7212", "7204"): 1.0},
    ],
)
def test_bad_shares_are_refused(shares: dict[tuple[str, str], float]) -> None:
    with pytest.raises(DataError, match="not the shares of a child's parents"):
        to_vintage(long({MOROWALI: 1.0}), 2012, kind="count", shares=shares)


def test_native_values_of_districts_that_did_not_exist_are_refused() -> None:
    """A value of Morowali Utara in 2012 is a back-cast: the caller must say so. An empty cell is left out."""
    table = long({MOROWALI: 5012.0, MOROWALI_UTARA: 4593.0})
    with pytest.raises(DataError, match=r"did not exist then \(1: 7212/2012\).*territory='today'"):
        to_vintage(table, 2012, kind="money")
    empty = long({MOROWALI: 9606.0, MOROWALI_UTARA: None})
    assert values_of(to_vintage(empty, 2012, kind="money")) == {MOROWALI: 9606.0}


@pytest.mark.parametrize(
    ("table", "options", "problem"),
    [
        (long({"7299": 1.0}), {}, "unknown region codes"),
        (long({"7200": 1.0, "0000": 2.0}), {}, r"rows of provinces or the nation \(2: 7200"),
        (pd.concat([long({MOROWALI: 1.0})] * 2), {}, "duplicate key"),
        (long({MOROWALI: 1.0}, status="sure"), {}, "unknown status"),
        (long({MOROWALI: float("inf")}), {}, "infinite"),
        (long({MOROWALI: 1.0, "7204": 1.0}, unit=["person", "thousand"]), {}, "several units"),
        (long({MOROWALI: 1.0}).drop(columns="unit"), {}, "missing columns"),
        (long({MOROWALI: 1.0}, extra=1), {}, "unknown columns"),
        (long({}), {}, "empty"),
        (long({MOROWALI: 1.0}), {"kind": None}, "catalogue does not have"),
        (long({MOROWALI: 1.0}), {"kind": "sum"}, "unknown kind"),
        (long({MOROWALI: 1.0}), {"territory": "old"}, "unknown territory"),
        (long({MOROWALI: 1.0}), {"territory": 1995}, "no set of districts is known"),
        (long({MOROWALI: 1.0}, 1995), {}, "no set of districts is known"),
    ],
)
def test_bad_tables_are_refused(table: pd.DataFrame, options: dict[str, object], problem: str) -> None:
    """Each fault is named."""
    with pytest.raises(DataError, match=problem):
        to_vintage(table, 2012, **({"kind": "count"} | options))  # type: ignore[arg-type]


def test_two_indicators_as_weight_are_refused() -> None:
    weight = pd.concat([population({MOROWALI: 1.0}), long({MOROWALI_UTARA: 1.0}, 2010)])
    with pytest.raises(DataError, match="more than one indicator"):
        to_vintage(long({MOROWALI: 1.0}), 2013, kind="count", weight=weight)

"""Releases combined: which value wins, what gave way, where the seams jump, and what is refused.

Figures of Morowali (7203), real GRDP in billion rupiah: native volumes of BPS by way of
nayfajo/indonesia-subnational-gdp (CC BY 4.0), and the series of the project's source grdp_real.
"""

from __future__ import annotations

from itertools import product
from math import inf, isnan

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spillover.errors import DataError
from spillover.indicators import find_jumps
from spillover.longtable import CELL
from spillover.releases import Combined, combine_releases, replaced_summary, splice_base_years

NATIVE = {
    "PDRB_2008-2010": {2008: 1542, 2010: 1865},
    "PDRB_2011-2013": {2011: 7973, 2012: 9606, 2013: 6204},
    "PDRB_2014-2016": {2014: 6209, 2015: 10420, 2016: 11714},
    "PDRB_2017-2019": {2017: 13364, 2018: 28358, 2019: 34103},
    "PDRB_2020-2022": {2020: 43902},
    "PDRB_2021-2023": {2021: 55001, 2022: 70621, 2023: 84989, 2024: 98809},
}
FINAL, EARLY = "final", "preliminary"


def table(source_id: str, values: dict[int, float | None], **columns: object) -> pd.DataFrame:
    """A release of one series; None is a missing mark."""
    data = pd.DataFrame({"region_code": "7203", "year": list(values), "period": "", "indicator": "grdp_real"})
    value = [np.nan if v is None else float(v) for v in values.values()]
    data = data.assign(source_id=source_id, value=value, unit="billion_idr", status=FINAL)
    data["missing_reason"] = np.where(data["value"].isna(), "not_available", "")
    return data.assign(**columns)


def dated(base_year: int | None = 2010, **published: str) -> pd.DataFrame:
    rows = [(k, v, base_year) for k, v in published.items()]
    return pd.DataFrame(rows, columns=["source_id", "published", "base_year"]).astype({"base_year": "Int64"})


def native(*ids: str) -> list[pd.DataFrame]:
    return [table(i, NATIVE[i]) for i in ids]


VOLUMES = pd.DataFrame(
    {
        "source_id": [*NATIVE, "grdp_real"],
        "published": "not stated",
        "base_year": pd.array([2000, *[2010] * 6], dtype="Int64"),
    }
)


def panel() -> pd.DataFrame:
    """Morowali in quarcs-lab/data-quarcs: a later series, without Morowali Utara in all years."""
    real = [3260, 3503, 3943, 4445, 5012, 6203, 6209, 10419, 11793, 13493, 28632, 34415, 44372]
    return table("grdp_real", dict(zip(range(2008, 2021), real, strict=True)))


def values(result: Combined) -> dict[int, float]:
    return dict(zip(result.table["year"], result.table["value"], strict=True))


# Real figures


def test_constant_prices_of_2000_and_2010_are_never_mixed() -> None:
    """The jump from 1,865 to 7,973 between 2010 and 2011 is a base year: refused, both named."""
    with pytest.raises(
        DataError, match=r"different base years.*PDRB_2008-2010 2000.*2011-2013 2010"
    ) as caught:
        combine_releases(native("PDRB_2008-2010", "PDRB_2011-2013"), VOLUMES)
    assert "splice_base_years" in str(caught.value)


def test_the_native_volumes_of_two_base_years_cannot_be_spliced() -> None:
    """They share no year, so there is no ratio to splice by."""
    with pytest.raises(DataError, match=r"no common year \(1: grdp_real\)"):
        splice_base_years(*native("PDRB_2008-2010", "PDRB_2011-2013"))


def test_jumps_inside_a_volume_are_no_seams() -> None:
    """2012→2013 and 2017→2018 lie inside volumes: find_jumps sees them, the seam report does not."""
    result = combine_releases(native(*list(NATIVE)[1:]), VOLUMES)
    assert result.breaks.empty
    assert result.replaced.empty
    assert {2013, 2015, 2018} <= set(find_jumps(result.table)["year"])
    assert values(result)[2018] == 28358


def test_smaller_jumps_on_seams_are_found_with_a_smaller_factor() -> None:
    """At 1.2, the seams 2019→2020 and 2020→2021 are reported, and still not 2018."""
    result = combine_releases(native(*list(NATIVE)[1:]), VOLUMES, jump=1.2)
    found = result.breaks.set_index("year")
    assert found.index.tolist() == [2020, 2021]
    assert found["ratio"].to_dict() == pytest.approx({2020: 43902 / 34103, 2021: 55001 / 43902})
    assert found[["overlap_before", "overlap_after"]].isna().all(axis=None)


def test_the_fall_of_2013_is_found_where_it_lies_on_a_seam_and_shown_to_be_the_release() -> None:
    """Native with Morowali Utara until 2012, the panel from 2013: -35 %, of which the overlap says -48 %."""
    before = table("PDRB_2011-2013", {2011: 7973, 2012: 9606})
    result = combine_releases([panel(), before], VOLUMES, order=["grdp_real", "PDRB_2011-2013"])
    fall = result.breaks.set_index("year").loc[2013]
    assert (fall["from_source"], fall["to_source"]) == ("PDRB_2011-2013", "grdp_real")
    assert fall["ratio"] == pytest.approx(6203 / 9606)
    assert fall["overlap_before"] == pytest.approx(5012 / 9606)
    assert isnan(fall["overlap_after"])
    assert set(result.breaks["year"]) == {2011, 2013}


def test_what_a_volume_replaced_is_listed_with_its_size() -> None:
    """The native volume over the panel: 2011–2013 are replaced, and the seam 2010→2011 jumps."""
    result = combine_releases(
        [panel(), *native("PDRB_2011-2013")], VOLUMES, order=["grdp_real", "PDRB_2011-2013"]
    )
    rows = result.replaced[["year", "old_value", "new_value", "difference", "old_source_id", "old_status"]]
    assert rows.to_numpy().tolist() == [
        [2011, 4445, 7973, 3528, "grdp_real", FINAL],
        [2012, 5012, 9606, 4594, "grdp_real", FINAL],
        [2013, 6203, 6204, 1, "grdp_real", FINAL],
    ]
    assert result.replaced["ratio"].tolist() == pytest.approx([7973 / 4445, 9606 / 5012, 6204 / 6203])
    seam = result.breaks.set_index("year").loc[2011]
    assert seam["ratio"] == pytest.approx(7973 / 3943)
    assert seam["overlap_after"] == pytest.approx(7973 / 4445)


def test_without_dates_different_values_are_refused_with_the_way_to_order_them() -> None:
    with pytest.raises(
        DataError, match=r"cannot be ordered \(3: grdp_real/7203/2011: PDRB_2011-2013 7973"
    ) as c:
        combine_releases([panel(), *native("PDRB_2011-2013")], VOLUMES)
    assert "state `published` of PDRB_2011-2013, grdp_real" in str(c.value)
    assert "order=[" in str(c.value)


# The rules


def test_the_latest_release_that_has_a_value_wins() -> None:
    """A later missing mark erases nothing; an earlier value fills the gap, and both are counted."""
    old = table("a", {2000: None, 2001: 1, 2002: 2, 2003: 3})
    new = table("b", {2000: 4, 2001: None, 2002: 5, 2003: 3, 2004: None})
    result = combine_releases([old, new], dated(a="2005", b="2006-01"))
    assert result.table["value"].tolist()[:4] == [4, 1, 5, 3]
    assert result.table["source_id"].tolist() == ["b", "a", "b", "b", "b"]
    assert result.table["missing_reason"].tolist() == ["", "", "", "", "not_available"]
    summary = replaced_summary(result).set_index("source_id")
    assert summary.loc["a", ["n_values", "n_kept", "n_equal", "n_replaced"]].tolist() == [3, 1, 1, 1]
    assert summary["n_missing"].to_dict() == {"a": 1, "b": 2}
    assert summary["n_passed_over"].to_dict() == {"a": 0, "b": 1}
    assert summary.loc["a", ["ratio_median", "ratio_min", "ratio_max"]].tolist() == [2.5, 2.5, 2.5]


def test_first_release_is_the_mirror_image() -> None:
    tables = [table("a", {2001: 1, 2002: None}), table("b", {2001: 2, 2002: 5})]
    result = combine_releases(tables, dated(a="2005", b="2006"), rule="first_release")
    assert values(result) == {2001: 1, 2002: 5}
    early = table("c", {2001: 7}, status=EARLY)
    result = combine_releases([*tables, early], dated(a="2005", b="2006", c="2005"), rule="first_release")
    assert values(result)[2001] == 7


def test_final_only_leaves_provisional_values_out_and_says_so() -> None:
    """A later provisional value does not count; a year with nothing else is not yet published."""
    old = table("a", {2001: 1, 2002: 2}, status=["revised", "estimated"])
    new = table("b", {2001: 9, 2003: 3}, status=["preliminary", "very_preliminary"])
    result = combine_releases([old, new], dated(a="2005", b="2006"), rule="final_only")
    assert result.table["value"].fillna(-1).tolist() == [1, -1, -1]
    assert result.table["missing_reason"].tolist() == ["", "not_available", "not_yet_published"]
    assert replaced_summary(result)["n_not_admitted"].tolist() == [1, 1]
    assert result.replaced[["old_source_id", "old_value", "new_value"]].values.tolist() == [["b", 9, 1]]


def test_an_order_stands_in_for_dates_and_statuses() -> None:
    tables = [table("a", {2001: 1}), table("b", {2001: 2}, status=EARLY)]
    result = combine_releases(tables, dated(a="2005", b="2005"), order=["a", "b"])
    assert values(result) == {2001: 2}
    for wrong in (["a"], ["a", "b", "c"], ["a", "b", "b"]):
        with pytest.raises(DataError, match="order does not name each release once"):
            combine_releases(tables, dated(a="2005", b="2006"), order=wrong)


@pytest.mark.parametrize(
    ("first", "second", "winner"),
    [
        (("2013", FINAL), ("2013", EARLY), "a"),
        (("2013", EARLY), ("2013", "revised"), "b"),
        (("2013", "very_preliminary"), ("2013", EARLY), "b"),
        (("2013-05", FINAL), ("2013-06-01", EARLY), "b"),
        (("2013", FINAL), ("2014-01", EARLY), "b"),
        (("2013-12-31", FINAL), ("2014", FINAL), "b"),
        (("2013", FINAL), ("2013", "revised"), None),
        (("2013", "estimated"), ("2013", EARLY), None),
        (("2013", FINAL), ("2013-05", FINAL), None),
        (("2013-05", FINAL), ("2013-05-31", EARLY), None),
        (("not stated", FINAL), ("2013", FINAL), None),
        (("not stated", FINAL), ("not stated", EARLY), None),
    ],
)
def test_what_dates_and_statuses_decide(
    first: tuple[str, str], second: tuple[str, str], winner: str | None
) -> None:
    """Only what is later for certain wins; else different values are refused and equal ones pass."""
    tables = [table("a", {2001: 1}, status=first[1]), table("b", {2001: 2}, status=second[1])]
    dates = dated(a=first[0], b=second[0])
    if winner:
        assert combine_releases(tables, dates).table["source_id"].item() == winner
        return
    with pytest.raises(DataError, match="cannot be ordered"):
        combine_releases(tables, dates)
    equal = combine_releases([tables[0], tables[1].assign(value=1.0)], dates)
    assert values(equal) == {2001: 1}


def test_of_equal_values_the_most_settled_then_the_first_by_name_is_named() -> None:
    dates = dated(a="not stated", b="2010", c="2010")
    tables = [table("a", {2001: 1}, status=EARLY), table("c", {2001: 1}), table("b", {2001: 1})]
    result = combine_releases(tables, dates)
    assert result.table[["source_id", "status"]].values.tolist() == [["b", FINAL]]
    assert replaced_summary(result)["n_equal"].tolist() == [1, 0, 1]


def test_marks_that_cannot_be_ordered_claim_the_least() -> None:
    """Of two reasons in undated releases none is chosen; in dated ones the later holds."""
    tables = [table("a", {2001: None}, missing_reason="suppressed"), table("b", {2001: None})]
    tables[1]["missing_reason"] = "zero_shown_as_dash"
    undated = combine_releases(tables, dated(a="not stated", b="2010"))
    assert undated.table["missing_reason"].tolist() == ["not_available"]
    ordered = combine_releases(tables, dated(a="2009", b="2010"))
    assert ordered.table["missing_reason"].tolist() == ["zero_shown_as_dash"]


# Seams


def test_a_missing_year_is_not_bridged() -> None:
    tables = [table("a", {2001: 1, 2002: None}), table("b", {2003: 9})]
    assert combine_releases(tables, dated(a="2005", b="2006")).breaks.empty


def test_periods_are_series_of_their_own() -> None:
    """March is compared with March: a fall from September to March is no jump."""
    a = pd.concat([table("a", {2001: 10}, period="03"), table("a", {2001: 99}, period="09")])
    b = pd.concat([table("b", {2002: 11}, period="03"), table("b", {2002: 9}, period="09")])
    breaks = combine_releases([a, b], dated(a="2005", b="2006")).breaks
    assert breaks[["period", "year", "ratio"]].values.tolist() == [["09", 2002, 9 / 99]]


def test_zeros_give_no_silent_gap() -> None:
    """From zero to something is beyond any factor; from zero to zero is no change."""
    up = combine_releases([table("a", {2001: 0}), table("b", {2002: 5})], dated(a="2005", b="2006"))
    assert up.breaks["ratio"].tolist() == [inf]
    flat = combine_releases([table("a", {2001: 0}), table("b", {2002: 0})], dated(a="2005", b="2006"))
    assert flat.breaks.empty


def test_an_overlap_of_two_zeros_is_an_agreement() -> None:
    """2001 is from b and 2002 from a, which b does not have; both print 0 for 2001."""
    old, new = table("a", {2001: 0, 2002: 3}), table("b", {2001: 0})
    breaks = combine_releases([old, new], dated(a="2005", b="2006")).breaks
    assert breaks[["from_source", "to_source", "ratio", "overlap_before"]].values.tolist() == [
        ["b", "a", inf, 1]
    ]
    assert breaks["overlap_after"].isna().all()


# Refused


@pytest.mark.parametrize(
    ("columns", "problem"),
    [
        ({"status": "provisional"}, "unknown status"),
        ({"status": ""}, "unknown status"),
        ({"value": inf}, "infinite values"),
        ({"value": np.nan}, "missing without a known reason"),
        ({"value": np.nan, "missing_reason": "lost"}, "missing without a known reason"),
        ({"missing_reason": "suppressed"}, "value and reason"),
        ({"value": "1.234"}, "columns of another kind"),
        ({"value": True}, "columns of another kind"),
        ({"year": 2001.0}, "columns of another kind"),
        ({"region_code": 7203}, "columns of another kind"),
        ({"period": None}, "columns of another kind"),
        ({"source_id": "b"}, "duplicate key"),
        ({"source_id": "x"}, "releases not described"),
        ({"unit": "million_idr"}, "different units"),
        ({"derived": "by hand"}, "derived values without spliced_to"),
    ],
)
def test_malformed_tables_are_refused_by_name(columns: dict[str, object], problem: str) -> None:
    tables = [table("a", {2001: 1}).assign(**columns), table("b", {2001: 2})]
    with pytest.raises(DataError, match=problem):
        combine_releases(tables, dated(a="2005", b="2006"))


def test_nothing_to_combine_is_refused() -> None:
    with pytest.raises(DataError, match="no table"):
        combine_releases([], dated(a="2005"))
    with pytest.raises(DataError, match=r"table 2: the table is empty"):
        combine_releases([table("a", {2001: 1}), table("b", {})], dated(a="2005", b="2006"))
    with pytest.raises(DataError, match=r"table 1: missing columns \(1: period\)"):
        combine_releases([table("a", {2001: 1}).drop(columns="period")], dated(a="2005"))


@pytest.mark.parametrize("published", ["see column as_of", "2013-13", "13-05-2013", "2013-2014", "", None])
def test_dates_that_cannot_be_read_are_refused(published: str | None) -> None:
    with pytest.raises(DataError, match="dates that cannot be read"):
        combine_releases([table("a", {2001: 1})], dated(a="2005").assign(published=published))


def test_releases_must_be_described_once_and_with_a_year() -> None:
    one = [table("a", {2001: 1})]
    with pytest.raises(DataError, match="duplicate key source_id"):
        combine_releases(one, pd.concat([dated(a="2005")] * 2))
    with pytest.raises(DataError, match="base years that are no years"):
        combine_releases(one, dated(a="2005").assign(base_year="atas dasar harga berlaku"))
    with pytest.raises(DataError, match="unknown rule"):
        combine_releases(one, dated(a="2005"), rule="newest")
    for jump in (1, 0.5, inf, float("nan")):
        with pytest.raises(DataError, match="jump is not a factor"):
            combine_releases(one, dated(a="2005"), jump=jump)


def test_current_and_constant_prices_do_not_mix_either() -> None:
    dates = pd.concat([dated(None, a="2005"), dated(2010, b="2006")])
    with pytest.raises(DataError, match=r"different base years \(1: grdp_real: a none, b 2010\)"):
        combine_releases([table("a", {2001: 1}), table("b", {2002: 1})], dates)


# Splicing


def test_a_splice_keeps_growth_rates_and_says_what_it_is() -> None:
    """Mean of log ratios over the overlap; the spliced years carry status, years and the level they have."""
    old, new = table("a", {2008: 10, 2009: 20, 2010: 30}), table("b", {2009: 80, 2010: 150, 2011: 160})
    out = splice_base_years(old, new, overlap=[2009])
    assert out["value"].tolist() == pytest.approx([40, 80, 150, 160])
    out = splice_base_years(old, new)
    assert out["value"].tolist() == pytest.approx([10 * (4 * 5) ** 0.5, 80, 150, 160])
    first = out.iloc[0][["source_id", "status", "derived", "spliced_to"]].tolist()
    assert first == ["a", "estimated", "spliced by ratio in 2009–2010", "b"]
    assert out["derived"].tolist()[1:] == [""] * 3


def test_a_spliced_series_may_be_combined_and_its_source_may_not() -> None:
    """The spliced values have the base year of the newer release; the old ones beside them are refused."""
    old, new = table("a", {2009: 20, 2010: 30}), table("b", {2010: 60, 2011: 70})
    dates = pd.concat([dated(2000, a="2011"), dated(2010, b="2012", c="2014")])
    spliced = splice_base_years(old, new)
    result = combine_releases([spliced, table("c", {2011: 71, 2012: 80})], dates)
    assert values(result) == {2009: 40, 2010: 60, 2011: 71, 2012: 80}
    assert result.table["derived"].tolist()[0] == "spliced by ratio in 2010"
    with pytest.raises(DataError, match="different base years"):
        combine_releases([spliced, table("c", {2008: 1})], dates.assign(base_year=[2000, 2010, 2000]))


def test_spliced_values_are_in_the_unit_of_the_newer_release_which_must_be_described() -> None:
    old, new = table("a", {2009: 20, 2010: 30}, unit="index_2000"), table("b", {2010: 60}, unit="index_2010")
    out = splice_base_years(old, new)
    assert out["unit"].tolist() == ["index_2010"] * 2
    with pytest.raises(DataError, match=r"releases not described \(1: b\)"):
        combine_releases([out[out["derived"] != ""]], dated(2000, a="2011"))


def test_regions_that_cannot_be_spliced_stay_missing_and_are_counted() -> None:
    """No common year, or ratios that contradict each other: missing with the reason in words."""
    other = {"region_code": "7212"}
    torn = {"region_code": "7403"}
    old = pd.concat([table("a", {2009: 1, 2010: 2}), table("a", {2009: 5}, **other)])
    old = pd.concat([old, table("a", {2008: 3, 2009: 4, 2010: 4}, **torn)])
    new = pd.concat([table("b", {2010: 4}), table("b", {2009: None, 2011: 6}, **other)])
    new = pd.concat([new, table("b", {2009: 4, 2010: 8}, **torn)])
    out = splice_base_years(old, new)
    counts = out["derived"].value_counts().to_dict()
    assert counts == {
        "": 4,
        "spliced by ratio in 2010": 1,
        "not spliced: no common year": 1,
        "not spliced: ratios in 2009–2010 differ by 2.00": 1,
    }
    refused = out[out["derived"].str.startswith("not spliced")]
    assert refused["value"].isna().all()
    assert refused["missing_reason"].eq("not_available").all()
    one = splice_base_years(old, new, overlap=[2010]).set_index(["region_code", "year"])["value"]
    assert one["7403", 2008] == 6


def test_splices_without_ground_are_refused() -> None:
    old, new = table("a", {2009: 1, 2010: 2}), table("b", {2010: 4, 2011: 5})
    with pytest.raises(DataError, match="no common year"):
        splice_base_years(old, new, overlap=[2009])
    with pytest.raises(DataError, match="unknown way of splicing"):
        splice_base_years(old, new, how="difference")
    with pytest.raises(DataError, match=r"not positive \(1: 7203/2010//grdp_real\)"):
        splice_base_years(old, new.assign(value=[0.0, 5.0]))
    with pytest.raises(DataError, match="duplicate key region_code/year/period/indicator"):
        splice_base_years(pd.concat([old, old.assign(source_id="c")]), new)


def test_splices_can_be_chained() -> None:
    """1993 → 2000 → 2010: the oldest values get the level of the newest."""
    middle = splice_base_years(table("b", {2000: 10, 2005: 20}), table("c", {2005: 40, 2010: 80}))
    out = splice_base_years(table("a", {1995: 1, 2000: 2}), middle)
    assert dict(zip(out["year"], out["value"], strict=True)) == pytest.approx(
        {1995: 10, 2000: 20, 2005: 40, 2010: 80}
    )
    assert out["spliced_to"].tolist() == ["c", "c", "", ""]


# Properties

DATES = ["2010", "2011", "2011-03", "2011-03-07", "2012-01", "not stated"]
STATUS = ["final", "revised", "preliminary", "very_preliminary", "estimated"]
YEARS, REGIONS = range(2001, 2005), ["7203", "7212"]
cell_values = st.sampled_from([None, 0.0, 1.0, 1.5, 2.0])


@st.composite
def worlds(draw: st.DrawFn, dates: list[str] = DATES) -> tuple[list[pd.DataFrame], pd.DataFrame]:
    """Two to four releases of two series, with gaps, marks, statuses and dates."""
    ids = "abcd"[: draw(st.integers(2, 4))]
    tables = []
    for i in ids:
        cells = draw(st.lists(st.sampled_from(list(product(REGIONS, YEARS))), min_size=1, unique=True))
        series = {n: draw(cell_values) for n in range(len(cells))}
        status = [draw(st.sampled_from(STATUS)) for _ in cells]
        region, year = zip(*cells, strict=True)
        tables.append(table(i, series, region_code=list(region), year=list(year), status=status))
    return tables, dated(**{i: draw(st.sampled_from(dates)) for i in ids})


def later(a: tuple[str, str], b: tuple[str, str]) -> bool:
    """Whether release and status ``a`` come after ``b`` for certain, told without the code under test."""
    if "not stated" in (a[0], b[0]):
        return False
    if a[0] == b[0]:
        below = {"final": STATUS[2:], "revised": STATUS[2:], "preliminary": STATUS[3:4]}
        return b[1] in below.get(a[1], [])
    shorter = min(len(a[0]), len(b[0]))
    return a[0][:shorter] > b[0][:shorter]


@settings(max_examples=40, deadline=None)
@given(worlds())
def test_each_cell_is_what_a_slow_reading_of_the_rule_says(world: tuple) -> None:
    """Against pairwise comparison cell by cell: same values, and refused exactly where it cannot decide."""
    tables, dates = world
    published = dates.set_index("source_id")["published"]
    wanted, clash = {}, False
    for key, rows in pd.concat(tables).groupby(["region_code", "year"]):
        found = [
            ((published[i], s), v)
            for i, s, v in zip(rows["source_id"], rows["status"], rows["value"], strict=True)
            if not isnan(v)
        ]
        left = {v for when, v in found if not any(later(other, when) for other, _ in found)}
        clash |= len(left) > 1
        wanted[key] = next(iter(left), None)
    if clash:
        with pytest.raises(DataError, match="cannot be ordered"):
            combine_releases(tables, dates)
        return
    got = combine_releases(tables, dates).table.set_index(["region_code", "year"])["value"]
    assert {k: None if isnan(v) else v for k, v in got.items()} == wanted


ORDERED = ["2010", "2011-03", "2012-01-05", "2013"]
RULE = st.sampled_from(["latest_release", "first_release", "final_only"])


@settings(max_examples=20, deadline=None)
@given(worlds(), RULE, st.permutations("abcd"))
def test_accounts_add_up(world: tuple, rule: str, order: list[str]) -> None:
    """Values = kept + equal + replaced + not admitted; each result stands in its source; none is made up."""
    tables, dates = world
    order = [i for i in order if i in set(dates["source_id"])]
    result = combine_releases(tables, dates, rule=rule, order=order)
    given_rows = pd.concat(tables)
    summary = replaced_summary(result)
    parts = summary[["n_kept", "n_equal", "n_replaced", "n_not_admitted"]].sum(axis=1)
    assert (parts == summary["n_values"]).all()
    assert summary["n_values"].sum() == given_rows["value"].notna().sum()
    assert summary["n_missing"].sum() == given_rows["value"].isna().sum()
    assert summary["n_kept"].sum() == result.table["value"].notna().sum()
    assert summary["n_replaced"].sum() == len(result.replaced)
    assert (result.replaced["difference"] != 0).all()
    assert not result.table.duplicated(CELL).any()
    assert len(result.table) == len(given_rows.drop_duplicates(CELL))
    own = result.table.dropna(subset="value").merge(
        given_rows, on=[*CELL, "source_id", "value", "status"], how="left", indicator=True, validate="1:1"
    )
    assert (own["_merge"] == "both").all()


@settings(max_examples=15, deadline=None)
@given(worlds(), st.randoms(use_true_random=False), st.permutations("abcd"))
def test_the_order_of_tables_and_rows_does_not_matter(world: tuple, random: object, order: list[str]) -> None:
    tables, dates = world
    order = [i for i in order if i in set(dates["source_id"])]
    mixed = [t.sample(frac=1, random_state=random.randrange(99)) for t in tables]
    random.shuffle(mixed)
    one = combine_releases(tables, dates, order=order)
    two = combine_releases(mixed, dates.iloc[::-1], order=order)
    for left, right in zip(one, two, strict=True):
        pd.testing.assert_frame_equal(left, right)


@settings(max_examples=15, deadline=None)
@given(worlds(), st.sampled_from(["2010", "2012", "not stated"]))
def test_a_release_beside_its_own_copy_changes_nothing_but_source_ids(world: tuple, when: str) -> None:
    one = world[0][0]
    dates = dated(a="2010", z=when)
    alone = combine_releases([one], dates)
    twice = combine_releases([one, one.assign(source_id="z")], dates)
    rest = [c for c in alone.table.columns if c != "source_id"]
    pd.testing.assert_frame_equal(alone.table[rest], twice.table[rest])
    assert twice.replaced.empty
    assert twice.breaks.empty


@settings(max_examples=20, deadline=None)
@given(worlds(), st.permutations("abcd"), st.floats(1.05, 3))
def test_every_seam_that_jumps_is_reported_and_nothing_else(
    world: tuple, order: list[str], jump: float
) -> None:
    """Against a walk along each series of the result, year by year."""
    tables, dates = world
    order = [i for i in order if i in set(dates["source_id"])]
    result = combine_releases(tables, dates, order=order, jump=jump)
    cells = result.table.set_index(["region_code", "year"])[["value", "source_id"]].to_dict("index")
    wanted = set()
    for (region, year), now in cells.items():
        past = cells.get((region, year - 1), {"value": np.nan, "source_id": ""})
        if isnan(now["value"]) or isnan(past["value"]) or now["source_id"] == past["source_id"]:
            continue
        big, small = max(now["value"], past["value"]), min(now["value"], past["value"])
        if big != small and (small == 0 or big / small > jump):
            wanted.add((region, year, past["source_id"], now["source_id"]))
    keys = result.breaks[["region_code", "year", "from_source", "to_source"]]
    assert set(keys.itertuples(index=False, name=None)) == wanted
    printed = pd.concat(tables).set_index(["region_code", "year", "source_id"])["value"]
    for row in result.breaks.itertuples():
        for got, year in ((row.overlap_before, row.year - 1), (row.overlap_after, row.year)):
            to = printed.get((row.region_code, year, row.to_source), np.nan)
            of = printed.get((row.region_code, year, row.from_source), np.nan)
            expected = np.nan if isnan(to) or isnan(of) else 1.0 if to == of else to / of if of else inf
            assert got == pytest.approx(expected, nan_ok=True)


@settings(max_examples=20, deadline=None)
@given(
    st.floats(0.01, 100),
    st.lists(st.floats(0.1, 1e6), min_size=4, max_size=9),
    st.integers(1, 3),
    st.floats(0.001, 1000),
)
def test_a_planted_factor_is_found_again(
    factor: float, truth: list[float], common: int, scale: float
) -> None:
    """If the bases differ by a factor, the splice gives the truth; scaling the old series changes nothing."""
    cut = len(truth) - 2
    years = range(2000, 2000 + len(truth))
    series = dict(zip(years, truth, strict=True))
    old = table("a", {y: v / factor for y, v in series.items() if y < 2000 + cut})
    new = table("b", {y: v for y, v in series.items() if y >= 2000 + cut - min(common, cut)})
    out = splice_base_years(old, new)
    assert out["value"].tolist() == pytest.approx(truth, rel=1e-9)
    scaled = splice_base_years(old.assign(value=old["value"] * scale), new)
    assert scaled["value"].tolist() == pytest.approx(truth, rel=1e-9)

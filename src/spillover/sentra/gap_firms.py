"""How many firms of average size a demand would fill, and what the office says of the same sector."""

from __future__ import annotations

import numpy as np
import pandas as pd

from spillover.errors import DataError, check_columns, check_unique
from spillover.partnerships.columns import split_list
from spillover.partnerships.sectors import read_sectors
from spillover.sentra.gaps import ENDS
from spillover.sentra.needs_questions import read_needs_questions
from spillover.sme import read_imk

YEARS = 3
FIRST_YEAR = 2017  # the frame of the survey changed then: levels before it cannot be compared
MANUFACTURING = "C"
POTENTIAL = "potential"


def imk_output(province: str, *, years: int = YEARS) -> dict[str, object]:
    """Output per establishment and per worker of micro and small industry in a province.

    Parameters
    ----------
    province : str
        BPS code, "7200".
    years : int
        How many of the last years make the range.

    Returns
    -------
    dict
        imk_year (of the central values: the last), imk_years ("2023–2025"), imk_flag (known breaks of these
        years), per_firm_low, per_firm_central, per_firm_high and per_worker_* (rupiah at current prices;
        low and high are those of the least and the most productive year). Values NaN and imk_year missing
        where the survey has no output of the province.

    Raises
    ------
    DataError
        Not one year or more.

    Notes
    -----
    BPS, Profil Industri Mikro dan Kecil. A survey: output per establishment of Sulawesi Tengah moved
    between 68 and 110 million rupiah from 2023 to 2025, so one year alone would be a false precision.

    Examples
    --------
    >>> found = imk_output("7200")
    >>> found["imk_year"], round(found["per_firm_central"] / 1e6, 1)
    (2025, 82.3)
    """
    if years < 1:
        raise DataError("imk_output", "no years", [years], "give 1 or more")
    imk = read_imk()
    own = imk[imk["region_code"].eq(province) & imk["size"].eq("total") & imk["year"].ge(FIRST_YEAR)]
    whole = own[["establishments", "workers", "output_million_idr"]].gt(0).fillna(False).all(axis=1)
    last = own[whole].sort_values("year").tail(years)
    found: dict[str, object] = {"imk_year": pd.NA, "imk_years": "", "imk_flag": ""}
    if len(last):
        first, final = int(last["year"].iloc[0]), int(last["year"].iloc[-1])
        flags = dict.fromkeys(flag for text in last["flag"] for flag in split_list(text))
        found = {"imk_year": final, "imk_years": f"{first}–{final}" if first < final else str(final)}
        found |= {"imk_flag": ";".join(flags)}
    for name, per in (("per_firm", "establishments"), ("per_worker", "workers")):
        output = 1e6 * last["output_million_idr"].astype("float64") / last[per].astype("float64")
        found[f"{name}_low"] = float(output.min())
        found[f"{name}_central"] = float(output.iloc[-1]) if len(output) else np.nan
        found[f"{name}_high"] = float(output.max())
    return found


def with_firms(table: pd.DataFrame, *, years: int = YEARS) -> pd.DataFrame:
    """Say beside rupiah how many average firms, and in industry how many jobs, would make so much.

    Parameters
    ----------
    table : DataFrame
        region_code, sector, idr_low, idr_central, idr_high: as from `spillover.sentra.gaps.sector_gaps` or
        `spillover.sentra.gap_totals.sector_totals`.
    years : int
        As for `imk_output`.

    Returns
    -------
    DataFrame
        The table with firms_low, firms_central, firms_high (low rupiah over the highest output per
        establishment of the province, and so on), firms_missing_reason {that of the rupiah, no_imk, ""},
        yardstick {same_section: the sector is industry, as IMK is; other_section: only a measure of size},
        jobs_low, jobs_central, jobs_high (rupiah over output per worker), jobs_missing_reason {that of
        the firms, no_productivity: IMK is industry, and for trade, services and farming no output per worker
        of small firms has a source}, imk_year, imk_years, imk_flag.

    Raises
    ------
    DataError
        Missing columns or unknown sectors.

    Notes
    -----
    Demand valued at market prices over output at the gate: where trade and haulage take a part, fewer
    firms are needed. Rupiah are at the prices of price_year, output at those of imk_year; neither is
    deflated.
    """
    where = "with_firms"
    money = [f"idr_{end}" for end in ENDS]
    check_columns(table, ["region_code", "sector", *money, "idr_missing_reason"], where)
    sectors = read_sectors()
    section = sectors[sectors["main"]].set_index("sector")["kbli_section"]
    strange = sorted(set(table["sector"]) - set(section.index))
    if strange:
        raise DataError(where, "unknown sectors", strange, "use those of sectors.csv")
    province = table["region_code"].str[:2] + "00"
    found = {code: imk_output(code, years=years) for code in sorted(set(province))}
    made = table.reset_index(drop=True)
    province = province.reset_index(drop=True)
    industry = made["sector"].map(section).eq(MANUFACTURING)
    for name, per in (("firms", "per_firm"), ("jobs", "per_worker")):
        for end, other in zip(ENDS, reversed(ENDS), strict=True):
            output = province.map({code: values[f"{per}_{other}"] for code, values in found.items()})
            amount = made[f"idr_{end}"] / output.astype("float64")
            made[f"{name}_{end}"] = amount if name == "firms" else amount.where(industry)
    for name in ("imk_year", "imk_years", "imk_flag"):
        made[name] = province.map({code: values[name] for code, values in found.items()})
    no_imk = np.where(made["imk_year"].isna(), "no_imk", "")
    reason = made["idr_missing_reason"].where(made["idr_central"].isna(), "")
    firms = reason.where(reason.ne(""), no_imk)
    return made.assign(
        imk_year=made["imk_year"].astype("Int64"),
        firms_missing_reason=firms,
        yardstick=np.where(industry, "same_section", "other_section"),
        jobs_missing_reason=firms.where(firms.ne("") | industry, "no_productivity"),
    )


def with_needs(table: pd.DataFrame, answers: pd.DataFrame | None) -> pd.DataFrame:
    """Place beside each district and sector how strong the office says that its suppliers are.

    Parameters
    ----------
    table : DataFrame
        region_code and sector, as from `with_firms`.
    answers : DataFrame or None
        As ``read_needs_form(path).answers``; None where no form was handed in.

    Returns
    -------
    DataFrame
        The table with office_code (the question), office_scale (1 very weak … 5 very strong), office_text
        (what was written in place of a point of the scale), office_remark, office_n (people in the
        discussion), office_missing_reason {not_asked: no question is on this sector; no_form; blank;
        not_read; ""}. Never subtracted from or added to a number of the table.

    Raises
    ------
    DataError
        Missing columns, a district and question twice.
    """
    check_columns(table, ["region_code", "sector"], "with_needs")
    questions = read_needs_questions()
    asked = questions[questions["group"].eq(POTENTIAL)]
    of_sector = {
        s: code for code, text in zip(asked["code"], asked["sectors"], strict=True) for s in split_list(text)
    }
    names = {
        "value": "office_scale",
        "text": "office_text",
        "remark": "office_remark",
        "n_respondents": "office_n",
    }
    made = table.assign(office_code=table["sector"].map(of_sector).fillna(""))
    columns = ["region_code", "code", "answered", *names]
    if answers is None:
        said = pd.DataFrame(columns=columns)
    else:
        check_columns(answers, columns, "with_needs: the answers")
        check_unique(answers, ["region_code", "code"], "with_needs: the answers")
        said = answers[columns]
    said = said.rename(columns={"code": "office_code", **names}).astype(
        {"region_code": "str", "office_code": "str", "answered": "object"}
    )
    made = made.merge(said, on=["region_code", "office_code"], how="left", validate="m:1")
    words = {name: made[name].fillna("").astype("str") for name in ("office_text", "office_remark")}
    made = made.assign(**words, **{n: made[n].astype("float64") for n in ("office_scale", "office_n")})
    reason = np.select(
        [
            made["office_code"].eq(""),
            made["answered"].isna(),
            made["answered"].eq(True),
            made["office_text"].ne(""),
        ],
        ["not_asked", "no_form", "", "not_read"],
        "blank",
    )
    return made.drop(columns="answered").assign(office_missing_reason=reason)

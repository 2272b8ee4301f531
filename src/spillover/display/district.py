"""The district regression of IMK in words and as a table; one honest sentence where there is no such data."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from spillover.display.citing import cite
from spillover.display.findings import (
    census_finding,
    grdp_finding,
    imk_finding,
    is_detected,
    numbered,
    percent,
)
from spillover.display.language import Said, fmt, fmt_p, join, label
from spillover.display.limits import design_limit, exposure_limit
from spillover.display.results import estimate_table
from spillover.display.robustness import power_finding, welfare_finding
from spillover.display.synthetic_words import synthetic_finding
from spillover.display.tables import Column
from spillover.display.views import region_name
from spillover.district_ground import BASES, WITHIN_KM
from spillover.district_study import FRAME_YEAR, Sample
from spillover.district_tables import imk_sources
from spillover.specs import parse_spec

if TYPE_CHECKING:
    import pandas as pd

    from spillover.display.exhibits import Exhibit
    from spillover.synthetic_answers import SyntheticStudy

    Study = tuple[pd.DataFrame, list[Sample]]

FEW_SOURCES = 2
SYNTHETIC = ("8202", "7203")  # Halmahera Tengah, Morowali


def district_imk_finding(study: Study | None) -> Said:
    """What the district tables of IMK say, verdict first; or that there are none, and how to add them.

    The verdict follows the relocation test at the smallest distance that has an estimate, on both bases.

    Parameters
    ----------
    study : (DataFrame, list of Sample) or None
        As from `spillover.district_imk_study`.

    Examples
    --------
    >>> from spillover.display import set_language
    >>> set_language("en"); print(district_imk_finding(None)[2:42])
    There are no IMK tables by district yet.
    """
    if study is None:
        return Said(label("district.none", n=fmt(len(imk_sources()), 0)))
    return Said("\n\n".join(_findings(study)))


def conclusions(
    imk: pd.DataFrame,
    census: pd.DataFrame,
    grdp: pd.DataFrame,
    *,
    power: pd.DataFrame,
    synthetic: SyntheticStudy,
    district: Study | None = None,
) -> Said:
    """What can and cannot be concluded, as a numbered list; with the district regression if there is one.

    Parameters
    ----------
    imk, census, grdp : DataFrame
        The estimates of `spillover.imk_study`, the table of `spillover.census_study`, the estimates of
        `spillover.grdp_study`.
    power : DataFrame
        As from `spillover.power_study`.
    synthetic : SyntheticStudy
        As from `spillover.synthetic_study`.
    district : (DataFrame, list of Sample) or None
        As from `spillover.district_imk_study`.
    """
    own = [] if district is None else _findings(district)
    limit = design_limit(by_district=district is not None)
    twins = [synthetic_finding(synthetic, code, "grdp_per_capita_real") for code in SYNTHETIC]
    firms = [imk_finding(imk), power_finding(power), *own, census_finding(census)]
    return numbered(*firms, grdp_finding(grdp), *twins, welfare_finding(power), exposure_limit(imk), limit)


def district_imk_table(study: Study | None) -> Exhibit | None:
    """Show the district estimates, with what was left out in the note; nothing without district data.

    Parameters
    ----------
    study : (DataFrame, list of Sample) or None
        As from `spillover.district_imk_study`.
    """
    if study is None:
        return None
    estimates, samples = study
    names = {spec: sample_name(s) for s in samples for spec in _rows_of(estimates, s)["spec_id"]}
    shown = estimates.assign(sample=estimates["spec_id"].map(names))
    years = year_runs({year for s in samples for year in s.years})
    ids = dict.fromkeys(source for s in samples for source in s.source_ids)
    outcomes = join(dict.fromkeys(label(f"district.{s.measure}") for s in samples))
    return estimate_table(
        shown,
        columns={"sample": Column("sample")} if shown["sample"].nunique() > 1 else None,
        name="district_imk_did",
        title=label("district.title", outcomes=outcomes, years=f", {years}" if years else ""),
        source=cite(*ids, "parks"),
        note=" ".join([label("district.method", year=FRAME_YEAR), *map(_sample_note, samples)]),
    )


def sample_name(sample: Sample) -> str:
    """Who counted, and the years that have figures: "BPS, 2017–2019, 2021"."""
    parts = [sample.system or label("district.unstated"), year_runs(sample.years)]
    return ", ".join(filter(None, parts))


def year_runs(years: tuple[int, ...] | set[int]) -> str:
    """Years as a reader writes them.

    Examples
    --------
    >>> year_runs((2017, 2018, 2019, 2021))
    '2017–2019, 2021'
    """
    runs: list[list[int]] = []
    for year in sorted(years):
        if runs and runs[-1][-1] == year - 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(f"{r[0]}–{r[-1]}" if len(r) > 1 else str(r[0]) for r in runs)


def _rows_of(estimates: pd.DataFrame, sample: Sample) -> pd.DataFrame:
    """The rows of one sample, by term."""
    own = [parse_spec(name).options.get("sample") == str(sample.number) for name in estimates["spec_id"]]
    return estimates[own].set_index("term")


def _findings(study: Study) -> list[Said]:
    """One paragraph for each sample."""
    estimates, samples = study
    return [_finding(_rows_of(estimates, sample), sample) for sample in samples]


def _finding(rows: pd.DataFrame, sample: Sample) -> Said:
    """Verdict, estimates, and which data."""
    lead = _lead(rows, sample)
    data = _data(sample)
    if rows["estimate"].isna().all():
        return Said(f"{lead} {data}")
    parts = {
        f"{b}_{km:g}": _part(rows.loc[f"near_{km:g}km_{b}"], sample) for km, b in product(WITHIN_KM, BASES)
    }
    return Said(f"{lead} {label('district.estimates', **parts)} {data}")


def _data(sample: Sample) -> str:
    """Which data; of many sources only the first and the last, since the table's source line has them all."""
    ids, name = sample.source_ids, sample_name(sample)
    if len(ids) > FEW_SOURCES:
        return label("district.data_many", sample=name, n=fmt(len(ids), 0), first=ids[0], last=ids[-1])
    return label("district.data", sample=name, source=cite(*ids).rstrip("."))


def _lead(rows: pd.DataFrame, sample: Sample) -> str:
    """The verdict, from the two bases of the smallest distance that has an estimate."""
    what = label(f"district.{sample.measure}")
    for km in WITHIN_KM:
        pair = rows.loc[[f"near_{km:g}km_{basis}" for basis in BASES]]
        found = [is_detected(row) for _, row in pair[pair["estimate"].notna()].iterrows()]
        if found:
            verdict = "detected" if found == [True, True] else "one_basis" if any(found) else "not_detected"
            return label(f"district.{verdict}", what=what, km=fmt(km, 0))
    reasons = dict.fromkeys(sample.refused[spec] for spec in rows["spec_id"])
    return label("district.refused", what=what, why=join(label(f"district.why_{r}") for r in reasons))


def _part(row: pd.Series, sample: Sample) -> str:
    """One estimate with its interval, relocation p and number of exposed districts; or why there is none."""
    n, of = fmt(row["n_exposed"], 0), fmt(row["n_regions"], 0)
    if row["spec_id"] in sample.refused:
        why = label(f"district.why_{sample.refused[row['spec_id']]}")
        return label("district.not_estimated", why=why, n=n, of=of)
    size, low, high = (fmt(percent(row[c]), 0, sign=True) for c in ("estimate", "conf_low", "conf_high"))
    return label("district.estimate", size=size, low=low, high=high, p=fmt_p(row["p_relocation"]), n=n, of=of)


def _sample_note(sample: Sample) -> str:
    """What one sample holds and what was left out of it, districts by name."""
    said = [label("district.n_regions", n=fmt(len(sample.codes), 0))]
    span = range(min(sample.years, default=0), max(sample.years, default=-1) + 1)
    if absent := set(span) - set(sample.years):
        said.append(label("district.absent", years=year_runs(absent)))
    for reason, codes in sample.left_out.items():
        if codes:
            names = join(map(region_name, codes))
            said.append(label(f"district.left_{reason}", n=fmt(len(codes), 0), names=names))
    for what in ("n_elsewhere", "n_partial", "n_made_up"):
        if count := getattr(sample, what):
            said.append(label(f"district.{what}", n=fmt(count, 0)))
    return f"{label(f'measure.{sample.measure}')} ({sample_name(sample)}): {'; '.join(said)}."

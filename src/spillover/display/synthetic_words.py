"""Words for synthetic districts, in both languages, and the sentence that follows from a study.

Which words are used follows from the verdict of `spillover.synthetic_study`, never from the estimate alone.
"""

from __future__ import annotations

from typing import Any

from spillover.display.findings import percent
from spillover.display.language import Said, fmt, fmt_p, join, say, text_of
from spillover.display.views import region_name
from spillover.errors import DataError
from spillover.synthetic_answers import LEVEL, SyntheticStudy
from spillover.synthetic_questions import Question


def outcome_words(question: Question) -> str:
    """The indicator's name."""
    return text_of(question.indicator, "indicator")


def method_words(method: str) -> str:
    """Name of a method."""
    words = {
        "synthetic_control": say(id="kontrol sintetis", en="synthetic control"),
        "synthetic_did": say(id="DiD sintetis", en="synthetic DiD"),
        "demeaned_synthetic_control": say(
            id="kontrol sintetis dengan selisih tetap", en="synthetic control with a constant gap"
        ),
        "did": say(id="selisih dari selisih", en="difference-in-differences"),
    }
    return str(words[method])


def start_words(start: str) -> str:
    """What counts as the opening."""
    words = {
        "operation": say(id="beroperasi", en="operates from"),
        "construction": say(id="konstruksi", en="construction from"),
    }
    return str(words[start])


def verdict_words(verdict: str) -> str:
    """The verdict in a few words."""
    words = {
        "detected": say(id="terdeteksi", en="detected"),
        "not_detected": say(id="tidak terdeteksi", en="not detected"),
        "no_conclusion": say(id="tanpa kesimpulan", en="no conclusion"),
    }
    return str(words[verdict])


def reason_words(reason: str) -> str:
    """Why a synthetic twin says nothing."""
    words = {
        "poor_fit": say(
            id="kembaran tidak mengikuti wilayah itu sebelum pembukaan",
            en="the twin does not follow the district before the opening",
        ),
        "worse_than_placebos": say(
            id="sebelum pembukaan kembaran lebih meleset daripada hampir semua plasebo",
            en="before the opening the twin is further off than almost all placebos",
        ),
        "perfect_fit": say(
            id="pembanding lebih banyak daripada tahun, sehingga cocok sempurna dengan sendirinya",
            en="there are more donors than years, so that it fits perfectly by itself",
        ),
    }
    return str(words[reason])


def gap_cell(gap: float, logged: bool) -> str:
    """A gap for a table: percent for logs, else points of the outcome, without the unit."""
    return fmt(percent(gap), 0, sign=True) if logged else fmt(gap, 1, sign=True)


def gap_text(gap: float, logged: bool) -> str:
    """A gap for people: percent for logs, else points of the outcome."""
    if logged:
        return f"{fmt(percent(gap), 0, sign=True)}%"
    return f"{fmt(gap, 1, sign=True)} {text_of('percentage_points', 'unit')}"


def synthetic_finding(study: SyntheticStudy, treated: str, indicator: str) -> Said:
    """What both methods say on one district and outcome, from the first operation on.

    Parameters
    ----------
    study : SyntheticStudy
    treated, indicator : str
        A pair that the study asks about: ``"8202", "grdp_per_capita_real"``.

    Raises
    ------
    DataError
        The study has no such spec.
    """
    spec_ids = [
        spec_id
        for spec_id, answer in study.answers.items()
        if answer.question.spec_id == f"{treated}_{indicator}_operation"
    ]
    if not spec_ids:
        raise DataError("synthetic_finding", "no such spec", [f"{treated} {indicator}"], "see study.summary")
    rows = study.summary[study.summary["spec_id"].isin(spec_ids)].to_dict("records")
    question = study.answers[spec_ids[0]].question
    first, last = rows[0]["first_exposed_year"], rows[0]["last_year"]
    years = str(first) if first == last else f"{first}–{last}"
    sizes, n = join(_size(row, question.logged) for row in rows), fmt(rows[0]["n_donors"])
    body = say(
        id=f"Selisih rata-rata {years} terhadap kembaran sintetis: {sizes}, dibandingkan dengan {n} wilayah "
        "yang tidak pernah terpapar.",
        en=f"Mean gap {years} to the synthetic twin: {sizes}, compared with {n} districts that were never "
        "exposed.",
    )
    lead = _lead([row["verdict"] for row in rows], region_name(treated), text_of(indicator, "indicator"))
    parts = [
        lead,
        body,
        *_doubts(rows, question.logged),
        *([_boom()] if indicator.startswith("grdp") else []),
    ]
    return Said(" ".join(map(str, parts)))


def _size(row: dict[str, Any], logged: bool) -> str:
    """Gap and the larger of the two placebo p-values: both must be small."""
    p = fmt_p(max(row["p_value"], row["p_estimate"]))
    gap, how = gap_text(row["estimate"], logged), method_words(row["method"])
    return str(say(id=f"{gap} ({how}, p plasebo {p})", en=f"{gap} ({how}, placebo p {p})"))


def _lead(verdicts: list[str], name: str, what: str) -> Said:
    n = verdicts.count("detected")
    if n == len(verdicts):
        return say(
            id=f"**{what} {name} menyimpang jauh dari kembaran sintetisnya.**",
            en=f"**{what} of {name} departs clearly from its synthetic twin.**",
        )
    if n:
        return say(
            id=f"**{what} {name}: hasilnya bergantung pada cara menaksir.**",
            en=f"**{what} of {name}: the result depends on the method.**",
        )
    if "not_detected" in verdicts:
        return say(
            id=f"**{what} {name}: penyimpangan dari kembaran sintetis tidak terbukti.**",
            en=f"**{what} of {name}: a departure from the synthetic twin is not shown.**",
        )
    return say(
        id=f"**{what} {name}: tidak dapat disimpulkan.**",
        en=f"**{what} of {name}: no conclusion can be drawn.**",
    )


def _doubts(rows: list[dict[str, Any]], logged: bool) -> list[Said]:
    """Why a method says nothing; a gap as large as the misfit before; and what a wrong year would give."""
    said = []
    for row in (row for row in rows if row["verdict"] == "no_conclusion"):
        how, why = method_words(row["method"]), reason_words(row["reason"])
        how = how[0].upper() + how[1:]
        said.append(say(id=f"{how} tidak dapat dipakai: {why}.", en=f"{how} cannot be used: {why}."))
    if any(row["verdict"] == "not_detected" and row["p_estimate"] <= LEVEL < row["p_value"] for row in rows):
        said.append(
            say(
                id="Selisihnya besar, tetapi kembaran itu sudah meleset sebelum pembukaan; terhadap "
                "melesetnya, selisih itu tidak luar biasa.",
                en="The gap is large, but the twin was off already before the opening; against that misfit "
                "the gap is not unusual.",
            )
        )
    moved = max(
        rows, key=lambda row: abs(row["time_largest"]) if row["time_largest"] == row["time_largest"] else -1
    )
    if moved["time_largest"] == moved["time_largest"]:
        gap, year = gap_text(moved["time_largest"], logged), str(int(moved["time_year"]))
        said.append(
            say(
                id=f"Bila pembukaan digeser ke tahun sebelumnya, selisih terbesar {gap} ({year}).",
                en=f"With the opening moved to an earlier year, the largest gap is {gap} ({year}).",
            )
        )
    return said


def _boom() -> Said:
    return say(
        id="Ini produksi kawasan itu sendiri, yang ikut dihitung dalam PDRB; bukan kesejahteraan.",
        en="This is the parks' own output, which GRDP counts; it is not welfare.",
    )

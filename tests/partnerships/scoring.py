"""Precision and recall of the extractor against annotated sentences."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from spillover.partnerships.figures import extract_figures

FOLDER = Path(__file__).parents[1] / "data" / "partnerships"


@dataclass
class Score:
    """Figures found and expected; a figure is right only if its place and all that `key` holds are."""

    right: int = 0
    found: int = 0
    expected: int = 0
    periods_right: int = 0
    periods: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / self.found

    @property
    def recall(self) -> float:
        return self.right / self.expected


def read_corpus(name: str) -> list[dict[str, Any]]:
    corpus: list[dict[str, Any]] = yaml.safe_load((FOLDER / f"corpus_{name}.yml").read_text(encoding="utf-8"))
    return corpus


def key(start: int, figure: dict[str, Any]) -> tuple[Any, ...]:
    high = figure.get("value_high")
    high = None if high is None or high != high else float(high)
    return (
        start,
        figure["quote"],
        figure["kind"],
        float(figure["value"]),
        high,
        figure["unit"],
        figure["qualifier"],
    )


def expected_keys(text: str, figures: list[dict[str, Any]]) -> list[tuple[tuple[Any, ...], dict[str, Any]]]:
    keys, at = [], 0
    for figure in figures:
        start = text.index(figure["quote"], at)
        keys.append((key(start, figure), figure))
        at = start + len(figure["quote"])
    return keys


def score(corpus: list[dict[str, Any]]) -> Score:
    result = Score()
    for item in corpus:
        table = extract_figures(item["text"], item.get("published"))
        got = {key(row["start"], row): row for row in table.to_dict("records")}
        want = dict(expected_keys(item["text"], item["figures"]))
        hits = [k for k in got if k in want]
        result.right += len(hits)
        result.found += len(got)
        result.expected += len(want)
        for k in hits:
            if "start" in want[k] or "end" in want[k]:
                period = str(want[k].get("start") or ""), str(want[k].get("end") or "")
                mine = got[k]["period_start"], got[k]["period_end"]
                result.periods += 1
                result.periods_right += mine == period
                if mine != period:
                    result.wrong.append(f"{item['id']} period of {k[3]!r}: {mine} instead of {period}")
        result.wrong += [f"{item['id']} too much: {k[1:]}" for k in got if k not in want]
        result.wrong += [f"{item['id']} missed: {k[1:]}" for k in want if k not in got]
    return result

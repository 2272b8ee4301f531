"""Time of `extract_figures` on 1 MB of news text, beside bare splitting into words in the same run.

python benchmarks/extract_figures.py
"""

from __future__ import annotations

import argparse
import re
import time
from pathlib import Path

import yaml

import spillover as sp

CORPUS = Path(__file__).parents[1] / "tests" / "data" / "partnerships"
HOSTILE = ("1 ", "Rp1 ", "<a ", "&a", "a@", "1/", "1,", "5 hingga ", "<script>", "sejak 2021 ", "-")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=float, default=1.0)
    size = int(parser.parse_args().megabytes * 1e6)
    items = [
        item
        for name in ("dev", "held_out")
        for item in yaml.safe_load((CORPUS / f"corpus_{name}.yml").read_text(encoding="utf-8"))
    ]
    news = " ".join(item["text"] for item in items) + "\n\n"
    sp.extract_figures(news)
    texts = {"annotated sentences": news} | {f"only {unit!r}": unit for unit in HOSTILE}
    for name, unit in texts.items():
        text = unit * (size // len(unit))
        bare, ours = seconds(lambda t: re.findall(r"\w+|[^\w\s]", t), text), seconds(sp.extract_figures, text)
        print(f"{name:22s} {size / 1e6:.1f} MB: {ours:6.2f} s, {ours / bare:5.1f} times splitting into words")


def seconds(work: object, text: str) -> float:
    """The better of two runs."""
    times = []
    for _ in range(2):
        start = time.perf_counter()
        work(text)  # type: ignore[operator]
        times.append(time.perf_counter() - start)
    return min(times)


if __name__ == "__main__":
    main()

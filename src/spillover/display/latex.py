"""A table as LaTeX (booktabs, no other package), with caption, label, note and source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from spillover.display.language import MINUS, label

TEX = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{",
    "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}",
    ">": r"\textgreater{}", MINUS: "$-$", "–": "--", "²": "$^2$", "†": r"\dag{}",
    "\N{NO-BREAK SPACE}": "~", "≤": r"$\le$",
    "≥": r"$\ge$", "×": r"$\times$",
}  # fmt: skip


def _tex(text: str) -> str:
    return "".join(TEX.get(char, char) for char in text)


def latex_table(
    heads: Sequence[tuple[str, str]],
    right: Sequence[bool],
    rows: Sequence[Sequence[str]],
    caption: Mapping[str, Any],
) -> str:
    """Return the table; ``heads`` are (label, unit), ``right`` tells which columns are set flush right."""
    head = [" & ".join(_tex(text) for text, _ in heads) + r" \\"]
    if any(unit for _, unit in heads):
        head.append(" & ".join(_tex(f"({unit})") if unit else "" for _, unit in heads) + r" \\")
    below = [f"{label('word.note')}: {caption['note']}"] if caption["note"] else []
    below.append(f"{label('word.source')}: {caption['source']}")
    return "\n".join(
        [
            r"\begin{table}[htbp]",
            r"\centering",
            rf"\caption{{{_tex(caption['title'])}}}",
            rf"\label{{tab:{caption['name']}}}",
            rf"\begin{{tabular}}{{{''.join('r' if flush else 'l' for flush in right)}}}",
            r"\toprule",
            *head,
            r"\midrule",
            *(" & ".join(_tex(cell) for cell in row) + r" \\" for row in rows),
            r"\bottomrule",
            r"\end{tabular}",
            *(rf"\par\smallskip\footnotesize {_tex(line)}" for line in below),
            r"\end{table}",
            "",
        ]
    )

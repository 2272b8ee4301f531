"""How sure the printed number is: about, at least, at most, exact; words before it and after it."""

from __future__ import annotations

from collections.abc import Sequence

from spillover.partnerships.words import Token

_PHRASES = {
    "about": "sekitar|sekira|sekitaran|kurang lebih|lebih kurang|kira-kira|hampir|nyaris|kisaran|di kisaran|±|~|about|around|nearly|"
             "almost|roughly|approximately|some|circa|close to|an estimated|estimated|diperkirakan",
    "at_least": "lebih dari|lebih daripada|melampaui|melebihi|minimal|minimum|sedikitnya|setidaknya|setidak-tidaknya|"
                "sekurang-kurangnya|sekurangnya|paling sedikit|paling tidak|paling rendah|di atas|diatas|tembus|menembus|lewat dari|"
                "tak kurang dari|tidak kurang dari|more than|over|at least|exceeding|exceeds|exceeded|above|no less than|no fewer than|not less than|"
                "upwards of|surpassing|surpassed|topped|>|≥",
    "at_most": "hingga|sampai|sampai dengan|maksimal|maksimum|paling banyak|paling tinggi|sebanyak-banyaknya|kurang dari|di bawah|"
               "dibawah|tidak lebih dari|tak lebih dari|up to|less than|fewer than|under|at most|no more than|not more than|maximum of|below|<|≤",
}  # fmt: skip
_WORDS = {tuple(p.replace(".", " .").split()): name for name, some in _PHRASES.items() for p in some.split("|")}
_LONGEST = max(map(len, _WORDS))
# Words that may stand between the qualifier and its number.
_BETWEEN = frozenset("senilai sebesar sebanyak sejumlah mencapai capai menjadi total dari a the of usd".split())
# Words after which a bare number is a figure.
_INTRODUCE = frozenset("masing-masing each sebanyak mencapai capai menjadi sejumlah total totalnya berjumlah reached reaching totalling totaling".split())
_ENDS = frozenset("dari di pada dan yang untuk dengan dalam oleh ke".split())


def qualifier_before(found: Sequence[Token], at: int) -> tuple[str, int]:
    """The qualifier whose words end right before token ``at`` ("exact" if none), and where they begin.

    Examples
    --------
    >>> from spillover.partnerships.words import tokens
    >>> qualifier_before(tokens("senilai lebih dari Rp3 triliun"), 3)
    ('at_least', 1)
    """
    end, skipped = at, 0
    while True:
        for length in range(min(_LONGEST, end), 0, -1):
            words = tuple(t.low for t in found[end - length : end])
            name = _WORDS.get(words)
            if name and found[end - length].sentence == found[at].sentence:
                if skipped and words in (("hingga",), ("sampai",)):
                    return "exact", at  # "hingga mencapai": it did reach it
                return name, end - length
        if end and skipped < 2 and found[end - 1].low in _BETWEEN:
            end, skipped = end - 1, skipped + 1
            continue
        return "exact", at


def qualifier_after(found: Sequence[Token], stop: int) -> str:
    """The qualifier said after the figure: "Rp3 triliun lebih", "200 or more", "1.000+"; "" if none."""
    if stop >= len(found):
        return ""
    low = found[stop].low
    after = found[stop + 1] if stop + 1 < len(found) else None
    if low == "+" or (low == "ke" and after is not None and after.low == "atas"):
        return "at_least"
    if low == "or" and after is not None and after.low in ("more", "fewer", "less"):
        return "at_least" if after.low == "more" else "at_most"
    if low == "lebih" and (after is None or after.kind == "m" or after.low in _ENDS) and not (after and after.low == "dari"):
        return "at_least"
    return ""


def introduced(found: Sequence[Token], at: int) -> bool:
    """Whether the word before token ``at`` makes a bare number a figure: sebanyak, masing-masing, each."""
    return at > 0 and found[at - 1].low in _INTRODUCE

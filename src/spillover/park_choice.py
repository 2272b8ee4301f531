"""Parks by legal status or product: a few words read out of the registry's texts."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pandas as pd

from spillover.errors import DataError, check_columns, check_unique

# word → how the registry writes it. The order does not matter: a piece of text may hold several.
LEGAL_STATUS = {
    "psn": r"\bPSN\b",
    "industrial_park": r"\bkawasan industri\b|\bKI\b|\bindustrial zone\b",
    "contract_of_work": r"\bcontract of work\b|\bKontrak Karya\b",
    "state_enterprise": r"\bstate enterprise\b",
    "vital_object": r"\bobjek vital nasional\b",
    "licence_pending": r"\bIUKI licence pending\b",
}
PRODUCTS = {
    "npi": r"\bNPI\b",
    "ferronickel": r"\bferronickel\b",
    "stainless_steel": r"\bstainless steel\b",
    "carbon_steel": r"\bcarbon steel\b",
    "matte": r"\bmatte\b",
    "mhp": r"\bMHP\b",
    "hpal": r"\bHPAL\b",
    "nickel_sulphate": r"\bnickel sulphate\b",
    "nickel_ore": r"\bnickel ore\b",
}
VOCABULARY = {"legal_status": ("legal_status", LEGAL_STATUS), "product": ("products", PRODUCTS)}
NOT_STATED = "not_stated"
PLANNED = r"\bplan(?:ned)?\b"
ASSUMED = r"\bassumed\b"


def park_words(parks: pd.DataFrame) -> pd.DataFrame:
    """Legal status and products of each park in words that can be chosen by.

    Parameters
    ----------
    parks : DataFrame
        park_id, legal_status, products, as from `spillover.read_parks`.

    Returns
    -------
    DataFrame
        One row per park and word: park_id, kind {legal_status, product}, word, certainty {stated, planned,
        assumed}, text (the piece that holds the word). A park without a text has the word ``not_stated``.

        legal_status: psn (national strategic project, also where only its smelter is listed),
        industrial_park (kawasan industri, KI or industrial zone), contract_of_work, state_enterprise,
        vital_object (objek vital nasional), licence_pending (of an industrial park). product: npi,
        ferronickel, stainless_steel, carbon_steel, matte, mhp, hpal (the process that makes MHP; also where
        no product of it is named), nickel_sulphate, nickel_ore.

    Raises
    ------
    DataError
        A piece of text that holds no known word: it is not passed over in silence.

    Examples
    --------
    >>> import spillover as sp
    >>> words = park_words(sp.read_parks()).set_index("park_id")
    >>> words.loc["MOTUI_NIS", ["word", "certainty"]].values.tolist()
    [['psn', 'stated'], ['ferronickel', 'planned']]
    """
    check_columns(parks, ["park_id", "legal_status", "products"], "park_words")
    check_unique(parks, ["park_id"], "park_words")
    rows = []
    for kind, (column, words) in VOCABULARY.items():
        for park, text in zip(parks["park_id"], parks[column].fillna(""), strict=True):
            if not text:
                rows.append((park, kind, NOT_STATED, "stated", ""))
            for piece in _pieces(text):
                found = [word for word, pattern in words.items() if re.search(pattern, piece)]
                if not found:
                    remedy = "write it with a known word, or add a word to spillover.park_choice"
                    raise DataError("parks", f"{column} without a known word", [f"{park}: {piece}"], remedy)
                sure = "planned" if re.search(PLANNED, piece) else "stated"
                sure = "assumed" if re.search(ASSUMED, piece) else sure
                rows += [(park, kind, word, sure, piece) for word in found]
    table = pd.DataFrame(rows, columns=["park_id", "kind", "word", "certainty", "text"])
    return table.drop_duplicates(["park_id", "kind", "word"], ignore_index=True)


def _pieces(text: str) -> list[str]:
    """Parts between ";", "," or "/"; HPAL in brackets is a part of its own.

    Examples
    --------
    >>> _pieces("ferronickel (HPAL planned)"), _pieces("ferronickel/HPAL (plan)"), _pieces("PSN (2023)")
    (['ferronickel', 'HPAL planned'], ['ferronickel (plan)', 'HPAL (plan)'], ['PSN (2023)'])
    """
    text = re.sub(r"\(([^()]*\bHPAL\b[^()]*)\)", r"; \1", text)
    pieces = []
    for part in re.split(r";|,(?![^()]*\))", text):
        # a slash inside brackets ("240 kt/y") joins, and what stands in brackets holds for both sides
        said = " ".join(re.findall(r"\([^()]*\)", part))
        names = re.split(r"/", re.sub(r"\s*\([^()]*\)", "", part))
        pieces += [f"{name.strip()} {said}".strip() for name in names if name.strip()]
    return pieces


def with_word(parks: pd.DataFrame, word: str) -> pd.DataFrame:
    """Parks with one stated word, of legal status or of product: every word but "not_stated" is of one kind.

    Raises
    ------
    DataError
        An unknown word.

    Examples
    --------
    >>> import spillover as sp
    >>> with_word(sp.read_parks(), "contract_of_work")["park_id"].tolist()
    ['VALE_SOROWAKO', 'WBN_MINE']
    """
    if word in LEGAL_STATUS:
        return choose_parks(parks, legal_status=word)
    if word not in PRODUCTS:
        known = ", ".join([*LEGAL_STATUS, *PRODUCTS])
        raise DataError("parks", "unknown word of legal status or product", [word], f"use {known}")
    return choose_parks(parks, product=word)


def choose_parks(
    parks: pd.DataFrame,
    *,
    legal_status: str | Iterable[str] | None = None,
    product: str | Iterable[str] | None = None,
    planned: bool = False,
) -> pd.DataFrame:
    """Parks of one legal status or product, or of several.

    Parameters
    ----------
    parks : DataFrame
        As from `spillover.read_parks` or `spillover.parks.with_start`.
    legal_status, product : str or iterable of str, optional
        Words of `park_words`. A park is chosen if it has one of the words of each argument that is given.
    planned : bool
        Take planned and assumed products too, not only stated ones.

    Returns
    -------
    DataFrame
        The rows of the chosen parks.

    Raises
    ------
    DataError
        Unknown words (the known ones are named), or no park chosen.

    Notes
    -----
    Parks that are left out stay where they are: districts near them are exposed to another kind of park and
    are no clean controls. Compare the exposure to the chosen parks with that to all.

    Examples
    --------
    >>> import spillover as sp
    >>> choose_parks(sp.read_parks(), product="matte")["park_id"].tolist()
    ['IWIP', 'VALE_SOROWAKO']
    >>> both = choose_parks(sp.read_parks(), legal_status="industrial_park", product="stainless_steel")
    >>> both["park_id"].tolist()
    ['IMIP']
    """
    words = park_words(parks)
    chosen = pd.Series(True, index=parks.index)
    for kind, given in (("legal_status", legal_status), ("product", product)):
        if given is None:
            continue
        wanted = [given] if isinstance(given, str) else list(given)
        known = [*VOCABULARY[kind][1], NOT_STATED]
        unknown = [word for word in wanted if word not in known]
        if unknown:
            raise DataError("choose_parks", f"unknown {kind}", unknown, f"use {', '.join(known)}")
        of = words[words["kind"].eq(kind) & words["word"].isin(wanted)]
        if not planned:
            of = of[of["certainty"] == "stated"]
        chosen &= parks["park_id"].isin(of["park_id"])
    if not chosen.any():
        wanted_words = [str(word) for word in (legal_status, product) if word is not None]
        raise DataError("choose_parks", "no park has these words", wanted_words, "choose others")
    return parks[chosen]

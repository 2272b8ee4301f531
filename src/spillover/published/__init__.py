"""Published numbers, computed again from the same data: what notebook 07 and the tests show."""

from __future__ import annotations

from importlib import import_module

import pandas as pd

from spillover.published.check import Check, agrees

TOPICS = ("rings", "distance", "staggered", "synthetic", "spatial")


def published_checks(topics: tuple[str, ...] = TOPICS) -> pd.DataFrame:
    """Numbers that others printed, beside what we compute from the same data.

    Parameters
    ----------
    topics : tuple of str
        Of ``TOPICS``.

    Returns
    -------
    DataFrame
        topic, check_id, study, citation, data_source, statistic, printed (text, as in the source), computed
        (float), agrees (bool: equal when rounded to the printed digits), note.

    Examples
    --------
    >>> checks = published_checks(("rings",))
    >>> bool(checks["agrees"].all())
    True
    """
    rows: list[dict[str, object]] = []
    for topic in topics:
        found: list[Check] = import_module(f"spillover.published.{topic}").checks()
        rows += [{"topic": topic, **check._asdict(), "agrees": agrees(check)} for check in found]
    return pd.DataFrame(rows)

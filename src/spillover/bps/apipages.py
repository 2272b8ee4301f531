"""Lists of the BPS web API, which come in pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from spillover.bps.apicache import Answer
from spillover.bps.apicells import bare
from spillover.bps.apijson import list_page
from spillover.errors import DataError

MOST_PAGES = 10_000
OnPage = Callable[[int, int], None]
Ask = Callable[[str, dict[str, str]], Answer]

_FETCH_AGAIN = "fetch it again with refresh: the list changed while it was read, or pages were lost"


def all_pages(
    ask: Ask, path: str, params: dict[str, str], on_page: OnPage | None = None
) -> list[dict[str, Any]]:
    """Items of page 1 to the last, which must agree on how many there are."""
    items: list[dict[str, Any]] = []
    seen: list[list[dict[str, Any]]] = []
    page, pages, total = 1, 1, ""
    while page <= pages:
        answer = ask(path, params if page == 1 else params | {"page": str(page)})
        where = answer.stamp.url
        head, found = list_page(answer.payload, where)
        if page == 1:
            pages, total = _count(head, where), bare(head.get("total"))
        _check_page(head, page, total, where)
        if found and found in seen:
            raise DataError(where, "a page came twice", [f"page {page}"], _FETCH_AGAIN)
        seen.append(found)
        items += found
        if on_page is not None:
            on_page(page, pages)
        page += 1
    # Interoperability lists state one page and the total 1, however many items follow.
    if total.isdigit() and int(total) != len(items) and not (pages == 1 and path.startswith("interop")):
        problem = f"{len(items)} items came where BPS counts {total}"
        raise DataError(where, problem, remedy=_FETCH_AGAIN)
    return items


def _count(head: dict[str, Any], where: str) -> int:
    """How many pages a list has; one if the envelope does not say."""
    pages = bare(head.get("pages")) or "1"
    if not (pages.isascii() and pages.isdigit()) or not int(pages) <= MOST_PAGES:
        raise DataError(where, "a number of pages that cannot be", [pages], _FETCH_AGAIN)
    return int(pages)


def _check_page(head: dict[str, Any], page: int, total: str, where: str) -> None:
    """Refuse another page than the one asked for, or another total than the first page's."""
    came = bare(head.get("page"))
    if came and came != str(page):
        raise DataError(where, "another page came", [f"page {came} instead of {page}"], _FETCH_AGAIN)
    if bare(head.get("total")) != total:
        offender = f"page {page}: {bare(head.get('total')) or 'none'} instead of {total or 'none'}"
        raise DataError(where, "pages disagree on the total", [offender], _FETCH_AGAIN)

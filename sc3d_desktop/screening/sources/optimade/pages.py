"""The entries of an endpoint in their order, page by page, from any place on."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from pydantic_core import from_json

from sc3d_desktop.errors import ScreeningError
from sc3d_desktop.screening.sources.optimade.web import (
    LATER,
    GoneError,
    RefusedError,
    TooLargeError,
    Web,
)

PAGE_LIMIT = 100
_SMALLER = (10, 1)
_MOST_EMPTY_PAGES = 3
_WAYS: tuple[dict[str, Any], ...] = (
    {"sort": "id", "page_limit": PAGE_LIMIT},
    {"page_limit": PAGE_LIMIT},
    {},
)
"""Sorting and the size of pages are optional in OPTIMADE: one who refuses is asked without."""

_FIELDS = "response_fields"
_CANNOT = (400, 403, 422, 501)


class Entries:
    """What ``url``, an endpoint, lists under a filter."""

    def __init__(self, web: Web, url: str, **parameters: str) -> None:
        self._web = web
        self._url = url
        self._parameters = {name: value for name, value in parameters.items() if value}
        self._ways = _WAYS

    def count(self) -> int:
        """As the provider says; 0 where it does not."""
        _, page = self._ask(page_limit=1, response_fields="nsites")
        return _count(page)

    def all(self, start: int = 0) -> Iterator[Any]:
        """From entry ``start`` on. What of a page that broke off is whole still comes, then
        ``ScreeningError``.
        """
        begun = start if start and self._counts_from(start) else 0
        pages = self._pages(begun)
        return islice((entry for page in pages for entry in page), start - begun, None)

    def _counts_from(self, start: int) -> bool:
        """Whether ``page_offset`` is understood: it is optional, and may be passed over."""
        try:
            first, second, there = (self._ids(offset) for offset in (0, 1, start))
        except RefusedError:
            return False
        return first[1:2] == second[:1] != first[:1] and there[:1] != first[:1]

    def _ids(self, offset: int) -> list[Any]:
        _, page = self._ask(page_offset=offset, page_limit=2, response_fields="nsites")
        return [_id(entry) for entry in self._data(page)]

    def _pages(self, came: int) -> Iterator[list[Any]]:
        """From entry ``came`` on, which is where a page can begin."""
        seen: set[int] = set()
        empty = 0
        url = ""
        try:
            while url or not seen:
                url, page = self._page(url, came)
                data = self._data(page)
                empty = 0 if data else empty + 1
                self._check_new(seen, url, data, empty)
                yield data
                came += len(data)
                url = self._next(url, page, came)
        except GoneError as error:
            yield _whole(error.came)
            raise

    def _page(self, url: str, came: int) -> tuple[str, dict[str, Any]]:
        """The page there, or for an empty ``url`` the one that begins with entry ``came``; one that
        is too large in smaller pages, where it can be asked for so.
        """
        begin = {"page_offset": came} if came else {}
        try:
            return (url, self._web.get(url)) if url else self._ask(**begin)
        except TooLargeError as error:
            if came and not self._counts_from(came):
                raise
            too_large = error
        for limit in _SMALLER:
            try:
                return self._ask(page_limit=limit, **begin)
            except TooLargeError as error:
                too_large = error
        raise too_large

    def _ask(self, **further: Any) -> tuple[str, dict[str, Any]]:
        """The answer, in the first way the provider knows, and the address it is at."""
        refused: RefusedError | None = None
        for i, way in enumerate(self._ways):
            parameters = urlencode(self._parameters | way | further, quote_via=quote)
            url = f"{self._url}?{parameters}"
            try:
                page = self._web.get(url)
            except RefusedError as error:
                if error.status not in _CANNOT:
                    raise
                refused = refused or error
            else:
                self._ways = self._ways[i:]
                return url, page
        assert refused is not None
        raise refused

    def _data(self, page: dict[str, Any]) -> list[Any]:
        data = page.get("data")
        if not isinstance(data, list):
            raise ScreeningError(
                f"{self._url} sent a page whose data are no list.",
                "Check the address: it should be the base URL of an OPTIMADE database.",
            )
        return data

    def _next(self, url: str, page: dict[str, Any], came: int) -> str:
        meta = _table(page.get("meta"))
        self._web.slow_down(meta.get("request_delay"))
        link = self._web.link(url, _table(page.get("links")).get("next"))
        if not link and meta.get("more_data_available") is True and came < _count(page):
            more = _count(page) - came
            raise ScreeningError(f"{self._url} has {more:,} more entries, but not where.", LATER)
        return self._with_fields(link)

    def _with_fields(self, link: str) -> str:
        """Some providers forget on the way which fields were asked for."""
        fields = self._parameters.get(_FIELDS)
        parts = urlsplit(link)
        if not link or not fields or _FIELDS in parse_qs(parts.query):
            return link
        added = urlencode({_FIELDS: fields}, quote_via=quote)
        return parts._replace(query="&".join(filter(None, (parts.query, added)))).geturl()

    def _check_new(self, seen: set[int], url: str, data: list[Any], empty: int) -> None:
        """No page comes twice, by its address or by what it begins with."""
        begins_with = _id(data[0]) if data else None
        marks = {hash(url)} | ({hash(("id", begins_with))} if begins_with else set())
        if marks & seen or empty > _MOST_EMPTY_PAGES:
            raise ScreeningError(
                f"{self._url} leads in a circle.",
                "What has come is kept. Narrow the filter, or tell the provider.",
            )
        seen |= marks


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _count(page: dict[str, Any]) -> int:
    count = _table(page.get("meta")).get("data_returned")
    return count if isinstance(count, int) and count > 0 else 0


def _id(entry: object) -> str | None:
    found = _table(entry).get("id")
    return found if isinstance(found, str) else None


def _whole(came: bytes) -> list[Any]:
    """The entries of a page that broke off, but for the last, which may not be whole."""
    try:
        data = _table(from_json(came, allow_partial=True)).get("data")
    except ValueError:
        return []
    return data[:-1] if isinstance(data, list) else []

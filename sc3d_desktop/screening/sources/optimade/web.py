"""Pages of a provider: asked for with pauses, again after a failure, and never without bounds."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any

import httpx2
from pydantic_core import from_json

from sc3d_desktop import __version__
from sc3d_desktop.errors import ScreeningError
from sc3d_desktop.screening.sources.optimade.manners import Manners

MAX_PAGE_BYTES = 10_000_000
_MAX_REDIRECTS = 5
_PASSING = (408, 425, 429, 500, 502, 503, 504)
LATER = "What has come is kept: check the connection, and go on later with --resume."
_NO_OPTIMADE = "Check the address: it should be the base URL of an OPTIMADE database."


class RefusedError(ScreeningError):
    """The provider does not answer this question, however often it is asked."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message, "Check the address and the filter.")
        self.status = status


class TooLargeError(ScreeningError):
    """A page of more than ``MAX_PAGE_BYTES``."""


class GoneError(ScreeningError):
    """No answer after every try; ``came`` is what there was of it."""

    def __init__(self, message: str, came: bytes) -> None:
        super().__init__(message, LATER)
        self.came = came


@dataclass(eq=False)
class _PassingError(Exception):
    """A failure that may not be one the next time."""

    said: str
    wait: float = 0.0
    came: bytes = b""


class Web:
    """One provider at the address ``home``; a context manager."""

    def __init__(self, home: str, manners: Manners) -> None:
        self._home = httpx2.URL(home)
        self._manners = manners
        self._between = manners.between
        self._last = -math.inf
        self._client = httpx2.Client(
            timeout=manners.silence,
            headers={"User-Agent": f"SC3D-Desktop/{__version__}", "Accept-Encoding": "gzip"},
        )

    def __enter__(self) -> Web:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def get(self, url: str) -> dict[str, Any]:
        """The page. Raises ``RefusedError`` where it will never come, ``GoneError`` where it does
        not come now, and ``ScreeningError`` where it cannot be one.
        """
        came, said = b"", ""
        wait = 0.0
        for at_least in (0.0, *self._manners.waits):
            self._pause(max(wait, at_least))
            try:
                return self._page(url)
            except _PassingError as error:
                said, wait = error.said, error.wait
                came = max(came, error.came, key=len)
        raise GoneError(f"{self._home.host} {said}, {len(self._manners.waits) + 1} times.", came)

    def link(self, page: str, link: object) -> str:
        """Where a link on a page leads; empty where it is none. Raises ``ScreeningError`` where it
        leads to another host without https, or to no address on the web.
        """
        href = link.get("href") if isinstance(link, dict) else link
        if href is None or href == "":
            return ""
        if not isinstance(href, str):
            raise ScreeningError(f"{self._home.host} gives {href!r:.60} as a link.", _NO_OPTIMADE)
        with self._said_plainly(href):
            return str(self._followed(httpx2.URL(page).join(href)))

    def slow_down(self, seconds: object) -> None:
        """Leave as long between requests as the provider asks for."""
        if isinstance(seconds, int | float) and seconds > self._between:
            self._between = min(float(seconds), self._manners.longest_wait)

    def _followed(self, url: httpx2.URL) -> httpx2.URL:
        """Providers behind a proxy often write http for their own https."""
        home = self._home
        if url.scheme == "https" and url.host:
            return url
        if url.scheme == "http" and url.host == home.host:
            if home.scheme == "https":
                return url.copy_with(scheme="https", port=home.port)
            if url.port == home.port:
                return url
        raise ScreeningError(
            f"{home.host} leads on to {url!s:.80}, another host without https.",
            "Ask that database by its own address, if you trust it.",
        )

    def _page(self, url: str) -> dict[str, Any]:
        raw = self._read(url)
        try:
            page = from_json(raw.removeprefix(b"\xef\xbb\xbf"))
        except ValueError as error:
            raise _PassingError(f"sent what is not JSON ({error})", came=raw) from error
        if not isinstance(page, dict):
            raise ScreeningError(f"{self._home.host} sent no OPTIMADE page.", _NO_OPTIMADE)
        return page

    def _read(self, url: str) -> bytes:
        until = time.monotonic() + self._manners.page
        for _ in range(_MAX_REDIRECTS + 1):
            with self._said_plainly(url), self._client.stream("GET", url) as answer:
                if not answer.has_redirect_location:
                    self._check(answer, until)
                    return self._body(answer, until)
                url = self.link(url, answer.headers["Location"])
        raise ScreeningError(f"{self._home.host} leads from page to page.", _NO_OPTIMADE)

    def _check(self, answer: httpx2.Response, until: float) -> None:
        status = answer.status_code
        if status in _PASSING:
            wait = _retry_after(answer.headers.get("Retry-After", ""))
            if wait > self._manners.longest_wait:
                said = f"{self._home.host} asks to come back in {wait:,.0f} s"
                raise GoneError(f"{said} ({status}).", b"")
            raise _PassingError(f"answered {status} {answer.reason_phrase}".rstrip(), wait)
        if status != 200:
            detail = _detail(self._body(answer, until))
            raise RefusedError(f"{self._home.host} answered {status}{detail}.", status)

    def _body(self, answer: httpx2.Response, until: float) -> bytes:
        if "," in answer.headers.get("Content-Encoding", ""):
            raise ScreeningError(f"{self._home.host} packs its pages twice.", _NO_OPTIMADE)
        came = bytearray()
        try:
            for part in answer.iter_bytes():
                came += part
                if len(came) > MAX_PAGE_BYTES:
                    said = f"a page of more than {MAX_PAGE_BYTES / 1e6:.0f} MB."
                    raise TooLargeError(
                        f"{self._home.host} sent {said}", "Ask for structures with fewer sites."
                    )
                if time.monotonic() > until:
                    raise _PassingError("is too slow", came=bytes(came))
        except (httpx2.TransportError, httpx2.DecodingError) as error:
            raise _PassingError(f"broke off ({_said(error)})", came=bytes(came)) from error
        return bytes(came)

    @contextmanager
    def _said_plainly(self, url: str) -> Iterator[None]:
        try:
            yield
        except httpx2.TransportError as error:
            raise _PassingError(f"cannot be reached ({_said(error)})") from error
        except (httpx2.InvalidURL, ValueError) as error:
            raise ScreeningError(
                f"{self._home.host} leads to “{url:.80}”, no address: {error}.", _NO_OPTIMADE
            ) from error

    def _pause(self, seconds: float) -> None:
        time.sleep(max(0.0, seconds, self._last + self._between - time.monotonic()))
        self._last = time.monotonic()


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__


def _retry_after(text: str) -> float:
    """Seconds, given as such or as a date; 0 where it is neither."""
    if text.strip().isdecimal():
        return float(text)
    try:
        when = parsedate_to_datetime(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return 0.0
    return max(0.0, (when - datetime.now(UTC)).total_seconds())


def _detail(body: bytes) -> str:
    """What an OPTIMADE error says in words, if it is one."""
    try:
        first = from_json(body)["errors"][0]
        said = first.get("detail") or first.get("title") or ""
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""
    return f": {' '.join(str(said).split()):.200}".rstrip(". ") if said else ""

"""How a provider is asked, and by which address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from sc3d_desktop.errors import ScreeningError

_ENDING = re.compile(r"(/v[0-9]+(\.[0-9]+)*)?(/structures)?/*$")


@dataclass(frozen=True)
class Manners:
    """Seconds: between two requests; to wait before each further try; the longest wait a provider
    may ask for; without a byte; for one page.
    """

    between: float = 0.5
    waits: tuple[float, ...] = (1.0, 2.0, 4.0, 8.0, 16.0)
    longest_wait: float = 120.0
    silence: float = 30.0
    page: float = 180.0


POLITE = Manners()


def base_url(text: str) -> str:
    """The address without version, endpoint and final slash. Raises ``ScreeningError``."""
    try:
        parts = urlsplit(text.strip())
        sound = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        sound = False
    if not sound or parts.query or parts.fragment or not text.strip().isprintable():
        raise ScreeningError(
            f"“{text:.80}” is no address of a database.",
            "Give one like https://example.org/optimade.",
        )
    if "@" in parts.netloc:
        raise ScreeningError(
            f"The address of {parts.hostname} holds a user or password, which would be kept with "
            "the run.",
            "Leave them out; OPTIMADE databases are open.",
        )
    return _ENDING.sub("", text.strip())

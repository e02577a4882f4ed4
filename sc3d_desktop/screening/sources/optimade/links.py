"""A provider or database as it is listed.

The optimade package's model refuses what providers are known to write, such as ``link`` as the type
of a link, and by one such entry the whole list.
"""

from __future__ import annotations

from pydantic import BaseModel


class _Address(BaseModel):
    href: str


class _Facts(BaseModel):
    name: str
    description: str | None = None
    base_url: str | _Address | None = None
    link_type: str
    aggregate: str | None = None


class Link(BaseModel):
    id: str
    attributes: _Facts

    @property
    def address(self) -> str:
        """Empty where nothing is served."""
        url = self.attributes.base_url
        return (url.href if isinstance(url, _Address) else url) or ""

    @property
    def is_open(self) -> bool:
        """Whether it serves something, and not for tests alone."""
        return bool(self.address) and self.attributes.aggregate in (None, "ok")

"""Which databases there are, as the consortium and each provider list them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sc3d_desktop.errors import ScreeningError
from sc3d_desktop.screening.sources.optimade.manners import POLITE, Manners, base_url

_EXAMPLE = "exmpl"


@dataclass(frozen=True)
class Database:
    """A provider, whose ``url`` is that of its list of databases, or one of those."""

    id: str
    name: str
    description: str
    url: str


def providers(urls: tuple[str, ...] = (), manners: Manners = POLITE) -> list[Database]:
    """All that serve something now, from the first list that can be had. Raises
    ``ScreeningError``; then a database can still be had by its address.
    """
    from optimade.utils import PROVIDER_LIST_URLS

    *others, last = urls or PROVIDER_LIST_URLS
    for url in others:
        try:
            return _listed(url, "external", manners)
        except ScreeningError:
            continue  # the next list has the same providers; the last one says what is wrong
    return _listed(last, "external", manners)


def databases(provider: Database, manners: Manners = POLITE) -> list[Database]:
    """Those a provider offers to everyone. Raises ``ScreeningError`` where it does not answer."""
    return _listed(f"{base_url(provider.url)}/v1/links", "child", manners)


def _listed(url: str, kind: str, manners: Manners) -> list[Database]:
    from sc3d_desktop.screening.sources.optimade.pages import Entries
    from sc3d_desktop.screening.sources.optimade.web import Web

    with Web(url, manners) as web:
        entries = list(Entries(web, url).all())
    return list(_of_kind(entries, kind, url))


def _of_kind(entries: list[Any], kind: str, url: str) -> Iterator[Database]:
    from pydantic import ValidationError

    from sc3d_desktop.screening.sources.optimade.links import Link

    for entry in entries:
        try:
            link = Link.model_validate(entry)
        except ValidationError as error:
            said = error.errors(include_url=False)[0]
            place = ".".join(str(part) for part in said["loc"])
            raise ScreeningError(
                f"{url} lists {entry!r:.60}, whose {place} is wrong: {said['msg']}.",
                "Give the database by its address.",
            ) from error
        if link.attributes.link_type == kind and link.is_open and link.id != _EXAMPLE:
            facts = link.attributes
            yield Database(link.id, facts.name, facts.description or "", link.address)

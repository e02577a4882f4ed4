"""Which OPTIMADE databases there are. Nothing is sent before a user wants the list."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

from sc3d_desktop.jobs.events import Partial, Progress
from sc3d_desktop.jobs.spec import Job, Services
from sc3d_desktop.screening.sources.optimade import Database, databases, providers


@dataclass(frozen=True)
class ListDatabases(Job[tuple[Database, ...]]):
    """The databases of a provider, or without one the providers. ``ScreeningError`` says that
    there is no answer.
    """

    provider: Database | None = None
    lists: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        if self.provider is None:
            return "Ask which databases there are"
        return f"Ask for the databases of {self.provider.name}"

    def run(self, services: Services) -> Generator[Progress | Partial, None, tuple[Database, ...]]:
        yield Progress(0, 0)
        found = providers(self.lists) if self.provider is None else databases(self.provider)
        return tuple(found)

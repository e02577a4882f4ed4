"""What is to be screened: files, folders, the catalogue, databases of the web."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from shiboken6 import isValid

from sc3d_desktop.data import Query
from sc3d_desktop.errors import ScreeningError
from sc3d_desktop.jobs.databases import ListDatabases
from sc3d_desktop.jobs.runs import CountSource
from sc3d_desktop.panels.icsd_screening import IcsdScreening
from sc3d_desktop.screening.sources import CatalogueEntries, Files
from sc3d_desktop.state.plan import Described
from sc3d_desktop.window.ask import Ask
from sc3d_desktop.window.followed import Followed, Then
from sc3d_desktop.window.optimade_dialog import OptimadeDialog
from sc3d_desktop.window.session import Session


class SourceDesk(QObject):
    def __init__(self, session: Session, panel: IcsdScreening, jobs: Followed, ask: Ask) -> None:
        super().__init__(panel)
        self._browser, self._plan = session.browser, session.plan
        self._page, self._jobs, self._ask = panel.begin, jobs, ask
        page = self._page
        page.sources.dropped.connect(self.add_files)
        page.files_wanted.connect(lambda: self.add_files(self._ask.files_to_open()))
        page.folder_wanted.connect(self._add_folder)
        page.collections_asked.connect(self._list_collections)
        page.collection_wanted.connect(self.add_collection)
        page.optimade_wanted.connect(self.ask_for_database)

    def add_files(self, paths: Iterable[Path]) -> None:
        for path in paths:
            self._add_if_there(partial(_described_files, path))

    def _add_folder(self) -> None:
        folder = self._ask.folder("Folder to screen")
        self.add_files([folder] if folder is not None else [])

    def add_collection(self, name: str) -> None:
        """A collection of the catalogue, or all of it without a name."""
        query = Query(collections=frozenset({name})) if name else Query()
        self._add_if_there(lambda: CatalogueEntries(self._browser.path, query).as_json())

    def add_entries(self, ids: Iterable[int]) -> None:
        """Single entries of the catalogue, as they were selected."""
        query = Query(ids=frozenset(ids))
        self._add_if_there(lambda: CatalogueEntries(self._browser.path, query).as_json())

    def _list_collections(self) -> None:
        browser = self._browser
        found = browser.collections() if browser.is_open else []
        self._page.set_collections([collection.name for collection, n in found if n])

    def ask_for_database(self) -> OptimadeDialog:
        dialog = OptimadeDialog(self._page.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(self.add)
        ask = partial(self._ask_network, dialog)
        dialog.providers_wanted.connect(lambda: ask(ListDatabases(), dialog.show_providers))
        dialog.databases_wanted.connect(
            lambda provider: ask(ListDatabases(provider), dialog.show_databases)
        )
        dialog.open()
        return dialog

    def _ask_network(self, dialog: OptimadeDialog, job: ListDatabases, show: Then) -> None:
        """The dialog may have been closed when the answer comes."""
        self._jobs.submit(
            job,
            lambda found: show(found) if isValid(dialog) else None,
            lambda error: dialog.show_problem(error) if isValid(dialog) else None,
        )

    def _add_if_there(self, describe: Callable[[], Described]) -> None:
        try:
            self.add(describe())
        except ScreeningError as error:
            self._page.problem.show_error(error)

    def add(self, described: Described) -> None:
        """A source, unless it is there already; its inputs are counted."""
        if not self._plan.add(described):
            return
        self._jobs.submit(
            CountSource(described),
            lambda count: self._plan.tell(described, count),
            lambda error: self._plan.tell(described, None, str(error)),
        )


def _described_files(path: Path) -> Described:
    return Files([path]).as_json()

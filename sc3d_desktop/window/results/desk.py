"""Opens calculations, and shows each in a window of its own beside the crystal."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.dft.results import Result
from sc3d_desktop.engine.engine import Engine
from sc3d_desktop.jobs import ReadCalculation, ReadResults
from sc3d_desktop.state.comparison import Reference
from sc3d_desktop.window.ask import Ask
from sc3d_desktop.window.banner import Banners, Subject
from sc3d_desktop.window.followed import Followed

if TYPE_CHECKING:
    from sc3d_desktop.window.results.dialog import ResultsDialog

FILTER = (
    "Calculations (vasprun*.xml OUTCAR* *.xml *.out a2F.dos* *.a2f alpha2F.dat lambda*"
    " *.freq *.xml.* *.out.*)"
    ";;All files (*)"
)


class ResultsDesk(QObject):
    """``dialogs`` are those that are open. ``open_crystal`` shows a relaxed structure, with the
    path it was read from; then ``relaxed_opened`` carries what it may be compared with, and
    ``comparison_wanted`` comes where it is to be.
    """

    relaxed_opened = Signal(object)
    comparison_wanted = Signal()

    def __init__(
        self,
        engine: Engine,
        banners: Banners,
        ask: Ask,
        open_crystal: Callable[[Crystal, Path | None], object],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._banners, self._ask, self._parent = banners, ask, parent
        self._open_crystal = open_crystal
        self._jobs = Followed(engine, self)
        self.dialogs: list[ResultsDialog] = []

    def choose_file(self) -> None:
        path = self._ask.file_to_read("Open a calculation", FILTER)
        if path is not None:
            self.open(path)

    def choose_folder(self) -> None:
        path = self._ask.folder("Open the folder of a calculation")
        if path is not None:
            self.open(path)

    def open(self, path: Path) -> None:
        """Read and show a calculation; what is wrong with it becomes one message."""
        self._banners.clear(Subject.PROBLEM)
        self._jobs.submit(ReadResults(path), self._show, self._banners.problem)

    def _show(self, found: ReadCalculation) -> None:
        # The plots are slow to import.
        from sc3d_desktop.window.results.dialog import ResultsDialog

        dialog = ResultsDialog(found, self._ask, self._parent)
        dialog.crystal_wanted.connect(partial(self._open_relaxed, found.result))
        dialog.comparison_wanted.connect(self.comparison_wanted)
        dialog.failed.connect(self._banners.problem)
        dialog.finished.connect(partial(self._forget, dialog))
        self.dialogs.append(dialog)
        dialog.show()

    def _open_relaxed(self, result: Result, crystal: Crystal, path: Path | None) -> None:
        self._open_crystal(crystal, path)
        if result.start is not None:
            self.relaxed_opened.emit(Reference(result.start, f"as given to {result.code}"))

    def _forget(self, dialog: ResultsDialog, _code: int) -> None:
        self.dialogs.remove(dialog)

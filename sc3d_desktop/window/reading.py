"""Reading what was named or dropped: a little at once, much as a job with a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from sc3d_desktop.crystal.files import is_archive
from sc3d_desktop.engine.engine import Engine
from sc3d_desktop.errors import CifError, Sc3dError
from sc3d_desktop.jobs import (
    Cancelled,
    Event,
    Failed,
    Finished,
    Found,
    Partial,
    Priority,
    Progress,
    ReadAgain,
    ReadFiles,
    Terminal,
)
from sc3d_desktop.jobs.open_files import found_in
from sc3d_desktop.window.ask import Ask
from sc3d_desktop.window.opened_table import OpenedTable

_FEW_FILES, _LITTLE_BYTES = 8, 300_000
"""So much is read in less time than a job bar needs to be noticed; a few files that are larger
wait for no bulk job."""

_FEW_REFUSED = 10
"""So many refusals fit into one message; more of them are listed."""


class Reading(QObject):
    """``crystal_read`` brings a crystal and its path, ``failed`` what could not be read.

    One structure is opened; of more than one there is a table to choose from.
    """

    crystal_read = Signal(object, object)
    failed = Signal(object)
    listed = Signal()

    def __init__(self, engine: Engine, ask: Ask, parent: QWidget) -> None:
        super().__init__(parent)
        self._engine = engine
        self._ask = ask
        self._job: int | None = None
        self._n_files = 0
        self._found: list[Found] | None = None
        self._again: dict[int, Path] = {}
        self.table = OpenedTable(parent)
        self.table.wanted.connect(self._open)
        self.table.csv_wanted.connect(self._save_csv)
        self.table.stop_wanted.connect(self.stop)
        self.table.left.connect(self.stop)
        engine.told.connect(self._on_event)

    def read(self, paths: Iterable[Path]) -> None:
        given = tuple(paths)
        few = len(given) <= _FEW_FILES and not any(map(holds_many, given))
        if few and is_little(given):
            self._read_at_once(given)
        else:
            self._leave()
            self._found = []
            priority = Priority.INTERACTIVE if few else Priority.BULK
            self._job = self._engine.submit(ReadFiles(given, priority))

    def stop(self) -> None:
        if self._job is not None:
            self._engine.cancel(self._job)

    def _leave(self) -> None:
        """Listen no more to what is being read: what it still says is about other files."""
        self.stop()
        if self._job is not None and self._found is None:
            self.table.end(stopped=True)
        self._job = self._found = None

    def _read_at_once(self, paths: tuple[Path, ...]) -> None:
        found = [step.value for step in found_in(paths) if isinstance(step, Partial)]
        if not needs_table(found):
            self._open_the_one(found)
            return
        self._leave()
        self._list(found, len(paths))
        self.table.end()

    def _list(self, found: list[Found], n_files: int) -> None:
        self.table.begin(n_files)
        self.table.add(found)
        self.listed.emit()

    def _open_the_one(self, found: Sequence[Found]) -> None:
        errors = [line.error for line in found if line.error is not None]
        if errors:
            self.failed.emit(_as_one(errors))
        for line in found:
            self._open(line)

    def _open(self, found: Found) -> None:
        """At once where its crystal was kept."""
        if found.crystal is not None:
            self.crystal_read.emit(found.crystal, found.source.path)
        elif found.error is None:
            job = ReadAgain(found.source.path, found.index)
            self._again[self._engine.submit(job, replace="read again")] = found.source.path

    def _on_event(self, job_id: int, event: Event) -> None:
        if job_id == self._job:
            match event:
                case Progress(total=total):
                    self._n_files = total
                case Partial(found):
                    self._take(found)
                case Finished() | Cancelled() | Failed():
                    self._end(event)
        elif job_id in self._again and isinstance(event, Terminal):
            path = self._again.pop(job_id)
            if isinstance(event, Finished):
                self.crystal_read.emit(event.result, path)
            elif isinstance(event, Failed):
                self.failed.emit(Sc3dError(event.error, event.hint))

    def _take(self, found: Found) -> None:
        """Into the table, once it is clear that there is to be one."""
        if self._found is None:
            self.table.add([found])
            return
        self._found.append(found)
        if needs_table(self._found):
            self._list(self._found, self._n_files)
            self._found = None

    def _end(self, event: Terminal) -> None:
        self._job = None
        if self._found is None:
            self.table.end(stopped=not isinstance(event, Finished))
        elif not isinstance(event, Cancelled):
            self._open_the_one(self._found)
        self._found = None
        if isinstance(event, Failed):
            self.failed.emit(Sc3dError(event.error, event.hint))

    def _save_csv(self) -> None:
        path = self._ask.file_to_save("Save the table", "structures.csv", "CSV files (*.csv)")
        if path is None:
            return
        try:
            # Excel takes a file without the mark for one in the encoding of the country.
            path.write_text(
                self.table.csv_text(), encoding="utf-8-sig", errors="replace", newline=""
            )
        except OSError as error:
            message = f"{path.name} could not be written: {error.strerror or error}."
            hint = "Choose another folder, or free some space."
            self.failed.emit(Sc3dError(message, hint))


def holds_many(path: Path) -> bool:
    return path.is_dir() or is_archive(path.name)


def is_little(paths: Sequence[Path]) -> bool:
    """Whether it is read before anyone notices. A path of nothing takes no time at all."""
    return sum(path.stat().st_size for path in paths if path.is_file()) <= _LITTLE_BYTES


def needs_table(found: Sequence[Found]) -> bool:
    return sum(line.error is None for line in found) > 1 or len(found) > _FEW_REFUSED


def _as_one(errors: list[CifError]) -> CifError:
    """One message for all files that could not be read."""
    first = errors[0]
    if len(errors) == 1:
        return first
    others = "; ".join(error.message for error in errors[1:4])
    more = f" and {len(errors) - 4} more" if len(errors) > 4 else ""
    return CifError(
        f"{len(errors)} files were not opened: {first.message} {others}{more}", first.hint
    )

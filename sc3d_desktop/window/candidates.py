"""What becomes of the candidates of a screening: opened, kept, handed on, written about."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from sc3d_desktop.data.columns import Ints
from sc3d_desktop.jobs import Event, Partial
from sc3d_desktop.jobs.kin import FindKin, FoundKin
from sc3d_desktop.jobs.reports import WriteReport
from sc3d_desktop.jobs.runs import Candidate, ReadAll, ReadCandidate, ReadCandidates, WriteLedger
from sc3d_desktop.panels.icsd_screening import IcsdScreening
from sc3d_desktop.screening.candidates import Candidates
from sc3d_desktop.screening.report import Request
from sc3d_desktop.window.banner import Banners, Subject
from sc3d_desktop.window.catalogue import CatalogueDesk
from sc3d_desktop.window.files import Files
from sc3d_desktop.window.followed import Followed
from sc3d_desktop.window.session import Session

_KINDS = {
    ".html": "Pages (*.html)",
    ".xlsx": "Excel workbooks (*.xlsx)",
    ".csv": "Tables (*.csv)",
}


class CandidateDesk(QObject):
    def __init__(
        self,
        session: Session,
        panel: IcsdScreening,
        files: Files,
        catalogue: CatalogueDesk,
        banners: Banners,
    ) -> None:
        super().__init__(panel)
        self._browser = session.browser
        self._kin: tuple[int | None, Path | None] = (None, None)
        self._engine, self._screening = session.engine, session.screening
        self._files, self._catalogue, self._banners = files, catalogue, banners
        self._jobs = Followed(session.engine, self)
        self._engine.told.connect(self._on_event)
        page = panel.run
        page.open_wanted.connect(self.open)
        page.keep_wanted.connect(self.keep)
        page.vasp_wanted.connect(self.export_vasp)
        page.ledger.csv_wanted.connect(self.save_ledger)
        page.header.report_wanted.connect(self.report)
        page.table.sight_changed.connect(self._look_for_kin)

    def open(self, line_id: int) -> None:
        """Show a candidate in the structure view, read again from where it lies."""
        self._read(line_id, lambda found: self._files.open(found.crystal, None))

    def export_vasp(self, ids: Ints) -> None:
        """Inputs of calculations of candidates: a folder for one, an archive for several."""
        path = self._screening.path
        if path is not None and len(ids):
            self._banners.clear(Subject.PROBLEM)
            job = ReadCandidates(path, tuple(ids.tolist()))
            self._jobs.submit(job, self._hand_off, self._banners.problem)

    def _hand_off(self, read: ReadAll) -> None:
        if not read.candidates:
            self._banners.problem(read.problems[0])
            return
        n = len(read.problems)
        left_out = f"{n:,} could not be read again: {read.problems[0]}" if n else ""
        self._files.hand_off.ask([found.crystal for found in read.candidates], left_out=left_out)

    def _read(self, line_id: int, then: Callable[[Candidate], None]) -> None:
        path = self._screening.path
        if path is not None:
            self._banners.clear(Subject.PROBLEM)
            self._jobs.submit(ReadCandidate(path, line_id), then, self._banners.problem)

    def keep(self, ids: Ints) -> None:
        """Put candidates into the user's own collection."""
        path = self._screening.path
        if path is not None and len(ids):
            self._catalogue.bring_in(Candidates(path, tuple(ids.tolist())))

    def _look_for_kin(self, in_sight: Ints) -> None:
        """What the catalogue knows beside the rows in sight, instead of those before."""
        columns, path = self._browser.columns, self._screening.path
        ids = self._screening.not_judged(in_sight)
        if columns is not None and path is not None and ids:
            job = FindKin(path, ids, self._browser.path, columns)
            number = self._jobs.submit(job, lambda _none: None, self._banners.problem, "kin")
            self._kin = (number, path)

    def save_ledger(self) -> None:
        path, status = self._screening.path, self._screening.ledger.status
        if path is None:
            return
        name = str(Path.home() / f"{path.stem}-{status}.csv")
        out = self._files.ask.file_to_save("Save the ledger", name, "Tables (*.csv)")
        if out is not None:
            self._jobs.submit(
                WriteLedger(path, out, status), self._tell_written, self._banners.problem
            )

    def report(self, ending: str) -> None:
        """Write about the run and the candidates that are wanted of it."""
        path = self._screening.path
        if path is None:
            return
        name = str(Path.home() / f"{path.stem}-report{ending}")
        out = self._files.ask.file_to_save("Save the report", name, _KINDS[ending])
        if out is not None:
            request = Request(
                path,
                out if out.suffix.lower() == ending else out.with_name(out.name + ending),
                ending.removeprefix("."),
                wanted=self._screening.wanted,
                catalogue=self._browser.path,
            )
            self._jobs.submit(WriteReport(request), self._tell_written, self._banners.problem)

    def _tell_written(self, out: Path) -> None:
        url = QUrl.fromLocalFile(str(out))
        self._banners.say(
            Subject.DONE, f"It is in {out}.", "", ("Open", lambda: QDesktopServices.openUrl(url))
        )

    def _on_event(self, job_id: int, event: Event) -> None:
        match event:
            case Partial(FoundKin(kin, final)) if (job_id, self._screening.path) == self._kin:
                self._screening.add_kin(kin, final)

"""What becomes of generated candidates: opened, doped, kept, handed on, exported, relaxed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.data.columns import Ints
from sc3d_desktop.errors import GenerationError
from sc3d_desktop.generation.candidate import Candidate
from sc3d_desktop.generation.keep import Kept
from sc3d_desktop.jobs.generate import ExportTrajectory
from sc3d_desktop.jobs.generated import ExportGenerated
from sc3d_desktop.jobs.relax import Relax, relax_problem
from sc3d_desktop.panels.generator import Generator
from sc3d_desktop.state.comparison import Reference
from sc3d_desktop.window.banner import Banners, Subject
from sc3d_desktop.window.catalogue import CatalogueDesk
from sc3d_desktop.window.files import Files
from sc3d_desktop.window.followed import Followed
from sc3d_desktop.window.session import Session

_KINDS = {".zip": "CIF files (*.zip)", ".csv": "Tables (*.csv)"}


class GeneratedDesk(QObject):
    """``dope`` is called once a candidate that is to be doped is open."""

    def __init__(
        self,
        session: Session,
        panel: Generator,
        files: Files,
        catalogue: CatalogueDesk,
        banners: Banners,
        dope: Callable[[], None],
    ) -> None:
        super().__init__(panel)
        self._generation, self._found = session.generation, session.generation.found
        self._page, self._files, self._dope = panel.run, files, dope
        self._catalogue, self._banners = catalogue, banners
        self._browser, self._comparison = session.browser, session.comparison
        self._generation.relax_problem = relax_problem()
        self._jobs = Followed(session.engine, self)
        page = panel.run
        page.open_wanted.connect(self.open)
        page.symmetrised_wanted.connect(lambda i: self.open(i, symmetrised=True))
        page.dope_wanted.connect(self.dope)
        page.vasp_wanted.connect(self.export_vasp)
        page.keep_wanted.connect(self.keep)
        page.relax_wanted.connect(self.relax)
        page.header.export_wanted.connect(self.export)
        page.header.trajectory_wanted.connect(self.save_trajectory)

    def open(self, index: int, symmetrised: bool = False) -> None:
        """Show a candidate in the structure view, as it was made or symmetrised."""
        crystal, made = self._crystal(index, symmetrised), self._crystal(index)
        if crystal is not None and made is not None:
            self._banners.clear(Subject.PROBLEM)
            self._show(crystal, Reference(made, "as generated"))

    def dope(self, index: int) -> None:
        """From the ordered candidate to a disordered one: with as few kinds of sites as it has."""
        self.open(index, symmetrised=True)
        self._dope()

    def _show(self, crystal: Crystal, made: Reference) -> None:
        """It may be compared with what was made at first, and with what that was made from."""
        self._files.open(crystal, None)
        start = self._generation.request.start if self._generation.request else None
        references = [made] if made.crystal != crystal else []
        references += [Reference(start.crystal, "the seed")] if start is not None else []
        self._comparison.offer(references)

    def _crystal(self, index: int, symmetrised: bool = False) -> Crystal | None:
        candidate = self._found.candidate(index)
        if candidate is None:
            return None
        higher = candidate.judgement.symmetrised if symmetrised else None
        return candidate.crystal if higher is None else higher

    def export_vasp(self, indices: Ints) -> None:
        """Inputs of calculations of candidates: a folder for one, an archive for several. Each has
        the name of its run and its number.
        """
        folder, candidates = self._generation.folder, self._candidates(indices)
        if folder is not None and candidates:
            named = [replace(c.crystal, name=f"{folder.name}-{c.index:04d}") for c in candidates]
            self._files.hand_off.ask(named)

    def keep(self, indices: Ints) -> None:
        """Put candidates into the user's own collection."""
        folder, candidates = self._generation.folder, self._candidates(indices)
        if folder is not None and candidates:
            self._catalogue.bring_in(Kept(folder.name, candidates))

    def _candidates(self, indices: Ints) -> tuple[Candidate, ...]:
        found = (self._found.candidate(index) for index in indices.tolist())
        return tuple(candidate for candidate in found if candidate is not None)

    def relax(self, index: int) -> None:
        """The candidate is shown with its energy, if its run is still the one in sight. One that
        was relaxed before is opened as it then was.
        """
        candidate, folder = self._found.candidate(index), self._generation.folder
        if candidate is not None and (stability := candidate.judgement.stability) is not None:
            self._show(stability.relaxed, Reference(candidate.crystal, "before relaxing"))
            return
        if candidate is None or self._generation.relax_problem:
            return
        path = self._browser.path if self._browser.path.is_file() else None
        show = partial(self._show_relaxed, folder)
        self._jobs.submit(Relax(candidate, path, folder), show, self._banners.problem)

    def _show_relaxed(self, folder: Path | None, candidate: Candidate) -> None:
        if self._generation.folder == folder:
            self._found.add(candidate)

    def export(self, ending: str) -> None:
        """The selected candidates, or all that are shown."""
        some = self._page.chosen if len(self._found.selection) else self._found.ids
        candidates, folder = self._candidates(some), self._generation.folder
        if folder is None:
            return
        if not candidates:
            said = GenerationError("No candidate is shown.", "Loosen the filters.")
            self._banners.problem(said)
            return
        title = f"Export {len(candidates):,} candidates"
        name = str(Path.home() / f"{folder.name}{ending}")
        out = self._files.ask.file_to_save(title, name, _KINDS[ending])
        if out is not None:
            out = out if out.suffix.lower() == ending else out.with_name(out.name + ending)
            job = ExportGenerated(candidates, out)
            self._jobs.submit(job, self._tell_written, self._banners.problem)

    def save_trajectory(self) -> None:
        """The way of one candidate from noise; it is made once more, since frames are not kept."""
        folder, chosen = self._generation.folder, self._page.chosen
        if folder is None or not len(chosen):
            said = GenerationError("No candidate is chosen.", "Select one in the table.")
            self._banners.problem(said)
            return
        index = int(chosen[0])
        name = str(Path.home() / f"{folder.name}-{index:04d}.xyz")
        out = self._files.ask.file_to_save("Save its way", name, "Extended XYZ (*.xyz *.extxyz)")
        if out is not None:
            job = ExportTrajectory(folder, index, out)
            self._jobs.submit(job, self._tell_written, self._banners.problem)

    def _tell_written(self, out: Path) -> None:
        url = QUrl.fromLocalFile(str(out))
        show = ("Open", lambda: QDesktopServices.openUrl(url))
        self._banners.say(Subject.DONE, f"It is in {out}.", "", show)

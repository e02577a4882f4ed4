"""Joins the comparison to the document, the engine and the two pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.matching import same_places, turned_onto
from sc3d_desktop.crystal.symmetry import Symmetry
from sc3d_desktop.jobs import PredictTc
from sc3d_desktop.jobs.compare import Matched, MatchSites, ReadFirst
from sc3d_desktop.models.interface import TcPrediction
from sc3d_desktop.panels.compare import ComparisonView
from sc3d_desktop.panels.compare.rows import lines_of
from sc3d_desktop.state.answer import AnswerStatus
from sc3d_desktop.state.comparison import Reference
from sc3d_desktop.window.ask import STRUCTURE_FILTER
from sc3d_desktop.window.banner import Banners, Subject
from sc3d_desktop.window.files import Files
from sc3d_desktop.window.followed import Followed
from sc3d_desktop.window.session import Session

THROTTLE_MS = 100
"""Heads and table follow a drag this far behind: the engine and the picture go first."""


class ComparisonDesk(QObject):
    """``toggled`` is called with whether something is compared, ``pick`` with a site of B."""

    def __init__(
        self,
        session: Session,
        view: ComparisonView,
        files: Files,
        banners: Banners,
        toggled: Callable[[bool], object],
        pick: Callable[[int], object],
    ) -> None:
        super().__init__(view)
        self._document, self._answer = session.document, session.answer
        self._view, self._files, self._banners = view, files, banners
        self._toggled, self._pick = toggled, pick
        self.comparison = session.comparison
        self._jobs = Followed(session.engine, self)
        self._opened = session.document.opened
        self._asked: Crystal | None = None
        self._late = QTimer(self, interval=THROTTLE_MS, singleShot=True)
        self._late.timeout.connect(self._show)
        session.engine.closing.connect(self._late.stop)
        self._connect()

    def _connect(self) -> None:
        self._document.crystal_changed.connect(self._on_crystal_changed)
        self._document.selection_changed.connect(self._mark_selection)
        self._answer.changed.connect(self._on_answer)
        self.comparison.changed.connect(self._on_changed)
        self.comparison.learnt.connect(self._on_learnt)
        view = self._view
        view.close_wanted.connect(partial(self.comparison.compare, None))
        view.menu.aboutToShow.connect(self._list_choices)
        view.other.site_clicked.connect(self._pick_match)
        view.other.site_hovered.connect(lambda i: self._mark_hovered(i, of_a=True))
        view.canvas.site_hovered.connect(lambda i: self._mark_hovered(i, of_a=False))
        results = self._files.results
        results.relaxed_opened.connect(lambda given: self.comparison.offer([given]))
        results.comparison_wanted.connect(partial(self.toggle, True))

    # What is asked for

    def toggle(self, on: bool) -> None:
        """Compare with what is most likely meant; or no more."""
        references = self.comparison.references
        self.comparison.compare(references[0] if on and references else None)
        self._toggled(self.comparison.reference is not None)

    def choose_file(self) -> None:
        path = self._files.ask.file_to_read("Compare with a file", STRUCTURE_FILTER)
        if path is not None:
            self._banners.clear(Subject.PROBLEM)
            show = partial(self._compare_with_file, path)
            self._jobs.submit(ReadFirst(path), show, self._banners.problem)

    def _compare_with_file(self, path: Path, crystal: Crystal) -> None:
        if self._document.crystal is not None:
            self.comparison.compare(Reference(crystal, path.name, stays=True))

    def _list_choices(self) -> None:
        references = self.comparison.references
        compare = self.comparison.compare
        choices: list[tuple[str, Callable[[], object]]] = [
            (_as_choice(reference), partial(compare, reference)) for reference in references
        ]
        self._view.set_choices([*choices, ("A file…", self.choose_file)])

    # What happens

    def _on_crystal_changed(self, _crystal: Crystal) -> None:
        reference = self.comparison.reference
        another = self._document.opened is not self._opened
        self._opened = self._document.opened
        if another and reference is not None and not reference.stays:
            self.comparison.compare(None)
        elif reference is not None and not self._late.isActive():
            self._late.start()

    def _on_changed(self) -> None:
        comparing = self.comparison.reference is not None
        self._late.stop()
        self._asked = None
        self._show_other()
        self._view.set_comparing(comparing)
        if comparing:
            self._view.canvas.setFocus()  # so that Esc is understood, and the keys that turn
            self._ask_for_tc()
        self._show()
        self._toggled(comparing)

    def _on_learnt(self) -> None:
        self._mark_selection(self._document.selection)
        self._show()

    def _on_answer(self) -> None:
        if self.comparison.reference is None:
            self._show_contributions()
            return
        known, now = self.comparison.prediction, self._answer.prediction
        if known is not None and now is not None and known.model != now.model:
            self._ask_for_tc()
        if not self._late.isActive():
            self._late.start()

    # What is shown

    def _show(self) -> None:
        self._show_contributions()
        reference, b = self.comparison.reference, self._document.crystal
        if reference is None or b is None:
            return
        self._ask_for_matching(b)
        symmetry_a, symmetry_b = self.comparison.symmetry, self._document.symmetry
        self._show_heads(reference, b, symmetry_a, symmetry_b)
        difference = self.comparison.difference()
        if difference is not None:
            groups = symmetry_a, symmetry_b
            given = (reference.crystal, b), groups, difference, self.comparison.matching
            self._view.table.show_lines(lines_of(*given))

    def _show_heads(
        self, reference: Reference, b: Crystal, group_a: Symmetry | None, group_b: Symmetry
    ) -> None:
        edited = "edited" if self._document.crystal != self._document.opened else "as opened"
        path = self._document.path
        view, answer = self._view, self._answer
        view.head_a.show_crystal(reference.crystal, group_a, reference.what)
        of_a, problem = self.comparison.prediction, self.comparison.tc_error
        view.head_a.show_tc(of_a, problem, stale=of_a is None and not problem)
        view.head_b.show_crystal(b, group_b, f"{path.name}, {edited}" if path else edited)
        failed = answer.status is AnswerStatus.FAILED
        of_b = None if failed else answer.prediction
        view.head_b.show_tc(of_b, answer.error, stale=answer.status is AnswerStatus.STALE)

    def _show_other(self) -> None:
        """A in the orientation of B, so that the same view shows the same side."""
        reference, b = self.comparison.reference, self._document.crystal
        if reference is None or b is None:
            self._view.other.set_crystal(None)
            return
        turned = turned_onto(reference.crystal, b)
        if turned != self._view.other.crystal:
            self._view.other.set_crystal(turned, keep_camera=True)

    def _show_contributions(self) -> None:
        answer, of_a = self._answer, self.comparison.prediction
        current = answer.prediction if answer.status is AnswerStatus.CURRENT else None
        self._view.set_contributions(
            of_a.site_contributions if of_a is not None else None,
            current.site_contributions if current is not None else None,
        )

    # What the engine is asked

    def _ask_for_matching(self, b: Crystal) -> None:
        """Once for all occupancies of B."""
        reference = self.comparison.reference
        asked = self._asked is not None and same_places(self._asked, b)
        if reference is None or self.comparison.up_to_date or asked:
            return
        self._asked = b
        job = MatchSites(reference.crystal, b)
        self._jobs.submit(job, self._learn_matching, self._banners.problem, "compare")

    def _learn_matching(self, matched: Matched) -> None:
        reference = self.comparison.reference
        if reference is not None and matched.a is reference.crystal:
            self._asked = None
            self._show_other()
            self.comparison.learn_matching(matched)
            self._view.other.set_site_remarks(matched.symmetry.remarks)

    def _ask_for_tc(self) -> None:
        reference = self.comparison.reference
        if reference is None:
            return
        parent = self._answer.parent
        if reference.crystal is self._document.opened and parent is not None:
            self.comparison.learn_tc(parent)
            return
        job = PredictTc(reference.crystal, self._document.revision)
        learn = partial(self._learn_tc, reference)
        self._jobs.submit(job, learn, partial(learn, None), "tc of what is compared with")

    def _learn_tc(
        self, reference: Reference, prediction: TcPrediction | None, error: object = ""
    ) -> None:
        if reference is self.comparison.reference:
            self.comparison.learn_tc(prediction, str(error))

    # Sites across

    def _mark_selection(self, sites: Sequence[int]) -> None:
        matching = self.comparison.matching
        if matching is not None:
            self._view.other.set_selection(i for i in map(matching.in_a, sites) if i >= 0)

    def _mark_hovered(self, site: int, of_a: bool) -> None:
        matching = self.comparison.matching
        if self.comparison.reference is None or matching is None:
            return
        across = matching.in_b if of_a else matching.in_a
        canvas = self._view.canvas if of_a else self._view.other
        canvas.mark_hovered(across(site) if site >= 0 else -1)

    def _pick_match(self, site: int) -> None:
        """A click into A selects in B; a site that B does not have selects nothing."""
        matching = self.comparison.matching
        self._pick(matching.in_b(site) if matching is not None and site >= 0 else -1)


def _as_choice(reference: Reference) -> str:
    return f"{reference.what[:1].upper()}{reference.what[1:]}"

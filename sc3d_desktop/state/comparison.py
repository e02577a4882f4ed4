"""What the crystal that is worked on (B) is compared with (A), and what is known of the two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from psygnal import Signal

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.difference import Difference, difference_of
from sc3d_desktop.crystal.matching import Matching, same_places
from sc3d_desktop.crystal.symmetry import Symmetry
from sc3d_desktop.jobs.compare import Matched
from sc3d_desktop.models.interface import TcPrediction
from sc3d_desktop.state.document import Document


@dataclass(frozen=True)
class Reference:
    """What may stand as A; ``what`` says so in a word or two. ``stays`` is for one that does not
    belong to the crystal it is compared with, and so makes sense beside another.
    """

    crystal: Crystal
    what: str
    stays: bool = False


class Comparison:
    """``reference`` is None while nothing is compared. ``changed`` comes when another A is chosen,
    none, or when B has other places for its sites; ``learnt`` when more is known.
    """

    changed = Signal()
    learnt = Signal()

    def __init__(self, document: Document) -> None:
        self._document = document
        self.reference: Reference | None = None
        self.matched: Matched | None = None
        self.prediction: TcPrediction | None = None
        self.tc_error = ""
        self._offers: tuple[Crystal | None, tuple[Reference, ...]] = (None, ())

    # What may be A

    def offer(self, references: Sequence[Reference]) -> None:
        """What belongs to the crystal that was just opened."""
        self._offers = self._document.opened, tuple(references)

    @property
    def references(self) -> tuple[Reference, ...]:
        """Those at hand for the open crystal, the most likely first: as opened if it was edited."""
        opened = self._document.opened
        if opened is None:
            return ()
        own = (Reference(opened, "as opened"),)
        crystal, offered = self._offers
        others = offered if crystal is opened else ()
        return own + others if self._document.crystal != opened else others + own

    # What is

    def compare(self, reference: Reference | None) -> None:
        if reference != self.reference:
            self.reference, self.matched = reference, None
            self.prediction, self.tc_error = None, ""
            self.changed.emit()

    def learn_matching(self, matched: Matched) -> None:
        self.matched = matched
        self.learnt.emit()

    def learn_tc(self, prediction: TcPrediction | None, error: str = "") -> None:
        """Of A, or why there is none."""
        self.prediction, self.tc_error = prediction, error
        self.learnt.emit()

    @property
    def matching(self) -> Matching | None:
        """None until it is known for these places of the sites of B."""
        return self.matched.matching if self.matched is not None and self.up_to_date else None

    @property
    def symmetry(self) -> Symmetry | None:
        """That of A, once it is known."""
        return self.matched.symmetry if self.matched is not None else None

    @property
    def up_to_date(self) -> bool:
        """Whether the matching is that of A and B: what B holds on its sites does not matter."""
        matched, now = self.matched, self._document.crystal
        if matched is None or now is None or self.reference is None:
            return False
        return matched.a is self.reference.crystal and same_places(matched.b, now)

    def difference(self) -> Difference | None:
        crystal = self._document.crystal
        if self.reference is None or crystal is None:
            return None
        given = self.matching, self._document.symmetry
        return difference_of(self.reference.crystal, crystal, *given)

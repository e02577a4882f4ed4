"""The candidates of a run that fit what is wanted, in the order asked for."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from psygnal import Signal

from sc3d_desktop.crystal.elements import is_element
from sc3d_desktop.data.columns import Ints, Mask
from sc3d_desktop.data.query import Sort
from sc3d_desktop.generation.candidate import Candidate, Stability

_NONE: Ints = np.zeros(0, dtype=np.int64)
_DOMAINS = {"inside": 0, "edge": 1, "outside": 2}

Place = tuple[bool, float | str, int]
"""Whether a value is missing, the value, and the index: missing ones always stand last."""


@dataclass(frozen=True)
class Wanted:
    """``text`` are elements that must be there, or else a part of the formula."""

    valid: bool = True
    novel: bool = False
    unique: bool = False
    text: str = ""
    tc_kelvin: float = 0.0

    def fits(self, candidate: Candidate) -> bool:
        said = candidate.judgement
        return (
            (said.valid or not self.valid)
            and (said.novel is True or not self.novel)
            and (said.duplicate_of is None or not self.unique)
            and (not self.tc_kelvin or (said.tc_kelvin or 0.0) >= self.tc_kelvin)
            and self._names(candidate)
        )

    def _names(self, candidate: Candidate) -> bool:
        words = self.text.replace(",", " ").split()
        if all(is_element(word) for word in words):
            return set(words) <= set(candidate.crystal.composition)
        return self.text.strip().lower() in candidate.formula.lower()


_VALUES: dict[str, Callable[[Candidate], float | str | None]] = {
    "id": lambda c: c.index,
    "formula": lambda c: c.formula,
    "tc": lambda c: c.judgement.tc_kelvin,
    "p_superconductor": lambda c: c.judgement.p_superconductor,
    "domain": lambda c: _DOMAINS.get(c.judgement.domain or ""),
    "space_group": lambda c: c.judgement.space_group_number_symmetrised,
    "faults": lambda c: len(c.judgement.faults) + (not c.judgement.valid),
    "novel": lambda c: None if c.judgement.novel is None else not c.judgement.novel,
    "duplicate": lambda c: c.judgement.duplicate_of,
    "above_hull": lambda c: _above_hull(c.judgement.stability),
}


def _above_hull(stability: Stability | None) -> float | None:
    return None if stability is None else stability.above_hull


class FoundCandidates:
    """An answer that a table follows. Candidates come one by one; each goes to its place."""

    found_changed = Signal()
    selection_changed = Signal()
    wanted_changed = Signal()

    def __init__(self) -> None:
        self.all: dict[int, Candidate] = {}
        self.wanted, self.sort = Wanted(), Sort()
        self.ids: Ints = _NONE
        self.selection: Ints = _NONE
        self._order: list[Place] = []
        self._run = 0

    @property
    def question(self) -> object:
        return self._run, self.wanted, self.sort

    # What there is

    def show(self, candidates: Iterable[Candidate]) -> None:
        """The candidates of another run."""
        self.all = {candidate.index: candidate for candidate in candidates}
        self._run += 1
        self._answer()

    def add(self, candidate: Candidate) -> None:
        """One more, or one of which more is known now."""
        known = candidate.index in self.all
        self.all[candidate.index] = candidate
        if known:
            self._answer()
        elif self.wanted.fits(candidate):
            insort(self._order, self._place(candidate))
            self._tell()
        else:
            self.found_changed.emit()

    def want(self, wanted: Wanted) -> None:
        if wanted != self.wanted:
            self.wanted = wanted
            self.wanted_changed.emit()
            self._answer()

    def sort_by(self, sort: Sort) -> None:
        if sort != self.sort:
            self.sort = sort
            self._answer()

    def _answer(self) -> None:
        self._order = sorted(self._place(c) for c in self.all.values() if self.wanted.fits(c))
        self._tell()

    def _tell(self) -> None:
        order = reversed(self._order) if self.sort.descending else self._order
        self.ids = np.fromiter((index for *_, index in order), np.int64, len(self._order))
        self.found_changed.emit()
        self.select(self.selection)

    def _place(self, candidate: Candidate) -> Place:
        value = _VALUES[self.sort.column](candidate)
        falls = self.sort.descending
        missing = value is None
        return missing != falls, 0.0 if value is None else value, candidate.index

    # What a table asks

    def row(self, place: int) -> Candidate | None:
        return self.all[int(self.ids[place])] if 0 <= place < len(self.ids) else None

    def candidate(self, index: int | None) -> Candidate | None:
        return self.all.get(index) if index is not None else None

    def places(self, ids: Ints) -> Ints:
        return np.flatnonzero(np.isin(self.ids, ids))

    def select(self, ids: Ints) -> None:
        """Those that are not found are left out."""
        chosen = np.unique(ids)
        chosen = chosen[np.isin(chosen, self.ids)]
        if not np.array_equal(chosen, self.selection):
            self.selection = chosen
            self.selection_changed.emit()

    def is_selected(self, ids: Ints) -> Mask:
        return np.isin(ids, self.selection)

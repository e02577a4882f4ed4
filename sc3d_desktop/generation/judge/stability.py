"""Stability of a candidate: relaxed, and against the known phases of its chemical system."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.elements import element
from sc3d_desktop.crystal.formula import formula
from sc3d_desktop.crystal.symmetry import primitive
from sc3d_desktop.data.catalogue import Catalogue
from sc3d_desktop.data.columns import Columns
from sc3d_desktop.data.elements import holds_elements
from sc3d_desktop.generation.candidate import Stability
from sc3d_desktop.generation.judge.relaxation import Relaxed, Relaxer
from sc3d_desktop.steps import retell

_MOST_PHASES = 30
_MOST_SITES = 40
_FEWEST_PAIRS = 0.5
"""Share of the pairs of elements of which a binary compound has to be known."""


@dataclass(frozen=True)
class Phase:
    """``energy`` in eV an atom."""

    composition: Mapping[str, float]
    energy: float


class StabilityJudge:
    """Relaxes candidates, and known phases once each. ``catalogue`` may be None. Raises
    ``ModelError`` where the extra ``stability`` is not installed.
    """

    def __init__(self, catalogue: Catalogue | None) -> None:
        self._relaxer = Relaxer()
        self._catalogue = catalogue
        self._columns = None if catalogue is None else catalogue.columns()
        self._energies: dict[str, float] = {}

    def steps(self, crystal: Crystal) -> Generator[str, None, Stability]:
        """Yields after each step of relaxing, in words. Raises ``GenerationError`` for what cannot
        be calculated.
        """
        relaxing = self._relaxer.relax(crystal)
        relaxed = yield from _told(relaxing, f"Relaxing {formula(crystal.composition)}")
        elements = {element(el).symbol for el in crystal.composition}
        known = self._known(elements)
        lacking = _lacking(elements, [c.composition for c in known])
        above = None
        if not lacking:
            phases = yield from self._phases(known)
            above = above_hull(Phase(crystal.composition, relaxed.energy), phases)
        note = lacking or f"Compared with {len(known)} known phases, relaxed with CHGNet as well."
        return Stability(
            energy=relaxed.energy,
            above_hull=above,
            displacement=relaxed.displacement,
            volume_change=relaxed.volume_change,
            converged=relaxed.converged,
            relaxed=relaxed.crystal,
            note=note,
        )

    def _known(self, elements: set[str]) -> list[Crystal]:
        """Ordered entries of these elements alone, the smallest first."""
        if self._catalogue is None or self._columns is None:
            return []
        ids = _ordered_of(elements, self._columns)
        crystals = (self._catalogue.crystal(i) for i in ids)
        return [primitive(c) for c in crystals if c is not None and c.is_ordered][:_MOST_PHASES]

    def _phases(self, crystals: Sequence[Crystal]) -> Generator[str, None, list[Phase]]:
        for crystal in crystals:
            if crystal.key not in self._energies:
                relaxing = self._relaxer.relax(crystal)
                told = f"Relaxing the known phase {formula(crystal.composition)}"
                relaxed = yield from _told(relaxing, told)
                self._energies[crystal.key] = relaxed.energy
        return [Phase(c.composition, self._energies[c.key]) for c in crystals]


def above_hull(candidate: Phase, known: Sequence[Phase]) -> float:
    """How far above the convex hull of the known phases, which hold every element, in eV an atom;
    negative for what lies below it.
    """
    from pymatgen.analysis.phase_diagram import PDEntry, PhaseDiagram
    from pymatgen.core import Composition

    def entry(phase: Phase) -> PDEntry:
        composition = Composition({element(el).symbol: n for el, n in phase.composition.items()})
        return PDEntry(composition, phase.energy * composition.num_atoms)

    hull = PhaseDiagram([entry(phase) for phase in known])
    return float(hull.get_e_above_hull(entry(candidate), allow_negative=True))


def _told(relaxing: Generator[int, None, Relaxed], text: str) -> Generator[str, None, Relaxed]:
    return (yield from retell(relaxing, lambda step: f"{text}, step {step}"))


def _ordered_of(elements: set[str], columns: Columns) -> list[int]:
    fits = holds_elements(columns.elements_low, columns.elements_high, (), elements, ())
    ordered = np.array([word == "O" for word in columns.disorder.words], dtype=bool)
    fits &= ordered[columns.disorder.codes] if len(ordered) else False
    fits &= (columns.n_sites > 0) & (columns.n_sites <= _MOST_SITES)
    rows = np.flatnonzero(fits)
    smallest_first = rows[np.argsort(columns.n_sites[rows], kind="stable")]
    return [int(i) for i in columns.ids[smallest_first]]


def _lacking(elements: set[str], known: Sequence[Mapping[str, float]]) -> str:
    """Why there is no hull, in words; empty where there is one."""
    systems = {frozenset(element(el).symbol for el in composition) for composition in known}
    without = sorted(el for el in elements if frozenset({el}) not in systems)
    if without:
        return f"No hull: the catalogue has no structure of {', '.join(without)}."
    pairs = [frozenset(pair) for pair in combinations(sorted(elements), 2)]
    there = sum(pair in systems for pair in pairs)
    if pairs and there < _FEWEST_PAIRS * len(pairs):
        return (
            f"No hull: the catalogue has binary compounds of {there} of {len(pairs)} pairs of "
            "its elements."
        )
    return ""

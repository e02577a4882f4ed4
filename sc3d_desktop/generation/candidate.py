"""A candidate and what is said of it; plain types for the window as well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.models.interface import Domain, NearestKnown

MatchKind = Literal["structure", "composition", "ordered child"]


@dataclass(frozen=True)
class Match:
    """Something known beside a candidate: the same structure, the same composition in another or
    an unknown structure, or a disordered parent that this is an ordered child of. ``where`` names
    the set or collection; ``entry`` is its number in the catalogue, None outside of it.
    """

    kind: MatchKind
    name: str
    where: str
    entry: int | None = None


@dataclass(frozen=True)
class Stability:
    """After relaxing with CHGNet: energies in eV an atom, lengths in Å. ``above_hull`` is None
    where too little is known of the chemical system; ``note`` says what was compared, or why not.
    """

    energy: float
    above_hull: float | None
    displacement: float
    volume_change: float
    converged: bool
    relaxed: Crystal
    note: str


@dataclass(frozen=True)
class Judgement:
    """What is known of a candidate; None where a thing is not known.

    ``faults`` are sentences; without one the candidate is valid. ``balanced`` says whether usual
    oxidation states can add up to zero (alloys of metals count as balanced). ``space_group`` is
    that of the crystal as made, ``space_group_symmetrised`` that within 0.1 Å, of which
    ``symmetrised`` is the crystal. ``duplicate_of`` is the index of an earlier candidate of the run
    with the same structure. ``matches`` are what it is not new beside; ``novel`` is None where
    nothing could be compared. Tc in K, ``tc_low_kelvin`` and ``tc_high_kelvin`` bound 90 %.
    """

    faults: tuple[str, ...] = ()
    shortest_distance: float | None = None
    balanced: bool | None = None
    space_group: str = ""
    space_group_number: int | None = None
    space_group_symmetrised: str = ""
    space_group_number_symmetrised: int | None = None
    symmetrised: Crystal | None = None
    duplicate_of: int | None = None
    matches: tuple[Match, ...] = ()
    novel: bool | None = None
    tc_kelvin: float | None = None
    tc_low_kelvin: float | None = None
    tc_high_kelvin: float | None = None
    p_superconductor: float | None = None
    domain: Domain | None = None
    in_training: bool | None = None
    nearest: tuple[NearestKnown, ...] = ()
    notes: tuple[str, ...] = ()
    model: str = ""
    stability: Stability | None = None

    @property
    def valid(self) -> bool:
        return not self.faults


@dataclass(frozen=True)
class Candidate:
    """``index`` counts from 1 in its run; ``crystal`` is as made, in P1, named by formula."""

    index: int
    crystal: Crystal
    formula: str
    judgement: Judgement

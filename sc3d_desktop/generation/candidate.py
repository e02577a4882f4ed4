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
    the set or collection; ``entry`` is its number in the catalogue, None outside of it. Of the
    training data, which are not at hand, the same composition and space group count as the same
    structure.
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

    ``faults`` of the structure are sentences. ``balanced`` says whether known oxidation states can
    add up to zero (alloys count as balanced). ``space_group`` is that of the crystal as made;
    ``symmetrised`` is its primitive cell with the atoms moved a little, at most by
    ``judge.symmetry.MOST_MOVED_ANGSTROM``, onto a higher symmetry, that of
    ``space_group_symmetrised``; None where none higher is near, and the two groups are equal.
    ``duplicate_of`` is the index of an earlier candidate of the run with the same structure.
    ``matches`` are what it is not new beside; ``novel`` is None where something has its composition
    and could not be compared, or there was nothing to compare with. Tc in K, ``tc_low_kelvin`` and
    ``tc_high_kelvin`` bound 90 %; nothing is predicted or compared where the structure has a fault.
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
        """As the field has it: no fault of the structure, and charges that balance."""
        return not self.faults and self.balanced is not False


@dataclass(frozen=True)
class Candidate:
    """``index`` counts from 1 in its run; ``crystal`` is as made, in P1, named by formula."""

    index: int
    crystal: Crystal
    formula: str
    judgement: Judgement


@dataclass(frozen=True)
class Denoising:
    """A state of the sample that is being made; no crystal where it is not finite or flat."""

    index: int
    step: int
    steps: int
    crystal: Crystal | None


@dataclass(frozen=True)
class Found:
    """A candidate that is on disk."""

    candidate: Candidate

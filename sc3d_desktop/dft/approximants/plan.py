"""What cells can stand for a disordered crystal, before any of them is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.formula import formula
from sc3d_desktop.dft.approximants.bookkeeping import (
    Counts,
    composition,
    configurations,
    counts,
    deviation,
)
from sc3d_desktop.dft.approximants.oxidation import charges_differ
from sc3d_desktop.dft.approximants.spots import EMPTY, LatticeModel, lattice_model
from sc3d_desktop.errors import HandOffError

DEFAULT_TOLERANCE, DEFAULT_MAX_SITES, DEFAULT_COUNT = 0.005, 200, 4
ENUMERATED_AT_MOST = 50_000
EXACT = 5e-4
"""Files give thirds as 0.333."""
_LARGEST_CELL = 1_000
_LISTED = 6


class Method(StrEnum):
    """How the approximants are found."""

    ORDERED = "ordered"
    ENUMERATION = "enumeration"
    EWALD = "enumeration, ranked by electrostatic energy"
    QUASIRANDOM = "special quasirandom structures"


@dataclass(frozen=True)
class CellOption:
    """A supercell of ``size`` primitive cells. ``composition`` counts its atoms; ``deviation`` is
    the largest error of the share of an element on a sublattice; ``configurations`` counts the
    ways to fill it, symmetry not used.
    """

    size: int
    composition: Mapping[str, int]
    deviation: float
    configurations: int
    counts: Counts

    @property
    def n_sites(self) -> int:
        return sum(self.composition.values())

    @property
    def exact(self) -> bool:
        return self.deviation <= EXACT

    @property
    def formula(self) -> str:
        return formula(dict(self.composition))

    @property
    def achieved(self) -> str:
        """The formula in the unit of the crystal's, to stand beside it."""
        return formula({el: n / self.size for el, n in self.composition.items()})

    def __str__(self) -> str:
        off = "exact" if self.exact else f"off by {self.deviation:.4f}"
        return f"{self.n_sites} atoms, {self.formula} ({off})"


@dataclass(frozen=True)
class Plan:
    """What is asked for and what cells come near to it.

    ``target`` is the composition of the primitive cell. ``options`` grow in size, each nearer to
    the target than all before; ``chosen`` is the smallest within the tolerance. ``method`` is how
    its approximants will be found, and ``why`` says it in a sentence.
    """

    crystal: Crystal
    model: LatticeModel
    target: Mapping[str, float]
    options: tuple[CellOption, ...]
    chosen: CellOption
    method: Method
    why: str
    tolerance: float

    @property
    def target_formula(self) -> str:
        return formula(dict(self.target))

    def rows(self, option: CellOption | None = None) -> Iterator[tuple[str, str, float, float]]:
        """(sublattice, element or “vacancy”, share asked for, share of the option or of the chosen
        cell).
        """
        counts_of = (option or self.chosen).counts
        for sublattice, n_of in zip(self.model.sublattices, counts_of, strict=True):
            for el in dict.fromkeys(kind.element for kind in sublattice.kinds):
                of_it = [i for i, kind in enumerate(sublattice.kinds) if kind.element == el]
                wanted = sum(sublattice.kinds[i].weight for i in of_it)
                got = sum(n_of[i] for i in of_it) / sum(n_of)
                yield sublattice.label, el if el != EMPTY else "vacancy", wanted, got


def plan(
    crystal: Crystal,
    tolerance: float = DEFAULT_TOLERANCE,
    max_sites: int = DEFAULT_MAX_SITES,
    method: Method | None = None,
    min_sites: int = 1,
    size: int | None = None,
) -> Plan:
    """The smallest supercell whose shares are all within ``tolerance`` of those of the crystal, or
    that of ``size`` primitive cells, whatever its shares.

    ``tolerance`` is a share of the sites of a sublattice: 0.005 is half a per cent. Answers at
    once, whatever the number of configurations. Larger cells than the smallest come nearer to a
    random mixture: ``min_sites`` asks for them. Raises ``HandOffError`` with what is possible
    where no cell of up to ``max_sites`` atoms is near enough, and for an enumeration that would
    not end.
    """
    _check(tolerance, min_sites, max_sites)
    model = lattice_model(crystal)
    options = _options(model, min_sites, max_sites)
    if not options:
        raise _nothing(crystal, model, min_sites, max_sites)
    near = [o for o in options if _fits(o, tolerance, size)]
    if not near and size is not None:
        raise _not_listed(crystal, options, size)
    if not near:
        raise _too_small(crystal, options, tolerance, max_sites)
    chosen = near[0]
    way, why = method_for(model, chosen, method)
    return Plan(crystal, model, _target(model), options, chosen, way, why, tolerance)


def _fits(option: CellOption, tolerance: float, size: int | None) -> bool:
    if size is not None:
        return option.size == size
    return option.deviation <= tolerance + 1e-9


def _check(tolerance: float, min_sites: int, max_sites: int) -> None:
    if not 0 <= tolerance <= 0.5:
        raise HandOffError(
            f"A tolerance of {tolerance:g} is not a share of sites.", "Give one from 0 to 0.5."
        )
    if not 1 <= min_sites <= max_sites <= _LARGEST_CELL:
        raise HandOffError(
            f"A cell of {min_sites} to {max_sites} atoms cannot be made.",
            f"Give numbers from 1 to {_LARGEST_CELL}, the smaller one first.",
        )


def _name(crystal: Crystal) -> str:
    return crystal.name or formula(crystal.composition)


def _target(model: LatticeModel) -> dict[str, float]:
    return model.cell.composition


def _options(model: LatticeModel, min_sites: int, max_sites: int) -> tuple[CellOption, ...]:
    options: list[CellOption] = []
    for size in range(1, max(1, max_sites) + 1):
        found = counts(model, size)
        atoms = composition(model, size, found)
        if sum(atoms.values()) > max_sites:
            break
        # An element that is in the crystal must be in its stand-in.
        if sum(atoms.values()) < min_sites or set(atoms) != set(model.cell.composition):
            continue
        off = deviation(model, size, found)
        if not options or off < options[-1].deviation - 1e-9:
            ways = configurations(model, found)
            options.append(CellOption(size, atoms, off, ways, found))
        if off <= EXACT:
            break
    return tuple(options)


def _nothing(crystal: Crystal, model: LatticeModel, min_sites: int, max_sites: int) -> HandOffError:
    """The primitive cell is too large, or an element is too rare for the cells allowed."""
    if model.n_sites > max_sites:
        return HandOffError(
            f"The primitive cell of {_name(crystal)} has about {model.n_sites} atoms, more than "
            f"the {max_sites} allowed.",
            "Allow more atoms (--max-sites).",
        )
    wanted = set(model.cell.composition)
    for size in range(1, _LARGEST_CELL):
        atoms = composition(model, size, counts(model, size))
        if set(atoms) == wanted:
            break
    if min_sites > 1 and sum(atoms.values()) <= max_sites:
        return HandOffError(
            f"No cell of {_name(crystal)} has {min_sites} to {max_sites} atoms.",
            "Widen the range (--min-sites, --max-sites).",
        )
    rare = min(model.cell.composition, key=lambda el: model.cell.composition[el])
    return HandOffError(
        f"Cells of up to {max_sites} atoms are too small for the concentration of {rare} in "
        f"{_name(crystal)}: not one atom of it would be in them.",
        f"Allow {sum(atoms.values())} atoms (--max-sites).",
    )


def _too_small(
    crystal: Crystal, options: tuple[CellOption, ...], tolerance: float, max_sites: int
) -> HandOffError:
    listed = "; ".join(str(option) for option in options[-_LISTED:])
    nearest = options[-1].deviation
    return HandOffError(
        f"No cell of up to {max_sites} atoms has the composition of {_name(crystal)} "
        f"({formula(crystal.composition)}) within {tolerance:g} of the sites. Possible: {listed}.",
        f"Allow a difference of {nearest:.4f} (--tolerance), or more atoms (--max-sites).",
    )


def _not_listed(crystal: Crystal, options: tuple[CellOption, ...], size: int) -> HandOffError:
    listed = "; ".join(f"{o.size}: {o}" for o in options[-_LISTED:])
    return HandOffError(
        f"A cell of {size} primitive ones is no nearer to the composition of {_name(crystal)} than "
        "a smaller one, or too large.",
        f"Possible: {listed}.",
    )


def method_for(model: LatticeModel, chosen: CellOption, asked: Method | None) -> tuple[Method, str]:
    """How the cell is filled, and why so. Raises ``HandOffError`` for a method that would not end
    or makes no sense.
    """
    ways = chosen.configurations
    if not model.sublattices:
        return Method.ORDERED, "Every site holds one species."
    if asked in (Method.ENUMERATION, Method.EWALD) and ways > ENUMERATED_AT_MOST:
        raise HandOffError(
            f"The cell of {chosen.n_sites} atoms can be filled in {written(ways)} ways, more than "
            f"the {ENUMERATED_AT_MOST:,} that are enumerated.",
            "Use special quasirandom structures (the automatic choice), or a smaller cell "
            "(--tolerance).",
        )
    if asked is Method.QUASIRANDOM or ways > ENUMERATED_AT_MOST:
        return Method.QUASIRANDOM, (
            f"{written(ways)} configurations are too many to enumerate: structures are sought "
            "whose neighbours are distributed as in a random mixture."
        )
    charged = charges_differ(model, chosen.composition)
    if asked is Method.EWALD and not charged:
        raise HandOffError(
            f"Oxidation states make no sense in {chosen.formula}, so there is no electrostatic "
            "energy to rank by.",
            "Leave the choice of the method to the program.",
        )
    if asked is not Method.ENUMERATION and charged:
        return Method.EWALD, (
            f"All {written(ways)} configurations are enumerated; oxidation states make sense here, "
            "so those of lowest electrostatic energy are taken."
        )
    return Method.ENUMERATION, (
        f"All {written(ways)} configurations are enumerated; those whose neighbours are nearest to "
        "a random mixture are taken."
    )


def written(ways: int) -> str:
    """A count as a person writes it."""
    return f"{ways:,}" if ways < 10**7 else f"{ways:.1e}" if ways < 10**300 else "over 1e300"

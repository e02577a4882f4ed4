"""Whether an ordered crystal is one of the arrangements that a disordered one stands for."""

from __future__ import annotations

from functools import cache
from typing import Any

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.elements import element
from sc3d_desktop.crystal.symmetry import primitive

_MOST_CELLS = 8
_MOST_SITES = 80
"""Of the parent in the cell of the child: matching more takes seconds."""

_VACANT = 1e-3


def is_ordered_child(child: Crystal, parent: Crystal) -> bool:
    """Whether every atom of the child lies on a site of the parent that may hold its element, and
    every site that is left over may be empty. Cells are scaled to one volume and may be multiples
    of each other; larger ones than can be matched in a second or so count as no match.
    """
    one, other = _structure(primitive(child)), _structure(primitive(parent))
    cells = max(1, round(one.volume / other.volume))
    if cells > _MOST_CELLS or max(len(other) * cells, len(one)) > _MOST_SITES:
        return False
    may_be_empty = [site.species.num_atoms < 1 - _VACANT for site in other]
    left_over = _left_over(one, other)
    return left_over is not None and all(may_be_empty[i] for i in left_over)


def _left_over(child: Any, parent: Any) -> set[int] | None:
    """Sites of the parent that are empty somewhere in the child; None where they do not match."""
    if parent.volume > 1.5 * child.volume:
        found = _matcher().get_transformation(parent, child)
        return None if found is None else _without_atom(found[2], child, parent)
    found = _matcher().get_transformation(child, parent)
    if found is None or None in found[2][: len(child)]:
        return None
    # Copies of one site of the parent stand next to each other in its supercell.
    cells = max(1, round(child.volume / parent.volume))
    held = {int(i) for i in found[2][: len(child)]}
    return {i // cells for i in range(len(parent) * cells) if i not in held}


def _without_atom(atoms: list[int | None], child: Any, parent: Any) -> set[int] | None:
    """Of a child that is repeated to fill the cell of the parent; each of its atoms has a site."""
    on_sites = atoms[: len(parent)]
    cells = max(1, round(parent.volume / child.volume))
    if len(parent) - on_sites.count(None) != len(child) * cells:
        return None
    return {i for i, atom in enumerate(on_sites) if atom is None}


def _structure(crystal: Crystal) -> Any:
    from pymatgen.core import Lattice, Structure

    species = [{element(el).symbol: w for el, w in _held(s.species)} for s in crystal.sites]
    return Structure(Lattice(crystal.lattice), species, crystal.frac_coords)


def _held(species: Any) -> list[tuple[str, float]]:
    """Files round occupancies so that they add up to a little more than 1."""
    total = max(1.0, species.total)
    return [(el, w / total) for el, w in species.items()]


class _Allowed:
    """A comparator of pymatgen's matcher: the child has one element on a site, so it is allowed
    where the two share any.
    """

    def are_equal(self, one: Any, other: Any) -> bool:
        return not set(one.elements).isdisjoint(other.elements)

    def get_hash(self, composition: Any) -> int:
        return 0


@cache
def _matcher() -> Any:
    from pymatgen.analysis.structure_matcher import StructureMatcher

    return StructureMatcher(
        primitive_cell=False,
        attempt_supercell=True,
        allow_subset=True,
        supercell_size="volume",
        comparator=_Allowed(),
    )

"""Which entries are one material in one structure: equal compositions, then equal structures."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.data.catalogue import Catalogue
from sc3d_desktop.data.columns import Columns

_MOST_SITES = 400
"""Matching larger cells takes minutes; those of one size are taken as alike."""


def find_alike(catalogue: Catalogue) -> Generator[tuple[int, int], None, int]:
    """Group the entries that are duplicates and keep the groups, in place of earlier ones; yields
    (compositions looked at, all of them), returns the number of groups.

    Candidates share their composition to four digits; of these, ``same_structure`` decides. Entries
    without a structure are alike by composition.
    """
    buckets = sorted(_candidates(catalogue.columns()))
    groups: list[list[int]] = []
    for done, ids in enumerate(buckets):
        yield done, len(buckets)
        crystals = [catalogue.crystal(i) for i in ids]
        groups += [[ids[i] for i in group] for group in _groups(crystals) if len(group) > 1]
    catalogue.put_groups(groups)
    return len(groups)


def same_structure(one: Crystal, other: Crystal) -> bool:
    """Whether pymatgen's matcher maps one onto the other, with cells scaled to one volume. Sites
    match when their species and occupancies do.
    """
    from pymatgen.analysis.structure_matcher import StructureMatcher

    if max(len(one), len(other)) > _MOST_SITES:
        return len(one) == len(other)
    return bool(StructureMatcher().fit(_structure(one), _structure(other)))


def _structure(crystal: Crystal) -> Any:
    from pymatgen.core import Lattice, Structure

    species = [{el: round(w, 3) for el, w in site.species.items()} for site in crystal.sites]
    return Structure(Lattice(crystal.lattice), species, crystal.frac_coords)


def _candidates(columns: Columns) -> Iterator[list[int]]:
    """Ids of entries of one composition, where there is more than one."""
    order = np.argsort(columns.composition, kind="stable")
    ordered = columns.composition[order]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    for rows in np.split(order, starts[1:]):
        if len(rows) > 1:
            yield columns.ids[rows].tolist()


def _groups(crystals: Sequence[Crystal | None]) -> Iterable[list[int]]:
    """Indices of what is alike, each with the first one it matches."""
    groups: list[list[int]] = []
    for i, crystal in enumerate(crystals):
        for group in groups:
            if _alike(crystals[group[0]], crystal):
                group.append(i)
                break
        else:
            groups.append([i])
    return groups


def _alike(one: Crystal | None, other: Crystal | None) -> bool:
    if one is None or other is None:
        return one is other
    return one == other or same_structure(one, other)

"""Published cells to set hand-written ones against, read where they lie."""

from __future__ import annotations

import csv
import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.cif import parse_cif
from sc3d_desktop.crystal.symmetry import species_numbers
from sc3d_desktop.errors import CifError

AMOUNT_TOLERANCE = 0.004
"""Atomic fractions this near are one compound: oxygen contents are given to two digits at best."""

SYMPREC_ANGSTROM = 0.05
_TERM = re.compile(r"([A-Z][a-z]?) ?(\d*\.?\d*)")
_AS_HYDROGEN = {"D": "H", "T": "H"}


@dataclass(frozen=True)
class Cell:
    """A conventional cell after spglib: lengths in Å."""

    space_group: int
    lengths: tuple[float, ...]

    def differs(self, other: Cell) -> float:
        """The largest relative difference of a length; infinite for another space group."""
        if self.space_group != other.space_group:
            return float("inf")
        return max(abs(a / b - 1) for a, b in zip(self.lengths, other.lengths, strict=True))


def conventional(crystal: Crystal) -> Cell:
    import spglib

    cell = (crystal.lattice, crystal.frac_coords, species_numbers(crystal))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # spglib warns of its own future
        found = spglib.get_symmetry_dataset(cell, symprec=SYMPREC_ANGSTROM)
    assert found is not None
    lengths = tuple(float(x) for x in np.linalg.norm(found.std_lattice, axis=1))
    return Cell(found.number, lengths)


def volume_per_atom(crystal: Crystal) -> float:
    """In Å³; an atom is what the occupancies add to."""
    atoms = sum(site.species.total for site in crystal.sites)
    return abs(float(np.linalg.det(crystal.lattice))) / atoms


class References:
    """The structures of SuperCon3D (measured) and 3DSC (calculated), found by composition."""

    def __init__(self, data: Path) -> None:
        self._archives = {
            "SuperCon3D": zipfile.ZipFile(data / "supercon3d" / "supercon3d.zip"),
            "3DSC": zipfile.ZipFile(data / "3dsc_mp" / "3dsc_mp_cifs.zip"),
        }
        self._members = {
            source: {name.rsplit("/", 1)[-1]: name for name in archive.namelist()}
            for source, archive in self._archives.items()
        }
        self._listed: dict[frozenset[str], list[tuple[dict[str, float], str, str]]] = {}
        self._list("SuperCon3D", data / "supercon3d" / "supercon3d.csv", "norm_formula")
        self._list("3DSC", data / "3dsc_mp" / "3dsc_mp.csv", "formula_sc")

    def close(self) -> None:
        for archive in self._archives.values():
            archive.close()

    def of(self, fractions: dict[str, float], source: str) -> Iterator[Crystal]:
        """Every structure of ``source`` that has these atomic fractions, isotopes taken as one."""
        fractions = {_AS_HYDROGEN.get(el, el): share for el, share in fractions.items()}
        for found, where, file in self._listed.get(frozenset(fractions), []):
            near = max(abs(found[el] - fractions[el]) for el in fractions) < AMOUNT_TOLERANCE
            if near and where == source:
                raw = self._archives[source].read(self._members[source][file])
                yield from _readable(raw.decode("utf-8", "replace"), file)

    def _list(self, source: str, table: Path, column: str) -> None:
        with table.open(encoding="utf-8") as stream:
            for row in csv.DictReader(stream):
                found = atomic_fractions(row[column])
                place = self._listed.setdefault(frozenset(found), [])
                place.append((found, source, row["file"]))


def _readable(text: str, file: str) -> list[Crystal]:
    """The crystal of a file, none where it cannot be one."""
    try:
        return parse_cif(text, file)[:1]
    except CifError:
        return []


def atomic_fractions(formula: str) -> dict[str, float]:
    amounts: dict[str, float] = {}
    for element, amount in _TERM.findall(formula):
        amounts[element] = amounts.get(element, 0.0) + float(amount or 1)
    total = sum(amounts.values())
    return {element: amount / total for element, amount in amounts.items() if amount}


def site_distance(one: Crystal, other: Crystal) -> float:
    """Root mean square distance of the sites of two crystals as a share of the mean atom's size,
    infinite where they have other sites. A site counts as the element it holds most of, and not
    at all where it is mostly empty.
    """
    from pymatgen.analysis.structure_matcher import ElementComparator, StructureMatcher

    matcher = StructureMatcher(comparator=ElementComparator(), primitive_cell=True, scale=True)
    found = matcher.get_rms_dist(_averaged(one), _averaged(other))
    return float("inf") if found is None else float(found[0])


def _averaged(crystal: Crystal) -> Any:
    from pymatgen.core import Structure

    species = [site.species for site in crystal.sites]
    kept = [i for i, s in enumerate(species) if s.total >= 0.45]
    main = [max(species[i].items(), key=lambda pair: (pair[1], pair[0]))[0] for i in kept]
    names = [_AS_HYDROGEN.get(element, element) for element in main]
    return Structure(crystal.lattice, names, crystal.frac_coords[kept])

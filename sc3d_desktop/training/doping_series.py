"""Doping series: crystals along one doping with the measured Tc of each.

There are two kinds: those of the literature in ``resources/science``, each with its source, and
those found in the 3DSC table at run time.
"""

from __future__ import annotations

import csv
import json
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.cif import parse_cif, read_cif
from sc3d_desktop.crystal.edits import site_indices, substitute
from sc3d_desktop.errors import TrainingError
from sc3d_desktop.paths import resources

DERIVED_POINTS = 5
DERIVED_SPREAD = 0.2
SAME_AMOUNT = 1e-3
"""Amounts of an element an atom of the cell that differ by less are equal."""


@dataclass(frozen=True)
class DopingSeries:
    """Crystals along one doping, with the measured Tc of each.

    ``x`` rises and is the x of ``name``; every ``tc_kelvin`` is above 0. ``gone_x`` and ``gone``
    are the compositions where no superconductivity is found; they take no part in correlations.
    """

    name: str
    source: str
    x: tuple[float, ...]
    tc_kelvin: tuple[float, ...]
    crystals: tuple[Crystal, ...]
    gone_x: tuple[float, ...] = ()
    gone: tuple[Crystal, ...] = ()

    @property
    def ln_tc(self) -> NDArray[np.float64]:
        return np.log(np.array(self.tc_kelvin))

    @cached_property
    def chemical_systems(self) -> frozenset[str]:
        """The systems ("Cu-La-O-Sr", symbols in alphabetical order) of all its crystals.

        A model that has not seen the series was trained without every one of them.
        """
        return frozenset("-".join(sorted(c.composition)) for c in (*self.crystals, *self.gone))


@cache
def load_series() -> tuple[DopingSeries, ...]:
    """The series of the literature that ship with the program. Raises ``TrainingError``."""
    folder = resources() / "science"
    table, structures = folder / "doping_series.json", folder / "doping_parents.cif"
    for file in (table, structures):
        if not file.is_file():
            raise TrainingError(f"There is no {file.name}.", "Install the program again.")
    parents = {crystal.block: crystal for crystal in read_cif(structures)}
    rows = json.loads(table.read_text(encoding="utf-8"))["series"]
    return tuple(_literature_series(row, parents) for row in rows)


def _literature_series(row: Mapping[str, Any], parents: Mapping[str, Crystal]) -> DopingSeries:
    parent = parents[row["parent"]]
    sites = [i for label in row["sites"] for i in site_indices(parent, label)]
    start, slope = row["occupancy"]

    def doped(x: float) -> Crystal:
        # Rounded, so that the end of a line is not missed by the last digit of a float.
        occupancy = round(start + slope * x, 9)
        return substitute(parent, sites, row["host"], row["dopant"], occupancy)

    x, tc = zip(*row["points"], strict=True)
    return DopingSeries(
        name=row["name"],
        source=row["source"],
        x=x,
        tc_kelvin=tc,
        crystals=tuple(doped(v) for v in x),
        gone_x=tuple(row["gone"]),
        gone=tuple(doped(v) for v in row["gone"]),
    )


@dataclass(frozen=True)
class _Row:
    """A 3DSC entry: the atoms of each element an atom of the cell, from its CIF."""

    formula: str
    parent: str
    tc_kelvin: float
    crystal: Crystal
    fractions: dict[str, float]


_Line = tuple[str, frozenset[str], tuple[tuple[str, int], ...], int]
"""Parent, the two elements that change, the other amounts, and the sum of the two."""


def series_of_3dsc(data: Path) -> tuple[DopingSeries, ...]:
    """Series among the entries with a Tc in ``3dsc_mp`` of the data folder.

    A series is a set of at least 5 entries made from one Materials Project structure, in which one
    element replaces another on a site that they share, and all other amounts in the CIF are equal
    (to 0.001 an atom of the cell); its ln Tc spreads over more than 0.2. Of several files of one
    formula and structure the first is taken; of several structures with the same series the one
    with most entries. x is the share of the element of which there is less.

    Raises ``TrainingError`` where the files are missing.
    """
    lines: dict[_Line, list[_Row]] = defaultdict(list)
    for rows in _rows_of_parents(data).values():
        elements = sorted({el for row in rows for el in row.fractions})
        for row in rows:
            for pair in combinations(elements, 2):
                if any(el in row.fractions for el in pair):
                    lines[_line(row, pair)].append(row)
    found = [s for line, rows in lines.items() if (s := _derived_series(line[1], rows)) is not None]
    return tuple(_distinct(found))


def _rows_of_parents(data: Path) -> dict[str, list[_Row]]:
    """Parent structure → its entries, one a formula, where there are enough of them."""
    folder = data / "3dsc_mp"
    table, archive = folder / "3dsc_mp.csv", folder / "3dsc_mp_cifs.zip"
    for file in (table, archive):
        if not file.is_file():
            raise TrainingError(
                f"There is no {file.name} in {folder}.", "Give the data folder with --data."
            )
    listed: dict[str, dict[str, dict[str, str]]] = defaultdict(dict)
    with table.open(encoding="utf-8", newline="") as stream:
        for entry in csv.DictReader(stream):
            if float(entry["tc_K"]) > 0:
                listed[entry["mp_id"]].setdefault(entry["formula_sc"], entry)
    with zipfile.ZipFile(archive) as cifs:
        return {
            parent: [_row(entry, cifs) for entry in entries.values()]
            for parent, entries in listed.items()
            if len(entries) >= DERIVED_POINTS
        }


def _row(entry: Mapping[str, str], cifs: zipfile.ZipFile) -> _Row:
    file = entry["file"]
    crystal = parse_cif(cifs.read(f"cifs/{file}").decode(), file)[0]
    fractions = {el: n / len(crystal) for el, n in crystal.composition.items()}
    tc = float(entry["tc_K"])
    return _Row(entry["formula_sc"], entry["mp_id"], tc, crystal, fractions)


def _line(row: _Row, pair: tuple[str, str]) -> _Line:
    rest = {el: n for el, n in row.fractions.items() if el not in pair}
    others = tuple((el, _steps(rest[el])) for el in sorted(rest))
    shared = sum(row.fractions.get(el, 0.0) for el in pair)
    return row.parent, frozenset(pair), others, _steps(shared)


def _steps(amount: float) -> int:
    # The shift keeps common fractions such as 1/16 away from the border between two steps.
    return round(amount / SAME_AMOUNT + 0.29)


def _derived_series(pair: frozenset[str], rows: Sequence[_Row]) -> DopingSeries | None:
    if not any(pair <= set(site.species) for row in rows for site in row.crystal.sites):
        return None
    amounts = {el: sum(r.fractions.get(el, 0.0) for r in rows) for el in pair}
    dopant, host = sorted(pair, key=lambda el: (amounts[el], el))
    points: dict[float, _Row] = {}
    for row in rows:
        points.setdefault(_share(row, dopant, host), row)
    x = sorted(points)
    ordered = [points[v] for v in x]
    spread = np.ptp(np.log([r.tc_kelvin for r in ordered]))
    if len(x) < DERIVED_POINTS or spread <= DERIVED_SPREAD:
        return None
    return DopingSeries(
        name=f"{ordered[0].formula} to {ordered[-1].formula}, {dopant} for {host}",
        source=f"3DSC_MP, T. Sommer et al., Sci. Data 10, 816 (2023), on {ordered[0].parent}",
        x=tuple(x),
        tc_kelvin=tuple(r.tc_kelvin for r in ordered),
        crystals=tuple(r.crystal for r in ordered),
    )


def _share(row: _Row, dopant: str, host: str) -> float:
    amount = row.fractions.get(dopant, 0.0)
    return round(amount / (amount + row.fractions.get(host, 0.0)), 4)


def _distinct(found: Sequence[DopingSeries]) -> Iterator[DopingSeries]:
    """Each line in composition space once: two compositions in common are the same line."""
    taken: list[set[tuple[tuple[str, int], ...]]] = []
    for series in sorted(found, key=lambda s: (-len(s.x), s.name, s.source)):
        compositions = {_composition_key(c) for c in series.crystals}
        if all(len(compositions & other) < 2 for other in taken):
            taken.append(compositions)
            yield series


def _composition_key(crystal: Crystal) -> tuple[tuple[str, int], ...]:
    total = sum(crystal.composition.values())
    return tuple(sorted((el, _steps(n / total)) for el, n in crystal.composition.items()))

"""Tc by formula, without structures: the SuperCon tables and 3DSC, and what is left out of them.

Almost every compound of SuperCon3D stands in these tables with the same Tc, so the rows of a fold
that is to be predicted are removed before anything is trained on the rest.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.elements import atomic_number
from sc3d_desktop.errors import TrainingError
from sc3d_desktop.models.sodnet.features import N_ELEMENTS
from sc3d_desktop.paths import resources

Array = NDArray[np.float64]
ChemicalSystem = frozenset[int]

SAME_FRACTION = 1e-3
"""Two formulas are one compound when no atomic fraction differs by more."""

NEAR_FRACTION = 2e-3
CONTRADICTION_LN_KELVIN = 0.4
FEWEST_NEIGHBOURS = 3
"""A row contradicts its neighbours when its ln Tc is further than this from the median of so many
or more of the same elements, none of whose fractions differs by more."""

HIGHEST_TC_KELVIN = 145.0
"""Above this the tables hold misprints and retracted claims."""

_SOURCES = (
    ("supercon_formulas/SuperCon_11949.csv", "Formula", "Tc"),
    ("supercon_formulas/Supercon_data_by_2018_Stanev.csv", "name", "Tc"),
    ("3dsc_mp/3dsc_mp.csv", "formula_sc", "tc_K"),
)
_HINT = "Give the data folder with --data."


@dataclass(frozen=True)
class Labels:
    """Compositions with their mean ln(Tc / K): ``fractions`` (n, 104) by atomic number, ``ln_tc``
    (n,).
    """

    fractions: Array
    ln_tc: Array

    def __len__(self) -> int:
        return len(self.fractions)

    def without_formulas(self, held_out: Array) -> Labels:
        """Without every row that is one of these compositions (k, 104)."""
        return self.kept(~same_compositions(self.fractions, held_out))

    def without_systems(self, held_out: Collection[ChemicalSystem]) -> Labels:
        """Without every row of these chemical systems."""
        systems = chemical_systems(self.fractions)
        return self.kept(np.array([s not in held_out for s in systems], dtype=bool))

    def kept(self, kept: NDArray[np.bool_]) -> Labels:
        return Labels(self.fractions[kept], self.ln_tc[kept])

    def joined(self, behind: Labels) -> Labels:
        return Labels(
            np.concatenate([self.fractions, behind.fractions]),
            np.concatenate([self.ln_tc, behind.ln_tc]),
        )


@dataclass(frozen=True)
class FormulaTables:
    """``superconductors`` have a Tc; ``unreported`` (m, 104) are compositions that the tables list
    without one: noisy negatives, since some were never cooled far enough. ``sha256`` is the hash of
    the files.
    """

    superconductors: Labels
    unreported: Array
    sha256: str


def load_labels(data: Path) -> FormulaTables:
    """Read the two SuperCon tables and 3DSC's in ``data``; one row for each composition.

    Raises ``TrainingError`` where a file is missing. Formulas nobody can read are passed over, and
    so are the few rows of ``resources/science/doubtful_labels.json``.
    """
    digest = hashlib.sha256()
    fractions: list[Array] = []
    tc: list[float] = []
    for name, formula, value in _SOURCES:
        path = data / name
        if not path.is_file():
            raise TrainingError(f"There is no {path.name} in {path.parent}.", _HINT)
        digest.update(path.read_bytes())
        for row in _rows(path, formula, value):
            fractions.append(row[0])
            tc.append(row[1])
    kept = ~_doubtful(np.stack(fractions), np.array(tc))
    return _tables(np.stack(fractions)[kept], np.array(tc)[kept], digest.hexdigest())


def formula_fractions(formula: str) -> Array | None:
    """Atomic fractions (104,) of a formula, or None where it cannot be read."""
    from pymatgen.core import Composition

    try:
        amounts = Composition(formula).get_el_amt_dict()
        return amounts_to_fractions(amounts) if amounts else None
    except (ValueError, KeyError):
        return None


def crystal_fractions(crystals: Sequence[Crystal]) -> Array:
    """Atomic fractions (n, 104) of crystals."""
    return np.stack([amounts_to_fractions(c.composition) for c in crystals])


def amounts_to_fractions(amounts: dict[str, float]) -> Array:
    """Atomic fractions (104,), by atomic number, of element amounts."""
    row = np.zeros(N_ELEMENTS)
    for element, amount in amounts.items():
        row[atomic_number(element)] += amount
    return np.asarray(row / row.sum())


def chemical_systems(fractions: Array) -> list[ChemicalSystem]:
    """The set of elements (atomic numbers) of every composition."""
    return [frozenset(np.flatnonzero(row > 0).tolist()) for row in fractions]


def same_compositions(
    fractions: Array, others: Array, within: float = SAME_FRACTION
) -> NDArray[np.bool_]:
    """Whether each composition is one of ``others``, shape (n,)."""
    if not len(others):
        return np.zeros(len(fractions), dtype=bool)
    reach = within * (1 + 1e-9)
    distance, _ = cKDTree(others).query(fractions, p=np.inf, distance_upper_bound=reach)
    return np.isfinite(distance)


def contradicted(labels: Labels) -> NDArray[np.bool_]:
    """Which rows contradict their neighbours, shape (n,): samples a little off in a composition
    that does not say why, or misprints. La1.85Sr0.15CuO3.987 with 12 K, beside nine with 35 to
    40 K, is one.
    """
    tree = cKDTree(labels.fractions)
    near = tree.query_ball_point(labels.fractions, NEAR_FRACTION * (1 + 1e-9), p=np.inf)
    present = labels.fractions > 0
    found = np.zeros(len(labels), dtype=bool)
    for i, rows in enumerate(near):
        others = [j for j in rows if j != i and (present[j] == present[i]).all()]
        if len(others) >= FEWEST_NEIGHBOURS:
            away = labels.ln_tc[i] - np.median(labels.ln_tc[others])
            found[i] = abs(away) > CONTRADICTION_LN_KELVIN
    return found


def _rows(path: Path, formula: str, value: str) -> Iterator[tuple[Array, float]]:
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            fractions = formula_fractions(row[formula])
            if fractions is not None:
                yield fractions, float(row[value] or 0)


def _doubtful(fractions: Array, tc: Array) -> NDArray[np.bool_]:
    """Whether each row is one of those that are not to be trained on, (n,)."""
    text = (resources() / "science" / "doubtful_labels.json").read_text(encoding="utf-8")
    found = np.zeros(len(tc), dtype=bool)
    for row in json.loads(text)["rows"]:
        composition = formula_fractions(row["formula"])
        assert composition is not None
        same = same_compositions(fractions, composition[None], 1e-6)
        found |= same & np.isclose(tc, row["tc_kelvin"])
    return found


def _tables(fractions: Array, tc: Array, sha256: str) -> FormulaTables:
    known = (tc > 0) & (tc <= HIGHEST_TC_KELVIN)
    superconductors = _merged(fractions[known], np.log(tc[known]))
    without = np.unique(np.round(fractions[tc <= 0], 5), axis=0)
    unreported = without[~same_compositions(without, superconductors.fractions)]
    return FormulaTables(superconductors, unreported, sha256)


def _merged(fractions: Array, ln_tc: Array) -> Labels:
    """One row for each composition, with the mean of its ln Tc."""
    _, first, row = np.unique(
        np.round(fractions, 4), axis=0, return_index=True, return_inverse=True
    )
    count = np.bincount(row.ravel())
    return Labels(fractions[first], np.bincount(row.ravel(), ln_tc) / count)

"""Sites on top of each other: pairs that cannot both be occupied as much as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.crystal.crystal import Crystal
from sc3d_desktop.crystal.findings import Finding, doubtful
from sc3d_desktop.errors import CrystalError

TOO_CLOSE_ANGSTROM = 0.5
_TOGETHER = 1.01
_SHOWN = 3
_FEW = 24
_MANY, _MOST_PAIRS = 1_000, 4_000_000


def overlaps(
    crystal: Crystal, line_of: Callable[[str], int | None] = lambda _: None
) -> Iterator[Finding]:
    """One finding for each pair of labels, and a last one for those not listed."""
    found: dict[tuple[str, str], tuple[float, float]] = {}
    pairs, distances = close_pairs(crystal.frac_coords, crystal.lattice, TOO_CLOSE_ANGSTROM)
    for (i, j), distance in zip(pairs.tolist(), distances.tolist(), strict=True):
        one, other = crystal.sites[i], crystal.sites[j]
        together = one.species.total + other.species.total
        if together > _TOGETHER:
            names = one.label, other.label
            if names not in found or distance < found[names][0]:
                found[names] = (distance, together)
    for (a, b), (distance, together) in list(found.items())[:_SHOWN]:
        whom = f"Two atoms of {a} are" if a == b else f"{a} and {b} are"
        text = f"{whom} {distance:.2f} Å apart, but occupied {together:.2f} together."
        yield doubtful("overlap", text, line_of(a))
    if len(found) > _SHOWN:
        yield doubtful("overlap", f"So are {len(found) - _SHOWN} more pairs of atoms.")


def close_pairs(
    frac: NDArray[np.float64], lattice: NDArray[np.float64], within_angstrom: float
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Pairs of positions (n, 2) closer than this, nearest images counted, and their distances."""
    if len(frac) <= _FEW:
        first, second = np.triu_indices(len(frac), 1)
        pairs = np.stack([first, second], axis=1)
    else:
        pairs = _near(frac, lattice, within_angstrom)
    apart = frac[pairs[:, 0]] - frac[pairs[:, 1]]
    apart -= np.round(apart)
    distances = np.sqrt(((apart @ lattice) ** 2).sum(axis=1))
    close = distances < within_angstrom
    return pairs[close], distances[close]


def _near(
    frac: NDArray[np.float64], lattice: NDArray[np.float64], within_angstrom: float
) -> NDArray[np.int64]:
    """A search in fractional coordinates, wide enough for the cell."""
    from scipy.spatial import cKDTree

    reach = within_angstrom * float(np.linalg.norm(np.linalg.inv(lattice), ord=2))
    wrapped = frac - np.floor(frac)
    wrapped[wrapped >= 1] = 0.0
    tree, reach = cKDTree(wrapped, boxsize=1.0), min(reach, 0.49)
    if len(frac) > _MANY and tree.count_neighbors(tree, reach) > _MOST_PAIRS:
        raise CrystalError("Thousands of atoms lie on top of each other.", "Check the positions.")
    pairs: NDArray[np.int64] = tree.query_pairs(reach, output_type="ndarray")
    return pairs

"""How long graphs take over a data set, beside pymatgen's neighbour list in the same run.

Start: python tests/benchmarks/graphs.py DATA_FOLDER
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
from pymatgen.core import Lattice, Structure

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.graph import CUTOFF_ANGSTROM, periodic_graph
from sc3d_desktop.training.supercon3d import load_supercon3d


def milliseconds(action, *arguments) -> float:
    began = time.perf_counter()
    action(*arguments)
    return 1e3 * (time.perf_counter() - began)


def structure(crystal: Crystal) -> Structure:
    species = [
        {"D": "H", "T": "H"}.get(el, el) for el in (next(iter(s.species)) for s in crystal.sites)
    ]
    return Structure(Lattice(crystal.lattice), species, crystal.frac_coords)


def main() -> None:
    crystals = [entry.crystal for entry in load_supercon3d(Path(sys.argv[1])).entries]
    ours = np.array([milliseconds(periodic_graph, c) for c in crystals])
    structures = [structure(c) for c in crystals]
    theirs = np.array([milliseconds(s.get_neighbor_list, CUTOFF_ANGSTROM) for s in structures])
    for name, times in (("graph", ours), ("pymatgen neighbour list alone", theirs)):
        p50, p95 = np.percentile(times, (50, 95))
        sys.stdout.write(f"{name}: median {p50:.2f} ms, p95 {p95:.2f} ms, n = {len(times)}\n")
    sys.stdout.write(f"ratio of medians: {np.median(ours) / np.median(theirs):.2f}\n")


if __name__ == "__main__":
    main()

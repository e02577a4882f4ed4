"""Made-up phonons of a simple cubic crystal, and the real ones of aluminium."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from qe_output import PhRun, Star

from sc3d_desktop.crystal import Crystal, Site, Species
from sc3d_desktop.dft.results import Phonons, Result, read_results
from sc3d_desktop.steps import finish

ALUMINIUM = Path(__file__).parents[1] / "dft" / "results" / "aluminium"
"""The abridged output of ph.x 6.7, with what lambda.x and matdyn.x made of it."""

CUBE = Crystal(np.eye(3) * 3.2, (Site("Nb1", Species({"Nb": 1.0}), (0.0, 0.0, 0.0)),), "Nb")
GAMMA, X, M, R = (0.0, 0.0, 0.0), (0.5, 0.0, 0.0), (0.5, 0.5, 0.0), (0.5, 0.5, 0.5)
SIZES = {GAMMA: 1, X: 3, M: 3, R: 1}


def read(path: Path) -> Result:
    return finish(read_results(path))


def phonons_of(path: Path) -> Phonons:
    found = read(path).phonons
    assert found is not None
    return found


def stars(seed: int = 0, modes: int = 3, couples: bool = True) -> list[Star]:
    """Of a 2×2×2 mesh of a simple cubic crystal; the acoustic modes at Γ do not couple."""
    rng = np.random.default_rng(seed)
    made = []
    for q, size in SIZES.items():
        frequencies = np.sort(rng.uniform(40, 300, modes)).round(4)
        coupling = rng.uniform(0.01, 0.6, (2, modes)).round(4)
        if q == GAMMA:
            frequencies[:3], coupling[:, :3] = (2.1, 2.1, 3.4), 0.0
        made.append(Star(q, size, frequencies, coupling if couples else None))
    return made


def written(folder: Path, run: PhRun, name: str = "ph.out") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(run.text())
    return path

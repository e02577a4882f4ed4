"""Screenings small enough for a test: a model by formula, moody sources, runs to their end."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from crystal_cases import cif

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.jobs.runs import RunNow
from sc3d_desktop.models.interface import NearestKnown, TcPrediction
from sc3d_desktop.screening.executors import Executor, InProcess
from sc3d_desktop.screening.filters import Filters
from sc3d_desktop.screening.ranking import Ranking, ranking_of
from sc3d_desktop.screening.run import screen
from sc3d_desktop.screening.sources import Piece
from sc3d_desktop.screening.store import RunSpec, RunStore

SPEC = RunSpec(({"kind": "made"},), Filters().as_json(), "sums", "1")
COLUMNS = (
    "piece, part, identifier, path, member, block, status, reason, formula, disorder, n_sites, "
    "doubts, key, same_as, tc, tc_low, tc_high, p_superconductor, domain, in_training, nearest"
)


class SumModel:
    """A Tc that is a sum over the sites: quick, and different for different crystals."""

    name = "sums"
    device = "none"
    card_lines = ()

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.asked: list[Crystal] = []

    def predict(self, crystals: Sequence[Crystal]) -> list[TcPrediction]:
        time.sleep(self.seconds)
        self.asked += crystals
        return [self._predict(crystal) for crystal in crystals]

    def _predict(self, crystal: Crystal) -> TcPrediction:
        if "U" in crystal.composition:
            raise RuntimeError("no uranium")
        tc = round(crystal.volume / len(crystal) + len(crystal.composition), 6)
        near = (NearestKnown("MgB2", 39.0, 0.5, "Nature 410, 63"),)
        return TcPrediction(tc, tc / 2, tc * 2, (), self.name, 0.5, "edge", 0.1, False, near)


def make_sum_model() -> SumModel:
    return SumModel()


class Given:
    """Pieces that are there already."""

    title = "pieces"

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._pieces = pieces

    def count(self) -> int:
        return len(self._pieces)

    def as_json(self) -> dict[str, Any]:
        return {"kind": "made"}

    def pieces(self, start: int = 0) -> Iterator[Piece]:
        return islice(self._pieces, start, None)


def some_pieces(n: int, seed: int) -> list[Piece]:
    """Good and bad files, several of them twice."""
    rng = np.random.default_rng(seed)
    pieces: list[Piece] = []
    for i in range(n):
        kind = rng.random()
        text = _text(i, rng)
        if kind < 0.15 and pieces:
            pieces.append(replace(pieces[int(rng.integers(len(pieces)))], path=f"again-{i}.cif"))
        elif kind < 0.25:
            broken = text.replace("_cell_length_b", "_cell_width").encode()
            pieces.append(Piece(f"bad-{i}.cif", broken, f"bad-{i}.cif"))
        elif kind < 0.28:
            pieces.append(Piece(f"gone-{i}.cif", None, f"gone-{i}.cif", error="It is gone."))
        elif kind < 0.33:
            pieces.append(Piece(f"pu-{i}.cif", text.replace("Fe", "Pu").encode(), f"pu-{i}.cif"))
        else:
            pieces.append(Piece(f"s-{i}.cif", text.encode(), f"s-{i}.cif"))
    return pieces


def _text(i: int, rng: np.random.Generator) -> str:
    a, c = (f"{x:.3f}" for x in rng.uniform(3, 9, 2))
    z, occupancy = rng.uniform(0.1, 0.4), rng.choice([1.0, 0.5])
    atoms = f"Fe1 Fe 0 0 0 1\nSe1 Se 0.5 0.5 {z:.4f} {occupancy}"
    return cif(atoms, (a, a, c, 90, 90, 90), f"block{i}", "_space_group_name_H-M_alt 'P 4 m m'")


def run_all(store: RunStore, pieces: Sequence[Piece], executor: Executor | None = None) -> None:
    used = executor or InProcess(SumModel())
    try:
        for _ in screen(store, Given(pieces), Filters(), used):
            pass
    finally:
        if executor is None:
            used.close()


def table(path: Path) -> list[tuple[object, ...]]:
    with RunStore.read(path) as store:
        return store.all(f"SELECT {COLUMNS} FROM line ORDER BY piece, part")


def now_in(store: RunStore, before: Ranking | None = None) -> RunNow:
    """What ``LoadRun`` reads."""
    return RunNow(ranking_of(store, before), store.counts(), store.finished)


def kill_this_process() -> None:
    os.kill(os.getpid(), 9)

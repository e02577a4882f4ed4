"""Lines of a run without a run: random ones, and those of formulas given."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from screening_cases import SumModel

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.formula import parse_formula
from sc3d_desktop.data.elements import bits_of, composition_hash
from sc3d_desktop.models.interface import TcPrediction
from sc3d_desktop.screening.filters import Filters
from sc3d_desktop.screening.store import Line, RunSpec, RunStore

ELEMENTS = ("H", "Li", "O", "Fe", "Cu", "As", "Se", "Y", "La", "Hg", "Pb", "U")


def line_of(formula: str, number: int = 0, **facts: Any) -> Line:
    """A predicted line of a formula; its other facts are plain unless given."""
    composition = parse_formula(formula)
    assert composition is not None
    low, high = bits_of(composition)
    near = [{"formula": "MgB2", "tc_kelvin": 39.0, "distance": 0.5, "reference": "Nature 410, 63"}]
    plain: dict[str, Any] = {
        "piece": number,
        "part": 0,
        "identifier": f"entry {number}",
        "path": f"folder/{number}.cif",
        "member": "",
        "block": f"b{number}",
        "status": "predicted",
        "reason": "",
        "formula": formula,
        "chemical_system": "-".join(sorted(composition)),
        "elements_low": low,
        "elements_high": high,
        "composition": composition_hash(composition),
        "disorder": "O",
        "n_sites": 4,
        "doubts": "[]",
        "key": number.to_bytes(16, "big"),
        "tc": 20.0,
        "tc_low": 10.0,
        "tc_high": 40.0,
        "p_superconductor": 0.5,
        "domain": "inside",
        "novelty": 0.1,
        "in_training": False,
        "nearest": json.dumps(near),
    }
    return Line(**plain | facts)


def other(line: Line, status: str, reason: str = "") -> Line:
    """The same input with another end: refused, skipped, the same as an earlier one."""
    facts = {n: v for n, v in vars(line).items() if n not in _ANSWER}
    return Line(**facts | {"status": status, "reason": reason})


_ANSWER = (
    "same_as", "tc", "tc_low", "tc_high", "p_superconductor", "domain", "novelty", "in_training",
    "nearest",
)  # fmt: skip


def random_lines(n: int, seed: int, start: int = 0) -> list[Line]:
    """Predicted, refused and skipped ones; temperatures are round, so that there are ties."""
    rng = np.random.default_rng(seed)
    return [_random_line(i, rng) for i in range(start, start + n)]


def _random_line(i: int, rng: np.random.Generator) -> Line:
    elements = rng.choice(ELEMENTS, int(rng.integers(1, 5)), replace=False)
    formula = "".join(f"{el}{rng.integers(1, 4)}" for el in elements)
    tc = float(rng.integers(1, 60))
    stated = rng.random() < 0.9
    line = line_of(
        formula,
        i,
        disorder=str(rng.choice(["O", "SD", "PD", "SPD"])),
        n_sites=int(rng.integers(1, 200)),
        tc=tc,
        tc_low=float(np.round(tc / rng.choice([2, 3]))),
        tc_high=tc * 2,
        p_superconductor=float(np.round(rng.random(), 2)) if stated else None,
        domain=str(rng.choice(["inside", "edge", "outside"])) if stated else None,
        novelty=float(rng.random()) if stated else None,
        in_training=bool(rng.random() < 0.2) if stated else None,
    )
    kind = rng.random()
    return other(line, "refused", "No cell.") if kind < 0.1 else line


def run_of(
    path: Path,
    lines: Sequence[Line],
    finished: bool = True,
    sources: Sequence[Mapping[str, Any]] = ({"kind": "files", "paths": ["folder"]},),
) -> Path:
    """A run that holds these lines."""
    spec = RunSpec(tuple(dict(s) for s in sources), Filters().as_json(), "sums", "1")
    with RunStore.create(path, spec) as store:
        store.write(lines, len(lines))
        if finished:
            store.finish()
    return path


class AnyModel(SumModel):
    """The same sums for every crystal, uranium as well."""

    card_lines = (("Trained on", "nothing <b>at all</b>"),)

    def _predict(self, crystal: Crystal) -> TcPrediction:
        tc = round(crystal.volume / len(crystal), 6)
        return TcPrediction(tc, tc / 2, tc * 2, (), self.name, 0.5, "edge", 0.1, False)

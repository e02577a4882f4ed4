"""Catalogues to try things on: random entries, and imports run to their end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from sodnet_cases import random_crystal

from sc3d_desktop.crystal.findings import doubtful
from sc3d_desktop.data import FAMILIES, Catalogue, Collection, Draft, Measurement
from sc3d_desktop.data.importers import EntrySource, Item
from sc3d_desktop.data.write import ImportOutcome, import_entries

COLLECTION = Collection("cases", "Cases", "MIT", "these tests")


@dataclass
class Drafts:
    """A source of drafts; ``edition`` is part of every fingerprint."""

    drafts: list[Draft]
    collection: Collection = COLLECTION
    edition: str = ""

    def count(self) -> int:
        return len(self.drafts)

    def items(self) -> Iterator[Item]:
        for i, draft in enumerate(self.drafts):
            yield Item(f"d{i:04d}", f"{self.edition}{draft!r}", _given(draft))


def _given(draft: Draft) -> Callable[[], Draft]:
    return lambda: draft


def import_all(catalogue: Catalogue, source: EntrySource) -> ImportOutcome:
    steps = import_entries(catalogue, source)
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            outcome: ImportOutcome = stop.value
            return outcome


def filled(path: Path, drafts: list[Draft]) -> Catalogue:
    catalogue = Catalogue.open(path)
    import_all(catalogue, Drafts(drafts))
    return catalogue


def random_drafts(n: int, seed: int) -> list[Draft]:
    rng = np.random.default_rng(seed)
    return [_random_draft(rng) for _ in range(n)]


def _random_draft(rng: np.random.Generator) -> Draft:
    crystal = random_crystal(int(rng.integers(1 << 31)), int(rng.integers(1, 4)))
    noticed = (doubtful("overlap", "Two atoms are close."),) * int(rng.integers(0, 3))
    crystal = replace(crystal, findings=noticed)
    formula = "".join(f"{el}{amount:.8f}" for el, amount in crystal.composition.items())
    tcs = np.round(rng.lognormal(2, 1.5, rng.integers(0, 4)), 3).tolist()
    measured = [Measurement(tc, pressure_gpa=_maybe(rng, 100.0)) for tc in tcs]
    if not tcs and rng.random() < 0.5:
        measured = [Measurement(None, down_to_kelvin=_maybe(rng, 4.0))]
    return Draft(
        formula,
        crystal if rng.random() < 0.8 else None,
        tuple(measured),
        family=str(rng.choice(["", *FAMILIES])),
        name=str(rng.choice(["", "alpha phase", "β 100%_pure", "film"])),
    )


def _maybe(rng: np.random.Generator, most: float) -> float | None:
    return float(np.round(rng.random() * most, 2)) if rng.random() < 0.5 else None

"""Generated candidates on their way into the user's own collection of the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from sc3d_desktop.data.entry import Collection, Draft
from sc3d_desktop.data.importers.source import Item, fingerprint
from sc3d_desktop.generation.candidate import Candidate
from sc3d_desktop.screening.candidates import Candidates


@dataclass(frozen=True)
class Kept:
    """An ``EntrySource`` of some candidates of the run named ``run``."""

    collection: ClassVar[Collection] = Candidates.collection
    run: str
    candidates: tuple[Candidate, ...]

    def count(self) -> int:
        return len(self.candidates)

    def items(self) -> Iterator[Item]:
        for candidate in self.candidates:
            key = candidate.crystal.key
            name = f"{self.run} {candidate.index} {key[:8]}"
            yield Item(name, fingerprint(key), partial(_draft, candidate, self.run))


def _draft(candidate: Candidate, run: str) -> Draft:
    note = f"Made by the generator: No. {candidate.index} of the run {run}"
    faults = candidate.judgement.faults
    name = f"{run} {candidate.index}"
    return Draft(candidate.formula, candidate.crystal, name=name, notes=(note, *faults))

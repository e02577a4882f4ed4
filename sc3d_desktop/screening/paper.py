"""The candidates of the paper's screening of ICSD (Tables 10 and 11), predicted and put beside it.

The crystals are the program's own, built from structure types and rounded cells of the general
literature (``packaging/known/candidates.txt``). What cannot be built from these is listed with the
reason.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.cif import parse_cif
from sc3d_desktop.models.interface import TcModel, TcPrediction
from sc3d_desktop.paths import resources


@dataclass(frozen=True)
class PaperCandidate:
    """A row of the tables. ``built`` says what was assumed of the crystal; empty where there is
    none, and ``not_built`` says why then. ``judgement`` is how to read a disagreement.
    """

    type: str
    icsd: int
    formula: str
    disorder: str
    paper_kelvin: float
    reported: str
    built: str
    not_built: str
    judgement: str


@dataclass(frozen=True)
class Checked:
    """A candidate beside what the model says of it; ``ours`` is None where it was not built."""

    candidate: PaperCandidate
    ours: TcPrediction | None

    @property
    def disagrees(self) -> bool:
        """Whether the paper's Tc lies outside the model's interval."""
        if self.ours is None:
            return False
        return not (
            self.ours.tc_low_kelvin <= self.candidate.paper_kelvin <= self.ours.tc_high_kelvin
        )


@cache
def paper_candidates() -> tuple[PaperCandidate, ...]:
    """All rows of both tables, in their order."""
    text = (resources() / "science" / "paper_candidates.json").read_text(encoding="utf-8")
    return tuple(PaperCandidate(**row) for row in json.loads(text)["candidates"])


@cache
def paper_crystals() -> dict[str, Crystal]:
    """Formula as in the paper → crystal, of those that could be built."""
    text = (resources() / "science" / "paper_candidates.cif").read_text(encoding="utf-8")
    return {crystal.block: crystal for crystal in parse_cif(text, "paper_candidates.cif")}


def check_paper(model: TcModel) -> tuple[Checked, ...]:
    """What the model says of each row."""
    crystals = paper_crystals()
    predictions = dict(zip(crystals, model.predict(list(crystals.values())), strict=True))
    return tuple(Checked(row, predictions.get(row.formula)) for row in paper_candidates())

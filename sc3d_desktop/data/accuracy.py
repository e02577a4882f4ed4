"""Own measurements against the predictions made before them: how far off, in numbers and words."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from sc3d_desktop.data.lab_record import LabRecord

ENOUGH = 5
"""Of fewer pairs nobody can say how good a model is."""


@dataclass(frozen=True)
class Accuracy:
    """``n`` records have a Tc and a prediction; ``mean_error`` is that of |ln K|, ``too_high`` and
    ``inside`` count predictions above the measured Tc and intervals that hold it.
    ``not_superconducting`` counts samples without a transition, ``unlikely`` those of them that
    were given a probability below one half.
    """

    n: int
    mean_error: float
    too_high: int
    inside: int
    not_superconducting: int
    unlikely: int

    @property
    def words(self) -> str:
        return " ".join(part for part in (self._of_tc(), self._of_none()) if part)

    def _of_tc(self) -> str:
        if self.n < ENOUGH:
            count = {0: "No record has", 1: "1 record has"}.get(self.n, f"{self.n} records have")
            return f"{count} a Tc and a prediction made before: too few to say how good it is."
        factor = math.exp(self.mean_error)
        return (
            f"On average the prediction was off by a factor of {factor:.2g}, "
            f"{self.too_high} of {self.n} times too high; "
            f"{self.inside} of {self.n} measured Tc lie in the 90 % interval."
        )

    def _of_none(self) -> str:
        if not self.not_superconducting:
            return ""
        said = "without a transition; the model had thought so of"
        return f"{self.not_superconducting} {said} {self.unlikely}."


def accuracy(records: Iterable[LabRecord]) -> Accuracy:
    """How the records stand to the predictions made before them; others are left out."""
    compared = [(r, r.before) for r in records if r.before is not None]
    pairs = [(tc, before) for r, before in compared if (tc := r.quoted_kelvin) is not None]
    errors = [math.log(before.tc_kelvin / tc) for tc, before in pairs]
    without = [before for r, before in compared if r.quoted_kelvin is None]
    told = [b.p_superconductor for b in without if b.p_superconductor is not None]
    return Accuracy(
        n=len(pairs),
        mean_error=float(np.mean(np.abs(errors))) if errors else 0.0,
        too_high=sum(error > 0 for error in errors),
        inside=sum(b.tc_low_kelvin <= tc <= b.tc_high_kelvin for tc, b in pairs),
        not_superconducting=len(without),
        unlikely=sum(p < 0.5 for p in told),
    )

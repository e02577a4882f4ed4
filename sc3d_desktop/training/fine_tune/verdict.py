"""What became of a model that was improved on records: before and after, in figures and words.

Plain values that load no torch; they stand on the card of the version as JSON.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from statistics import fmean, stdev
from typing import Any

TOLERANCE_LN_KELVIN = 0.02
"""The error on known superconductors may grow by so much; more is forgetting."""

FAMILY_TOLERANCE_LN_KELVIN = 0.1
"""The same within one family, which is a part of them."""

BRIER_TOLERANCE = 0.02
"""The same of the mean squared error of the probability to superconduct."""

NONE_TOLERANCE = 0.1
"""The probability may grow by so much of what was recorded as not superconducting."""

DOUBTED_BELOW = 0.25

SURE = 2.0
"""A gain counts beyond so many of its standard errors."""


@dataclass(frozen=True)
class Line:
    """One record. ``before`` is what the parent says, ``after`` what the improved model says that
    has not seen this compound. ``trust`` is how far the record counts, from 0 to 1.
    """

    formula: str
    measured_kelvin: float | None
    down_to_kelvin: float | None
    before_kelvin: float
    after_kelvin: float
    p_before: float
    p_after: float
    trust: float
    source: str = ""

    @property
    def gain(self) -> float:
        """How much nearer to the record it came: in ln K, or in probability where it has no Tc."""
        if self.measured_kelvin is None:
            return self.p_before - self.p_after
        before, after = (math.log(x / self.measured_kelvin) for x in self._said)
        return abs(before) - abs(after)

    @property
    def _said(self) -> tuple[float, float]:
        return self.before_kelvin, self.after_kelvin


@dataclass(frozen=True)
class Figures:
    """On the user's records: mean error of ln Tc, share within the 90 % interval and its mean width
    in ln K, of those with a Tc; mean probability to superconduct of those without. NaN for none.
    """

    mae_ln_kelvin: float
    coverage: float
    width_ln_kelvin: float
    p_of_none: float


@dataclass(frozen=True)
class Replay:
    """On known superconductors that are no record: ``errors`` of ln Tc, before and after, by
    family, with the number of compounds; ``brier`` of known superconductors and others.
    """

    n: int
    mae: tuple[float, float]
    families: dict[str, tuple[int, float, float]]
    brier: tuple[float, float]


@dataclass(frozen=True)
class NetworkTrial:
    """What teaching the networks as well brought on compounds left out: mean error of ln Tc of the
    ``n_records`` with structure and Tc, ``mae`` without and with it, and the gain of each compound
    in ln K; none where it was not tried. ``checks`` says after how many looks it was best, 0 for
    never. ``forgets`` where known superconductors were no longer known well enough.
    """

    n_records: int
    checks: int = 0
    mae: tuple[float, float] = (math.nan, math.nan)
    gains: tuple[float, ...] = ()
    forgets: bool = False

    @property
    def tried(self) -> bool:
        return bool(self.gains)

    @property
    def beyond_chance(self) -> bool:
        return beyond_chance(self.gains)

    @property
    def kept(self) -> bool:
        """Whether the version has the networks that were taught, and not the parent's."""
        return self.checks > 0 and self.beyond_chance and not self.forgets


@dataclass(frozen=True)
class Verdict:
    n_records: int
    n_compounds: int
    n_trained_on: int
    folds: int
    before: Figures
    after: Figures
    replay: Replay
    lines: tuple[Line, ...]
    network: NetworkTrial | None = None

    @property
    def gains(self) -> tuple[float, ...]:
        """By how much each record that was left out is predicted better than before: in ln K, or in
        probability where no record has a Tc.
        """
        measured = [line for line in self.lines if line.measured_kelvin is not None]
        return tuple(line.gain for line in measured or self.lines)

    @property
    def better(self) -> bool:
        """Whether that is so on average."""
        return bool(self.gains) and fmean(self.gains) > 0

    @property
    def beyond_chance(self) -> bool:
        """Whether the gain is more than ``SURE`` times its own standard error."""
        return beyond_chance(self.gains)

    @property
    def forgotten(self) -> tuple[str, ...]:
        """What is no longer known well enough, in sentences; empty where nothing is."""
        return tuple(self._forgotten())

    def _forgotten(self) -> Iterator[str]:
        before, after = self.replay.mae
        if after - before > TOLERANCE_LN_KELVIN:
            yield (
                f"The error on {self.replay.n} known superconductors grows from {before:.2f} to "
                f"{after:.2f} ln K, more than the {TOLERANCE_LN_KELVIN:g} allowed."
            )
        for family, (n, was, became) in self.replay.families.items():
            if became - was > FAMILY_TOLERANCE_LN_KELVIN:
                yield (
                    f"The error on {n} known ones of the family “{_family(family)}” grows from "
                    f"{was:.2f} to {became:.2f} ln K, more than the "
                    f"{FAMILY_TOLERANCE_LN_KELVIN:g} allowed."
                )
        was, became = self.replay.brier
        if became - was > BRIER_TOLERANCE:
            yield (
                "Superconductors and others are told apart less well: the squared error of the "
                f"probability grows from {was:.3f} to {became:.3f}, more than the "
                f"{BRIER_TOLERANCE:g} allowed."
            )

    @property
    def proposed(self) -> bool:
        return self.beyond_chance and not self.forgotten and not self.misled

    @property
    def misled(self) -> bool:
        """Whether what was recorded as not superconducting is taken for a superconductor more than
        before.
        """
        return self.after.p_of_none - self.before.p_of_none > NONE_TOLERANCE

    @property
    def doubted(self) -> tuple[Line, ...]:
        """Records that contradict both the model and the other records."""
        return tuple(line for line in self.lines if line.trust < DOUBTED_BELOW)

    def as_json(self) -> dict[str, Any]:
        return _plain(asdict(self))


def verdict_from_json(data: dict[str, Any]) -> Verdict:
    """What ``as_json`` gave. Raises ``ValueError`` or ``TypeError`` or ``KeyError`` for others."""
    replay = data["replay"]
    families = {
        name: (int(n), float(b), float(a)) for name, (n, b, a) in replay["families"].items()
    }
    return Verdict(
        int(data["n_records"]),
        int(data["n_compounds"]),
        int(data["n_trained_on"]),
        int(data["folds"]),
        _figures(data["before"]),
        _figures(data["after"]),
        Replay(int(replay["n"]), _pair(replay["mae"]), families, _pair(replay["brier"])),
        tuple(Line(**line) for line in data["lines"]),
        _network(data.get("network")),
    )


def beyond_chance(gains: Sequence[float]) -> bool:
    """Whether they are above zero by more than ``SURE`` times the standard error of their mean."""
    error = stdev(gains) / math.sqrt(len(gains)) if len(gains) > 1 else math.inf
    return bool(gains) and fmean(gains) > max(0.0, SURE * error)


def _figures(data: dict[str, float | None]) -> Figures:
    return Figures(**{name: math.nan if x is None else float(x) for name, x in data.items()})


def _network(data: dict[str, Any] | None) -> NetworkTrial | None:
    """Versions that are older say nothing of it."""
    if data is None:
        return None
    without, taught = (math.nan if x is None else float(x) for x in data["mae"])
    gains = tuple(float(gain) for gain in data["gains"])
    n, checks = int(data["n_records"]), int(data["checks"])
    return NetworkTrial(n, checks, (without, taught), gains, bool(data["forgets"]))


def _pair(values: list[float]) -> tuple[float, float]:
    before, after = values
    return float(before), float(after)


def _plain(value: Any) -> Any:
    """JSON knows no NaN."""
    if isinstance(value, dict):
        return {name: _plain(x) for name, x in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(x) for x in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def _family(name: str) -> str:
    return name.replace("_", " ")

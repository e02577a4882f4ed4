"""All numbers of the report, as plain dictionaries that JSON can hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.generation.judge.balance import charges_balance
from sc3d_desktop.generation.judge.validity import validity
from sc3d_desktop.generation.report.diversity import (
    DRAWN,
    distinct_systems,
    element_distance,
    entropy_bits,
    systems,
    volume_distance,
)
from sc3d_desktop.generation.report.metrics import (
    TOPS,
    Bools,
    Floats,
    Rate,
    median_with_interval,
    rate,
)
from sc3d_desktop.generation.report.samples import SampleSet, TrainingSet
from sc3d_desktop.generation.report.second_judge import Judged
from sc3d_desktop.models.interface import TcModel

Row = dict[str, Any]

_LIKELY = 0.5
_A_FACTOR = 2.0
_TOGETHER = 256


def predicted(model: TcModel, crystals: Sequence[Crystal]) -> Judged:
    """What a Tc model says; where it states no probability, it does not doubt."""
    found = []
    for start in range(0, len(crystals), _TOGETHER):
        found += model.predict(crystals[start : start + _TOGETHER])
    sure = [1.0 if p.p_superconductor is None else p.p_superconductor for p in found]
    return Judged(np.array([p.tc_kelvin for p in found]), np.array(sure))


def set_facts(
    samples: SampleSet,
    judges: Mapping[str, Judged],
    above_kelvin: Mapping[int, float],
    training: TrainingSet,
) -> Row:
    """One set, as every judge sees it."""
    valid = [c for c, ok in zip(samples.crystals, samples.valid, strict=True) if ok]
    unique, of = samples.valid & ~samples.repeated, samples.made
    return {
        "name": samples.name,
        "note": samples.note,
        "made": of,
        "came_to_nothing": of - len(samples.crystals),
        "valid": asdict(rate(samples.valid, of)),
        "faultless": asdict(rate((not validity(c).faults for c in samples.crystals), of)),
        "balanced": asdict(rate((charges_balance(c.composition) for c in samples.crystals), of)),
        "unique": asdict(rate(~samples.repeated, len(samples.crystals))),
        "new": asdict(rate(samples.new, len(samples.crystals))),
        "valid_unique_new": asdict(rate(unique & samples.new, of)),
        "success": {n: success(samples, j, above_kelvin) for n, j in judges.items()},
        "diversity": _diversity(valid),
        "diversity_of_successes": {
            n: _diversity(_hits(samples, j, above_kelvin)) for n, j in judges.items()
        },
        "successes_with_hydrogen": {
            n: asdict(_with_hydrogen(_hits(samples, j, above_kelvin))) for n, j in judges.items()
        },
        "distance": _distance(valid, training, above_kelvin),
        "asked": {n: _asked(samples, j) for n, j in judges.items()},
    }


def success(samples: SampleSet, judged: Judged, above_kelvin: Mapping[int, float]) -> Row:
    """SR and NSR for every α. Only valid samples succeed. ``distinct`` counts a structure once,
    ``likely`` only what is more likely than not to superconduct.
    """
    rows: Row = {}
    for top in TOPS:
        hits = samples.valid & (judged.tc_kelvin > above_kelvin[top])
        for name, kept in (
            ("sr", hits),
            ("nsr", hits & samples.new),
            ("nsr_distinct", hits & samples.new & ~samples.repeated),
            ("sr_likely", hits & (judged.p_superconductor >= _LIKELY)),
        ):
            rows[f"{name}{top}"] = asdict(rate(kept, samples.made))
    return rows


def _hits(samples: SampleSet, judged: Judged, above_kelvin: Mapping[int, float]) -> list[Crystal]:
    hits: Bools = samples.valid & (judged.tc_kelvin > above_kelvin[TOPS[0]])
    return [c for c, hit in zip(samples.crystals, hits, strict=True) if hit]


def _with_hydrogen(hits: Sequence[Crystal]) -> Rate:
    """Hydrogen is what the judges know most differently of."""
    return rate(("H" in c.composition for c in hits), len(hits))


def _diversity(crystals: Sequence[Crystal]) -> Row:
    names = systems(crystals)
    return {
        "of": len(names),
        "systems": len(set(names)),
        f"systems_in_{DRAWN}": distinct_systems(names),
        f"entropy_bits_in_{DRAWN}": entropy_bits(names),
    }


def _distance(
    crystals: Sequence[Crystal], training: TrainingSet, above_kelvin: Mapping[int, float]
) -> Row:
    """Of cells and elements from all of the training set, and from its top decile."""
    if not crystals:
        return {}
    top = training.above(above_kelvin[TOPS[0]])
    return {
        "volume_angstrom3": volume_distance(crystals, training.crystals),
        "volume_angstrom3_top_decile": volume_distance(crystals, top),
        "elements_bits": element_distance(crystals, training.crystals),
        "elements_bits_top_decile": element_distance(crystals, top),
    }


def _asked(samples: SampleSet, judged: Judged) -> Row:
    """Tc asked for beside Tc predicted, of valid samples."""
    tc: Floats = judged.tc_kelvin[samples.valid]
    median, low, high = median_with_interval(tc)
    row: Row = {"asked_kelvin": samples.asked_kelvin}
    row |= {"median_kelvin": _number(median), "low": _number(low), "high": _number(high)}
    if samples.asked_kelvin is not None and len(tc):
        near = np.abs(np.log(tc / samples.asked_kelvin)) <= np.log(_A_FACTOR)
        row["within_a_factor_of_2"] = asdict(rate(near, len(tc)))
        row["mae_ln_kelvin"] = float(np.abs(np.log(tc / samples.asked_kelvin)).mean())
    return row


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None

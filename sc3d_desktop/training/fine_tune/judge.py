"""Judge an improved model: on records it has not seen, and on what the parent knew."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.models.known import (
    known_non_superconductors,
    known_structure,
    known_superconductors,
)
from sc3d_desktop.models.sodnet import Trust, Weights
from sc3d_desktop.models.sodnet.composition import distances, scaled_features
from sc3d_desktop.models.sodnet.trust import composition_keys, width_features
from sc3d_desktop.training.calibration import LeftOut
from sc3d_desktop.training.fine_tune.base import Said, say
from sc3d_desktop.training.fine_tune.learner import Learner, Learnt, half_width
from sc3d_desktop.training.fine_tune.verdict import Figures, Line, Replay, Verdict
from sc3d_desktop.training.fine_tune.width import refit_width
from sc3d_desktop.training.fine_tune.work import Arrays, Work
from sc3d_desktop.training.labels import crystal_fractions, formula_fractions, same_compositions

Array = NDArray[np.float64]
Rows = NDArray[np.int64]

MOST_FOLDS, MANY = 60, 10
"""Up to so many compounds each is left out by itself; of more, a tenth at a time."""


@dataclass(frozen=True, eq=False)
class Known:
    """Known superconductors with what the parent says of them; their true ln Tc (n,) and family,
    and their structures.
    """

    said: Said
    ln_tc: Array
    families: NDArray[np.str_]
    crystals: Sequence[Crystal]


def folds(fractions: Array) -> list[Rows]:
    """Rows that are left out together: all of one compound, and several where there are many."""
    _, compound = np.unique(composition_keys(fractions), return_inverse=True)
    order = np.random.default_rng(0).permutation(compound.max() + 1)
    fold = order[compound] % (len(order) if len(order) <= MOST_FOLDS else MANY)
    return [np.flatnonzero(fold == k) for k in range(fold.max() + 1)]


def left_out(learner: Learner, work: Work) -> Generator[tuple[int, int], None, Said]:
    """What is said of every record by a model that has not seen its compound; yields how many
    folds are done, of all. What ``work`` has of it is not done again.
    """
    said = learner.said
    ln_tc, score, novelty = said.ln_tc.copy(), said.score.copy(), said.novelty.copy()
    parts = folds(said.fractions)
    for done, part in enumerate(parts):
        yield done, len(parts)
        name = f"branch-{done}"
        change = work.get(name)
        if change is None:
            change = _change_without(learner, part)
            work.put(name, change)
        ln_tc[part] += change["ln_tc"]
        score[part] += change["score"]
        novelty[part] = np.minimum(novelty[part], change["novelty"])
    return replace(said, ln_tc=ln_tc, score=score, novelty=novelty)


def _change_without(learner: Learner, part: Rows) -> Arrays:
    """What the branch changes of ``part`` when it has learnt all the others."""
    others = np.setdiff1d(np.arange(len(learner.records)), part)
    marked = others[learner.superconducts[others]]
    near = _nearest(learner.said.fractions[part], learner.said.fractions[marked])
    ln_tc, score = (
        learner.change(learner.learn(others), part) if len(others) else np.zeros((2, len(part)))
    )
    return {"ln_tc": ln_tc, "score": score, "novelty": near}


def load_known(weights: Weights, without: Array) -> Known:
    """The known superconductors whose structure is at hand, but those of compositions (k, 104)."""
    known = [k for k in known_superconductors() if k.structure]
    crystals: list[Crystal] = [known_structure(k.structure) for k in known]
    fractions = crystal_fractions(crystals)
    kept = np.flatnonzero(~same_compositions(fractions, without))
    said = say(weights, fractions[kept], [crystals[i] for i in kept])
    ln_tc = np.log([known[i].tc_kelvin for i in kept])
    families = np.array([known[i].family for i in kept])
    return Known(said, ln_tc, families, [crystals[i] for i in kept])


def replay(
    weights: Weights, learner: Learner, learnt: Learnt, known: Known, of_network: Array | float
) -> Replay:
    """How the answers to known compounds change; by the networks, ``of_network`` (n,)."""
    more, more_score = learner.change_elsewhere(learnt, known.said.fractions)
    more = more + of_network
    before = np.abs(known.said.ln_tc - known.ln_tc)
    after = np.abs(known.said.ln_tc + more - known.ln_tc)
    families = {
        str(family): (int(of.sum()), float(before[of].mean()), float(after[of].mean()))
        for family in np.unique(known.families)
        for of in (known.families == family,)
    }
    mae = (float(before.mean()), float(after.mean()))
    brier = _brier(weights, learner, learnt, known.said.score, more_score)
    return Replay(len(before), mae, families, brier)


def _brier(
    weights: Weights, learner: Learner, learnt: Learnt, score: Array, more: Array
) -> tuple[float, float]:
    """With known compounds that do not superconduct, but those that are records."""
    read = (formula_fractions(k.formula) for k in known_non_superconductors())
    others = np.stack([f for f in read if f is not None])
    others = others[~same_compositions(others, learner.said.fractions)]
    said = say(weights, others, [None] * len(others)).score
    change = learner.change_elsewhere(learnt, others)[1]
    label = np.arange(len(score) + len(others)) < len(score)

    def error(of_known: Array, of_others: Array) -> float:
        p = probability(weights.network.trust, np.concatenate([of_known, of_others]))
        return float(((p - label) ** 2).mean())

    return error(score, said), error(score + more, said + change)


def new_width(
    trust: Trust, learner: Learner, counts: Array, blind: Said, known: Known, rows: Rows
) -> Trust:
    """The trust with its width calibrated on ``rows`` of what was said blind, each of which counts
    as far as ``counts`` (n,) says.
    """
    changed = Trust(len(trust.training_keys))
    changed.load_state_dict(trust.state_dict())
    marked = rows[learner.superconducts[rows]]
    if len(marked):
        said = blind.part(marked)
        errors = LeftOut(said.fractions, learner.ln_kelvin[marked], said.ln_tc, said.novelty)
        parts = (known.said.fractions, known.said.ln_tc, known.said.novelty)
        of_known = width_features(*(torch.from_numpy(x) for x in parts))
        changed.width.copy_(refit_width(trust.width, of_known, errors, counts[marked]))
    return changed


def verdict(
    weights: Weights,
    learner: Learner,
    learnt: Learnt,
    blind: Said,
    known: Known,
    of_network: Array | float = 0.0,
) -> Verdict:
    """Before and after, on records and known compounds; ``learnt`` is from all records, ``blind``
    what is said of those left out, and ``of_network`` (n,) what the networks change of known ones.
    """
    trust, said = weights.network.trust, learner.said
    widths = np.empty(len(learner.records))
    parts = folds(said.fractions)
    every = np.arange(len(widths))
    for part in parts:
        others = np.setdiff1d(every, part)
        changed = new_width(trust, learner, learnt.trust, blind, known, others)
        widths[part] = half_width(changed, blind.part(part))
    lines = tuple(_lines(trust, learner, learnt, blind))
    keys = composition_keys(said.fractions)
    return Verdict(
        len(lines),
        len(np.unique(keys)),
        int(np.unique(keys[trust.trained_on(said.fractions)]).size),
        len(parts),
        _figures(learner, trust, said, learner.half_width),
        _figures(learner, trust, blind, widths),
        replay(weights, learner, learnt, known, of_network),
        lines,
    )


def probability(trust: Trust, score: Array) -> Array:
    return trust.p_superconductor(torch.from_numpy(score)).numpy()


def _figures(learner: Learner, trust: Trust, said: Said, width: Array) -> Figures:
    of, none = learner.superconducts, ~learner.superconducts
    error = np.abs(said.ln_tc - learner.ln_kelvin)
    p = probability(trust, said.score)
    return Figures(
        _mean(error[of]), _mean((error <= width)[of]), _mean(2 * width[of]), _mean(p[none])
    )


def _lines(trust: Trust, learner: Learner, learnt: Learnt, blind: Said) -> Iterator[Line]:
    p_before, p_after = (probability(trust, s.score) for s in (learner.said, blind))
    for i, record in enumerate(learner.records):
        yield Line(
            record.formula,
            record.tc_kelvin,
            record.down_to_kelvin,
            float(np.exp(learner.said.ln_tc[i])),
            float(np.exp(blind.ln_tc[i])),
            float(p_before[i]),
            float(p_after[i]),
            float(learnt.trust[i]),
            record.source,
        )


def _nearest(compositions: Array, known: Array) -> Array:
    if not len(known):
        return np.full(len(compositions), np.inf)
    near = distances(*(scaled_features(torch.from_numpy(x)) for x in (compositions, known)))
    return (near[0] + near[1]).amin(dim=1).numpy()


def _mean(values: NDArray[np.float64] | NDArray[np.bool_]) -> float:
    return float(values.mean()) if len(values) else float("nan")

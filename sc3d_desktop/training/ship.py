"""Train what is shipped: on every entry and every formula, with its trust calibrated on compounds
left out, and a card that says what the folds on disk measured.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from sc3d_desktop import __version__
from sc3d_desktop.models.sodnet.branch import CompositionBranch
from sc3d_desktop.models.sodnet.ensemble import SodnetEnsemble
from sc3d_desktop.models.sodnet.forest import RampForest
from sc3d_desktop.models.sodnet.network import Sodnet
from sc3d_desktop.models.sodnet.trust import Trust, composition_keys
from sc3d_desktop.models.sodnet.weights import ModelCard, load_weights, save_weights
from sc3d_desktop.paths import resources
from sc3d_desktop.training.calibration import (
    LeftOut,
    domain_limits,
    fit_probability,
    fit_width,
)
from sc3d_desktop.training.composition import (
    CompositionSettings,
    CompositionTeacher,
    fit_composition,
    group_numbers,
)
from sc3d_desktop.training.entries import Entries
from sc3d_desktop.training.experiment import Experiment, left_out, train_network, training_rows
from sc3d_desktop.training.forest import fit_forest
from sc3d_desktop.training.forest import left_out as forest_left_out
from sc3d_desktop.training.labels import (
    ChemicalSystem,
    Labels,
    chemical_systems,
    formula_fractions,
    same_compositions,
)
from sc3d_desktop.training.metrics import mean_absolute_error, r_squared
from sc3d_desktop.training.results import (
    FoldResult,
    ProbabilityResult,
    load_folds,
    save_probability,
)
from sc3d_desktop.training.sodnet import training_graph

Array = NDArray[np.float64]
Report = Callable[[str], None]

DATA = (
    "SuperCon3D (P. Chen et al., NeurIPS 2024 Datasets and Benchmarks); formulas with Tc of "
    "SuperCon (NIMS) as used by V. Stanev et al. (2018), and of 3DSC_MP (T. Sommer et al., "
    "Scientific Data 10, 816 (2023))"
)
_SPLIT_NAMES = {
    "fold_random": "random folds",
    "fold_grouped": "folds of unseen chemical systems",
    "fold_paper_sorted": "folds as the paper cuts them",
}
_VARIANT_NAMES = {"sodnet": "", "composition": ", composition branch alone"}
LICENCE = (
    "3DSC_MP: CC BY 4.0. SuperCon3D and the SuperCon tables state none. None of these data is in "
    "the program; the weights hold compositions mixed from two known ones each, many close to one."
)
LIMITS = (
    "Values of hydrides are mostly calculated, at high pressure. Tc of thin films, of strained or "
    "pressed samples and of unlike samples of one formula stand in the tables side by side. What "
    "is not in a crystal's composition weighs little in this model."
)


@dataclass(frozen=True)
class Shipment:
    """Weights ``out``, trained as ``experiment`` says on all its data but the chemical systems
    ``without``; its runs are what the card tells of.
    """

    experiment: Experiment
    out: Path
    without: frozenset[ChemicalSystem] = frozenset()


def ship(shipment: Shipment, report: Report = lambda _: None) -> ModelCard:
    """Train, calibrate and write ``shipment.out``; resumes the network where it stopped."""
    entries = Entries(shipment.experiment.data)
    own, rows = _rows(entries, shipment)
    negatives = not_superconducting(entries.tables.unreported, rows, shipment.without)
    report(f"{len(own)} crystals, {len(rows)} compositions, {len(negatives)} without Tc")
    settings = shipment.experiment.composition
    trust = Trust(len(rows))
    trust.training_keys.copy_(torch.from_numpy(np.sort(composition_keys(rows.fractions))))
    teacher, by_system = _teacher(rows, len(own), settings, trust)
    scorer, judge, judged = _scorer(rows, negatives, settings, trust)
    report(f"AUC with the chemical system left out: {judged.auc:.3f}")
    if not shipment.without:
        save_probability(shipment.experiment.runs, judged)
    union = np.concatenate([rows.fractions, negatives])
    marks = np.arange(len(union)) < len(rows)
    kernel = fit_composition([teacher, scorer], union, marks, settings)
    report(f"{len(kernel.anchors)} anchors")
    forest = fit_forest(rows.fractions, rows.ln_tc, settings.forest)
    branch = CompositionBranch(kernel, forest, judge, settings.forest_share)
    network = _network(shipment, entries, own, by_system)
    ensemble = SodnetEnsemble([network], branch, trust, shipment.experiment.share)
    sizes = {
        "anchors": len(kernel.anchors),
        "forest_trees": forest.n_trees,
        "forest_splits": forest.n_splits,
        "judge_trees": judge.n_trees,
        "judge_splits": judge.n_splits,
        "training_keys": len(rows),
    }
    facts = _facts(shipment, entries, trust, judged) | {
        "n_entries": len(own),
        "n_rows": len(rows),
        "n_without_tc": len(negatives),
    }
    metrics = {"auc_system_out": judged.auc}
    config = shipment.experiment.config.as_json()
    card = ModelCard(__version__, config, 1, sizes, facts, metrics)
    save_weights(shipment.out, ensemble.eval(), card)
    return tell_of_folds(shipment.out, shipment.experiment.runs)


def tell_of_folds(file: Path, runs: Path) -> ModelCard:
    """Put what the folds in ``runs`` measured on the card of weights trained before them."""
    weights = load_weights(file)
    metrics = weights.card.metrics | {"folds": folds_measured(runs)}
    card = replace(weights.card, metrics=metrics)
    save_weights(file, weights.network, card)
    return card


def not_superconducting(
    unreported: Array, rows: Labels, without: frozenset[ChemicalSystem] = frozenset()
) -> Array:
    """Compositions (m, 104) without a reported Tc and well-known ones that do not superconduct."""
    text = (resources() / "science" / "not_superconducting.json").read_text(encoding="utf-8")
    formulas = [f for kind, names in json.loads(text).items() if kind != "about" for f in names]
    read = [formula_fractions(f) for f in formulas]
    known = np.stack([f for f in read if f is not None])
    own = unreported[~same_compositions(unreported, known)]
    kept = own[~same_compositions(own, rows.fractions)]
    every = np.concatenate([kept, known])
    return every[[s not in without for s in chemical_systems(every)]]


def _rows(entries: Entries, shipment: Shipment) -> tuple[NDArray[np.int64], Labels]:
    """Indices of the entries trained on; and their compositions, with the further formulas."""
    systems = chemical_systems(entries.fractions)
    own = np.array([i for i, s in enumerate(systems) if s not in shipment.without])
    extra = entries.labels.without_formulas(entries.fractions).without_systems(shipment.without)
    return own, training_rows(entries, own, extra, "extra")


def _teacher(
    rows: Labels, n_entries: int, settings: CompositionSettings, trust: Trust
) -> tuple[CompositionTeacher, LeftOut]:
    """The process of ln Tc, what it says of entries whose chemical system is left out; and the
    width of intervals and the domain, set in ``trust``.

    Users edit known compounds and screen unknown ones: the width is fitted to both, entries with
    their formula left out and with their chemical system left out.
    """
    teacher = CompositionTeacher(rows.fractions, rows.ln_tc, settings.noise)
    (systems,) = group_numbers(chemical_systems(rows.fractions))
    by_formula = left_out(rows, n_entries, teacher, np.arange(len(rows)), settings)
    by_system = left_out(rows, n_entries, teacher, systems, settings)
    teacher.forget_inverse()
    trust.width.copy_(fit_width(by_formula.join(by_system)))
    trust.domain.copy_(domain_limits(by_system.novelty))
    return teacher, by_system


def _scorer(
    rows: Labels, negatives: Array, settings: CompositionSettings, trust: Trust
) -> tuple[CompositionTeacher, RampForest, ProbabilityResult]:
    """The process and the forest on +1 and -1; and their probabilities with the chemical system
    left out, calibrated in ``trust``.

    What is known not to superconduct at ambient pressure counts so even where the tables have a Tc,
    which is then one under pressure.
    """
    positives = rows.fractions[~same_compositions(rows.fractions, negatives)]
    fractions = np.concatenate([positives, negatives])
    label = np.arange(len(fractions)) < len(positives)
    signs = np.where(label, 1.0, -1.0)
    teacher = CompositionTeacher(fractions, signs, settings.score_noise, settings.unknown_score)
    (systems,) = group_numbers(chemical_systems(fractions))
    score = settings.blend(
        teacher.left_out(systems), forest_left_out(fractions, signs, systems, settings.judge)
    )
    teacher.forget_inverse()
    trust.probability.copy_(fit_probability(score, label.astype(float)))
    probability = trust.p_superconductor(torch.from_numpy(score)).numpy()
    judge = fit_forest(fractions, signs, settings.judge)
    return teacher, judge, ProbabilityResult("fold_grouped", probability, label.astype(float))


def _network(
    shipment: Shipment, entries: Entries, own: NDArray[np.int64], known: LeftOut
) -> Sodnet:
    crystals = [entries.read.entries[i].crystal for i in own]
    graphs = [training_graph(c, shipment.experiment.config) for c in crystals]
    return train_network(shipment.experiment, graphs, known, shipment.out.stem)


def folds_measured(runs: Path) -> dict[str, dict[str, Any]]:
    """With extra formulas, for each split on disk: mean and spread over the folds, of the whole
    model and of its composition branch alone.
    """
    found: dict[str, list[FoldResult]] = {}
    for result in load_folds(runs):
        if result.labels == "extra" and result.variant in _VARIANT_NAMES:
            name = f"{_SPLIT_NAMES[result.split]}{_VARIANT_NAMES[result.variant]}"
            found.setdefault(name, []).append(result)
    return {name: _measured(folds) for name, folds in found.items()}


def _measured(folds: list[FoldResult]) -> dict[str, Any]:
    mae = [mean_absolute_error(f.predicted_ln_tc, f.true_ln_tc) for f in folds]
    r2 = [r_squared(f.predicted_ln_tc, f.true_ln_tc) for f in folds]
    low, high, true = (
        np.concatenate([getattr(f, name) for f in folds])
        for name in ("low_ln_tc", "high_ln_tc", "true_ln_tc")
    )
    return {
        "n_folds": len(folds),
        "mae_ln_kelvin": _mean_and_spread(mae),
        "r2": _mean_and_spread(r2),
        "coverage": float(((low <= true) & (true <= high)).mean()),
        "mean_width": float((high - low).mean()),
    }


def _mean_and_spread(values: list[float]) -> tuple[float, float]:
    return float(np.mean(values)), float(np.std(values, ddof=1)) if len(values) > 1 else 0.0


def _facts(
    shipment: Shipment, entries: Entries, trust: Trust, judged: ProbabilityResult
) -> dict[str, Any]:
    edge, outside = trust.domain.tolist()
    return {
        "data": DATA,
        "licence": LICENCE,
        "limits": LIMITS,
        "split": "none: trained on all of it; the folds above were trained apart",
        "data_sha256": entries.read.sha256,
        "tables_sha256": entries.tables.sha256,
        "without": sorted(sorted(system) for system in shipment.without),
        "settings": asdict(shipment.experiment.settings),
        "composition": asdict(shipment.experiment.composition),
        "share": shipment.experiment.share,
        "interval": "90 %, its width fitted to entries whose formula or chemical system was left "
        "out; wider for novel compounds, hydrides and f elements",
        "probability": "of a reported Tc, taught with compounds listed without one (noisy: some "
        "were never cooled far enough) and well-known ones that do not superconduct; AUC "
        f"{judged.auc:.2f} with the chemical system left out",
        "domain": f"distance to the nearest composition trained on: inside up to {edge:.2f}, edge "
        f"up to {outside:.2f}",
    }

"""``sc3d train``: train a model, run the baselines, or draw the report from the results on disk."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sc3d_desktop.errors import TrainingError

if TYPE_CHECKING:
    from sc3d_desktop.training.generator.loop import Step


def run(arguments: argparse.Namespace) -> int:
    parts = {
        "sodnet": _sodnet,
        "baselines": _baselines,
        "ablations": _ablations,
        "ship": _ship,
        "diffcsp-sc": _diffcsp_sc,
        "guide": _guide,
        "fingerprint": _fingerprint,
        "check": _check,
        "report": _report,
    }
    return parts[arguments.what](arguments)


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _sodnet(arguments: argparse.Namespace) -> int:
    if arguments.parent or arguments.records:
        return _improve(arguments)
    if arguments.data is None or arguments.runs is None:
        raise TrainingError(
            "Training needs --data and --runs.", "To improve a version give --from and --records."
        )
    from sc3d_desktop.training import parallel
    from sc3d_desktop.training.experiment import Experiment, run_experiment
    from sc3d_desktop.training.sodnet import TrainSettings

    _use_threads(arguments.threads)
    settings = TrainSettings()
    if arguments.epochs is not None:
        settings = replace(settings, epochs=arguments.epochs)
    experiment = Experiment(
        arguments.data,
        arguments.runs,
        arguments.split,
        arguments.fold,
        arguments.labels,
        arguments.variant,
        arguments.train_size,
        settings=settings,
    )
    with parallel.together():
        written = run_experiment(experiment, _tell if parallel.is_first() else _say_nothing)
        if parallel.is_first():
            print(f"{len(written)} results written to {arguments.runs}")
    return 0


def _say_nothing(_text: str) -> None:
    """Of several processes the first one tells."""


def _improve(arguments: argparse.Namespace) -> int:
    """On the user's records, as a version of its own; the one in use stays in use."""
    from sc3d_desktop.cli.fine_tune import improve

    _use_threads(arguments.threads)
    return improve(arguments)


def _diffcsp_sc(arguments: argparse.Namespace) -> int:
    from sc3d_desktop.models.diffcsp_sc.config import COMPACT, PAPER
    from sc3d_desktop.training.generator.data import load_generator_data
    from sc3d_desktop.training.generator.denoiser import WEIGHTS, train_generator
    from sc3d_desktop.training.generator.loop import LoopSettings

    _use_threads(arguments.threads)
    config = {"compact": COMPACT, "paper": PAPER}[arguments.size]
    config = replace(config, attention=not arguments.no_attention)
    data = load_generator_data(arguments.data, arguments.structures)
    if arguments.no_pretraining:
        data = data.without_structures()
    steps = train_generator(
        data,
        config,
        LoopSettings(),
        arguments.out,
        arguments.minutes,
        start=arguments.start,
        cool_minutes=arguments.cool_minutes,
    )
    return _follow(steps, arguments.out / WEIGHTS)


def _guide(arguments: argparse.Namespace) -> int:
    from sc3d_desktop.training.generator.data import load_superconductors
    from sc3d_desktop.training.generator.guide import GUIDE, GUIDE_WEIGHTS, train_guide
    from sc3d_desktop.training.generator.loop import LoopSettings

    _use_threads(arguments.threads)
    data = load_superconductors(arguments.data, drawn=True)
    steps = train_guide(data, GUIDE, LoopSettings(), arguments.out, arguments.minutes)
    return _follow(steps, arguments.out / GUIDE_WEIGHTS)


def _fingerprint(arguments: argparse.Namespace) -> int:
    from sc3d_desktop.steps import finish
    from sc3d_desktop.training.generator.data import load_generator_data
    from sc3d_desktop.training.generator.fingerprint import write_fingerprint

    data = load_generator_data(arguments.data, arguments.structures)
    found = finish(write_fingerprint(data, arguments.out))
    print(f"{found} compositions with their space groups written to {arguments.out}")
    return 0


def _follow(steps: Iterator[Step], written: Path) -> int:
    for step in steps:
        told = ", ".join(f"{name} {loss:.3f}" for name, loss in step.losses.items())
        _tell(f"step {step.step}, {step.seconds:.0f} s: {told}")
    print(written)
    return 0


def _ablations(arguments: argparse.Namespace) -> int:
    from sc3d_desktop.training.ablations import ABLATIONS, AblationRun, run_ablations

    _use_threads(arguments.threads)
    run = AblationRun(
        arguments.data,
        arguments.runs,
        arguments.split,
        arguments.fold,
        arguments.variant or tuple(ABLATIONS),
        arguments.trained_on,
    )
    if arguments.epochs is not None:
        run = replace(run, settings=replace(run.settings, epochs=arguments.epochs))
    written = run_ablations(run, _tell)
    print(f"{len(written)} results written to {arguments.runs}")
    return 0


def _ship(arguments: argparse.Namespace) -> int:
    from sc3d_desktop.training.experiment import Experiment
    from sc3d_desktop.training.ship import Shipment, ship, tell_of_folds

    if arguments.card_only:
        tell_of_folds(arguments.out, arguments.runs)
        print(arguments.out)
        return 0
    _use_threads(arguments.threads)
    without = frozenset(_system(text) for text in arguments.without)
    ship(Shipment(Experiment(arguments.data, arguments.runs), arguments.out, without), _tell)
    print(arguments.out)
    return 0


def _check(arguments: argparse.Namespace) -> int:
    from sc3d_desktop.models.sodnet import load_model
    from sc3d_desktop.training.checks import check_recent, check_trends

    model = load_model(arguments.weights)
    trends = check_trends(model, arguments.runs, arguments.name)
    check_recent(model, arguments.runs)
    print(
        f"{trends.right_flanks:.0%} of {trends.n_flanks} flanks have the right sign; "
        f"mean rank correlation {trends.rank_correlation:.2f}"
    )
    return 0


def _system(text: str) -> frozenset[int]:
    """``La-Sr-Cu-O`` as atomic numbers."""
    from sc3d_desktop.crystal.elements import atomic_number, is_element

    symbols = text.split("-")
    if not all(is_element(symbol) for symbol in symbols):
        raise TrainingError(f"“{text}” is no chemical system.", "Write it as in La-Sr-Cu-O.")
    return frozenset(atomic_number(symbol) for symbol in symbols)


def _use_threads(threads: int) -> None:
    import torch

    if threads < 1:
        raise TrainingError("--threads must be 1 or more.")
    torch.set_num_threads(threads)


def _baselines(arguments: argparse.Namespace) -> int:
    from sc3d_desktop.training.baselines import VARIANTS, Baselines, run_baselines

    if arguments.threads < 1:
        raise TrainingError("--threads must be 1 or more.")
    baselines = Baselines(
        arguments.data,
        arguments.runs,
        arguments.split,
        arguments.fold,
        arguments.labels,
        arguments.variant or tuple(VARIANTS),
        arguments.trained_on,
        arguments.train_size,
        arguments.threads,
    )
    written = run_baselines(baselines, _tell)
    print(f"{len(written)} results written to {arguments.runs}")
    return 0


def _report(arguments: argparse.Namespace) -> int:
    from sc3d_desktop.training.report import ReportSettings, write_report

    settings = ReportSettings(arguments.runs, arguments.out, shown=arguments.show)
    if arguments.reference:
        references = dict.fromkeys(settings.references, arguments.reference)
        settings = replace(settings, references=references)
    write_report(settings)
    print((arguments.out / "report.md").read_text(encoding="utf-8"), end="")
    return 0

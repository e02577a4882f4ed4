"""``sc3d train``: train a model and write its weights and report."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace

from sc3d_desktop.errors import TrainingError


def run(arguments: argparse.Namespace) -> int:
    import torch

    from sc3d_desktop.training.experiment import Experiment, run_experiment
    from sc3d_desktop.training.sodnet import TrainSettings

    if arguments.members < 1 or arguments.threads < 1:
        raise TrainingError("--members and --threads must be 1 or more.")
    settings = TrainSettings()
    if arguments.epochs is not None:
        settings = replace(settings, epochs=arguments.epochs)
    torch.set_num_threads(arguments.threads)
    experiment = Experiment(
        arguments.data,
        arguments.out,
        arguments.split,
        arguments.fold,
        arguments.members,
        settings=settings,
    )
    run_experiment(experiment, lambda text: print(text, file=sys.stderr, flush=True))
    print((arguments.out / "report.md").read_text(encoding="utf-8"), end="")
    return 0

"""``sc3d generate curve``: match and validity against the number of denoising steps."""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path

from sc3d_desktop.errors import GenerationError

_STEPS = "10,25,50,100,200,1000"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.json")
    parser.add_argument(
        "--weights", type=Path, metavar="FILE.safetensors", help="others than those that ship"
    )
    parser.add_argument("--most", type=int, metavar="N", help="of the crystals of the test set")
    parser.add_argument(
        "--steps", default=_STEPS, metavar="N,N", help="1000 is the paper's sampler"
    )
    parser.add_argument("--seed", type=int, default=0, metavar="N")
    parser.add_argument("--threads", type=int, default=1, metavar="N", help="processor threads")


def run(arguments: argparse.Namespace) -> int:
    import torch

    from sc3d_desktop.generation.report.match import Curve, run_curve
    from sc3d_desktop.generation.sampling import WEIGHTS
    from sc3d_desktop.models.diffcsp_sc.weights import load_generator
    from sc3d_desktop.paths import resources
    from sc3d_desktop.training.generator.data import held_out_superconductors

    torch.set_num_threads(max(1, arguments.threads))
    weights = arguments.weights or resources() / "weights" / "generator" / WEIGHTS
    denoiser, _ = load_generator(weights)
    name = hashlib.sha256(weights.read_bytes()).hexdigest()[:12]
    curve = Curve(_numbers(arguments.steps), f"weights {name}", arguments.seed)
    crystals = held_out_superconductors(arguments.data)[: arguments.most]
    for row in run_curve(denoiser, crystals, curve, arguments.out):
        print(_line(row), file=sys.stderr, flush=True)
    print(arguments.out)
    return 0


def _line(row: dict[str, dict[str, float]]) -> str:
    match, valid = row["match"], row["valid"]
    return (
        f"{row['steps']} steps, {match['of']} crystals: {match['value']:.3f} match, "
        f"{valid['value']:.3f} valid"
    )


def _numbers(text: str) -> tuple[int, ...]:
    parts = text.split(",")
    if not all(part.strip().isdecimal() and int(part) > 0 for part in parts):
        raise GenerationError(f"“{text}” are no numbers of steps.", "Write it as in 10,50,1000.")
    return tuple(sorted({int(part) for part in parts}))

"""Options of ``sc3d results``; nothing heavy is imported here."""

from __future__ import annotations

import argparse
from pathlib import Path

_MOST_MU_STAR = 0.3


def add_results(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help="an output file, or a folder of them"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument(
        "--mu-star",
        type=_mu_star,
        default=0.1,
        metavar="X",
        help="Coulomb pseudopotential of Tc from α²F, 0 to 0.3",
    )


def _mu_star(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is not a number") from None
    if not 0 <= value <= _MOST_MU_STAR:
        raise argparse.ArgumentTypeError(f"µ* must be between 0 and {_MOST_MU_STAR}")
    return value

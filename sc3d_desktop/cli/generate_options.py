"""The options of ``sc3d generate`` and of what is done with its runs.

One that is left out is None: what it is then, a recipe or ``Request`` says.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from sc3d_desktop.cli.options import recipe_option


def add_generate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new folder")
    recipe_option(parser)
    parser.add_argument("--count", type=int, metavar="N")
    parser.add_argument(
        "--tc", "--tc-min", type=float, metavar="K", help="to aim at; else as high as possible"
    )
    parser.add_argument("--elements", type=_list, metavar="La,H", help="all of these")
    parser.add_argument("--only", type=_list, metavar="A,B", help="and no others")
    parser.add_argument("--without", type=_list, metavar="A,B", help="none of these")
    parser.add_argument(
        "--all-elements", action="store_true", help="radioactive and toxic ones as well"
    )
    parser.add_argument("--formula", metavar="LaH10", help="the exact composition")
    parser.add_argument("--atoms", type=_range, metavar="2-20")
    parser.add_argument("--like", type=Path, metavar="FILE", help="a structure to start from")
    parser.add_argument("--change", type=float, help="of it, 0.02 to 1")
    for name, help_ in (
        ("keep-symmetry", "its space group"),
        ("keep-elements", "only move its atoms"),
        ("paper", "the paper's 1000 steps"),
    ):
        action = argparse.BooleanOptionalAction
        parser.add_argument(f"--{name}", action=action, help=help_)
    parser.add_argument("--guidance", type=float, help="0 for none")
    parser.add_argument("--energy", type=float, help="guidance by a Tc model, besides")
    parser.add_argument("--steps", type=int, metavar="N")
    parser.add_argument("--seed", type=int, metavar="N")
    parser.add_argument("--resume", action="store_true", help="go on with the run in --out")
    parser.add_argument("--catalogue", type=Path, metavar="FILE", help="instead of your own")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def add_trajectory(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", type=Path, metavar="DIR", help="a run of the generator")
    parser.add_argument("index", type=int, metavar="N", help="of the candidate")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.xyz")


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _range(text: str) -> tuple[int, int]:
    first, _, last = text.partition("-")
    try:
        return int(first), int(last or first)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is no range, as 2-20 is") from None

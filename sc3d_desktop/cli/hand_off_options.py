"""Options of ``sc3d export vasp`` and ``qe``; nothing heavy is imported here.

One that is left out is None: what it is then, a recipe or ``Options`` says.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from sc3d_desktop.cli.options import recipe_option

if TYPE_CHECKING:
    _Group = argparse._ArgumentGroup

_PRESETS = ("recommended", "paper", "screening")
_STEPS = ("relax", "static", "dos", "bands")


def add_hand_off(group: _Group) -> None:
    recipe_option(group)
    group.add_argument("--preset", choices=_PRESETS, help="of the inputs")
    group.add_argument("--steps", nargs="+", choices=_STEPS, help="what to calculate of each cell")
    group.add_argument("--magnetism", choices=("auto", "magnetic", "none"))
    group.add_argument(
        "--kpoints-files",
        action=argparse.BooleanOptionalAction,
        help="KPOINTS in place of KSPACING (VASP)",
    )
    group.add_argument("--scripts", choices=("all", "slurm", "pbs", "plain"))
    group.add_argument(
        "--size",
        type=int,
        metavar="N",
        help="of the ordered cell in primitive ones, tolerance or not",
    )
    for name, type_, help_ in (
        ("tolerance", float, "how far occupancies may be off in an ordered cell"),
        ("min-sites", int, "of an ordered cell; larger ones are nearer to a random mixture"),
        ("max-sites", int, "of an ordered cell"),
        ("count", int, "ordered cells to write for a disordered crystal"),
        ("seed", int, "of what is sampled"),
    ):
        group.add_argument(f"--{name}", type=type_, metavar="N", help=help_)
    group.add_argument(
        "--time-limit",
        dest="time_limit_seconds",
        type=float,
        metavar="N",
        help="seconds for finding ordered cells",
    )
    group.add_argument("--method", choices=("auto", "enumeration", "ewald", "quasirandom"))
    group.add_argument("--f-electrons", choices=("auto", "core", "valence"))
    group.add_argument("--hubbard", nargs="+", type=_hubbard, metavar="EL=EV", help="U, as in Cu=4")


def _hubbard(text: str) -> tuple[str, float]:
    element, _, value = text.partition("=")
    try:
        return element.strip(), float(value)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is not ELEMENT=EV") from None

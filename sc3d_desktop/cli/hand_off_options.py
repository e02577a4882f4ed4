"""Options of ``sc3d export vasp`` and ``qe``; nothing heavy is imported here."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    _Group = argparse._ArgumentGroup

_PRESETS = ("recommended", "paper", "screening")
_STEPS = ("relax", "static", "dos", "bands")


def add_hand_off(group: _Group) -> None:
    group.add_argument("--preset", choices=_PRESETS, default=_PRESETS[0], help="of the inputs")
    group.add_argument(
        "--steps", nargs="+", choices=_STEPS, default=_STEPS, help="what to calculate of each cell"
    )
    group.add_argument("--magnetism", choices=("auto", "magnetic", "none"), default="auto")
    group.add_argument(
        "--kpoints-files", action="store_true", help="KPOINTS in place of KSPACING (VASP)"
    )
    group.add_argument("--scripts", choices=("all", "slurm", "pbs", "plain"), default="all")
    group.add_argument(
        "--size",
        type=int,
        metavar="N",
        help="of the ordered cell in primitive ones, tolerance or not",
    )
    for name, type_, default, help_ in (
        ("tolerance", float, 0.005, "how far occupancies may be off in an ordered cell"),
        ("min-sites", int, 1, "of an ordered cell; larger ones are nearer to a random mixture"),
        ("max-sites", int, 200, "of an ordered cell"),
        ("count", int, 4, "ordered cells to write for a disordered crystal"),
        ("seed", int, 0, "of what is sampled"),
        ("time-limit", float, 300.0, "seconds for finding ordered cells"),
    ):
        group.add_argument(f"--{name}", type=type_, default=default, metavar="N", help=help_)
    group.add_argument(
        "--method", choices=("auto", "enumeration", "ewald", "quasirandom"), default="auto"
    )
    group.add_argument("--f-electrons", choices=("auto", "core", "valence"), default="auto")
    group.add_argument(
        "--hubbard", nargs="+", type=_hubbard, default=(), metavar="EL=EV", help="U, as in Cu=4"
    )


def _hubbard(text: str) -> tuple[str, float]:
    element, _, value = text.partition("=")
    try:
        return element.strip(), float(value)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is not ELEMENT=EV") from None

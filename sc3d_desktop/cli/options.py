"""What the options of several commands have in common."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def part(parts: Commands, name: str, help_: str) -> argparse.ArgumentParser:
    parser = parts.add_parser(name, help=help_, description=help_)
    parser.add_argument(
        "--debug", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS
    )
    return parser


def recipe_option(parser: argparse.ArgumentParser | argparse._ArgumentGroup) -> None:
    parser.add_argument(
        "--recipe", default="", metavar="NAME", help="choices saved before; options given here win"
    )


def weights_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--weights", type=Path, default=None, help="instead of the version in use")

"""The options of ``sc3d recipes``; nothing heavy is imported here."""

from __future__ import annotations

import argparse

from sc3d_desktop.cli.options import part

_KINDS = ("hand-off", "generate", "screen", "query")


def add_recipes(parser: argparse.ArgumentParser) -> None:
    """The parts of the command."""
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    part(what, "list", "List the recipes there are.")
    for name, help_ in (
        ("show", "Show the choices of a recipe."),
        ("delete", "Delete a recipe."),
    ):
        part(what, name, help_).add_argument("name", metavar="NAME")
    for each in what.choices.values():
        each.add_argument("--kind", choices=_KINDS, help="of what")
        each.add_argument("--json", action="store_true", help="one JSON object a line")

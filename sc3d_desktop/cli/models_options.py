"""The options of ``sc3d models``."""

from __future__ import annotations

import argparse
from pathlib import Path

from sc3d_desktop.cli.options import part


def add_models(parser: argparse.ArgumentParser) -> None:
    """The parts of the command."""
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    part(what, "list", "List the versions; the one in use is marked.")
    for name, help_ in (
        ("show", "Show the card of a version."),
        ("use", "Let this version answer from now on."),
        ("delete", "Remove a version."),
    ):
        part(what, name, help_).add_argument("name", metavar="VERSION")
    part(what, "back", "Go back to the version that was in use before.")
    comparing = part(what, "compare", "Compare two versions on crystals and on your records.")
    comparing.add_argument("versions", nargs=2, metavar="VERSION")
    comparing.add_argument("--file", type=Path, metavar="FILE", help="a crystal to predict")
    comparing.add_argument(
        "--records", metavar="FILE.csv|catalogue", help="records to predict, as for “train sodnet”"
    )
    comparing.add_argument("--collection", nargs="+", default=["my-measurements"])
    comparing.add_argument("--catalogue", type=Path, metavar="FILE", help="instead of your own")
    for each in what.choices.values():
        each.add_argument("--json", action="store_true", help="JSON")

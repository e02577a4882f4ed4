"""The options of ``sc3d record`` and ``sc3d project``."""

from __future__ import annotations

import argparse
from pathlib import Path

from sc3d_desktop.cli.options import part


def add_record(parser: argparse.ArgumentParser) -> None:
    """The parts of the command."""
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    adding = part(what, "add", "Record what came of a sample, beside what is predicted for it.")
    adding.add_argument("file", metavar="FILE|FORMULA", help="its structure, or what is known")
    adding.add_argument("--block", metavar="NAME", help="of a file with more than one structure")
    for name, help_ in (
        ("tc", "as you quote it"),
        ("onset", "of the transition"),
        ("zero", "where the resistance vanishes"),
        ("not-below", "no transition down to here"),
    ):
        adding.add_argument(f"--{name}", type=float, metavar="K", help=help_)
    adding.add_argument("--pressure", type=float, metavar="GPA", help="ambient without it")
    adding.add_argument("--date", metavar="YYYY-MM-DD", help="of the measurement")
    adding.add_argument("--sample", default="", metavar="TEXT", help="synthesis, form, number")
    adding.add_argument("--note", default="", metavar="TEXT")
    adding.add_argument(
        "--attach", nargs="+", type=Path, default=[], metavar="PATH", help="files; kept by path"
    )
    adding.add_argument("--sure", action="store_true", help="take what is beyond any record")
    adding.add_argument("--no-prediction", action="store_true", help="compare it with nothing")
    listing = part(what, "list", "List your records, and how good the predictions before were.")
    listing.add_argument("--out", type=Path, metavar="FILE", help="write them as .csv or .json")
    part(what, "delete", "Delete a record.").add_argument("id", type=int, metavar="ID")
    for each in what.choices.values():
        each.add_argument("--catalogue", type=Path, metavar="FILE", help="instead of your own")
        each.add_argument("--json", action="store_true", help="one JSON object a line")


def add_project(parser: argparse.ArgumentParser) -> None:
    """The parts of the command."""
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    saving = part(what, "save", "Save your work as a project: a folder, or an archive (.zip).")
    saving.add_argument("out", type=Path, metavar="OUT")
    saving.add_argument("--title", required=True, metavar="TEXT")
    saving.add_argument("--author", default="", metavar="TEXT", help="for its citation")
    saving.add_argument("--collection", nargs="+", metavar="NAME", help="these only; else all")
    saving.add_argument("--without-runs", action="store_true", help="no screenings, no candidates")
    saving.add_argument(
        "--all-coordinates",
        action="store_true",
        help="also those that state no open licence, as of ICSD: not to be passed on",
    )
    for name, help_ in (
        ("open", "Bring a project in beside what you have."),
        ("show", "Say what is in a project, and open nothing."),
    ):
        part(what, name, help_).add_argument("path", type=Path, metavar="PROJECT")
    for each in what.choices.values():
        each.add_argument("--json", action="store_true", help="one JSON object")

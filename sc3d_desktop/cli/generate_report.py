"""``sc3d generate report``: how often the generator reaches what was asked, by two judges."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from sc3d_desktop.errors import GenerationError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", type=Path, metavar="RUN", help="a run folder, of 1,000 or more")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument(
        "--beside", nargs="+", default=[], metavar="NAME=RUN", help="other runs, for comparison"
    )
    parser.add_argument("--curve", type=Path, metavar="FILE.json", help="of `sc3d generate curve`")
    parser.add_argument(
        "--substitutions", type=int, default=1000, metavar="N", help="of elements, for comparison"
    )


def run(arguments: argparse.Namespace) -> int:
    from sc3d_desktop.generation.report.write import ReportOf, write_report
    from sc3d_desktop.models.sodnet import load_model

    wanted = ReportOf(
        arguments.run,
        arguments.data,
        arguments.out,
        dict(_named(text) for text in arguments.beside),
        arguments.curve,
        arguments.substitutions,
    )
    for doing in write_report(wanted, load_model()):
        print(doing, file=sys.stderr, flush=True)
    print(wanted.out / "report.html")
    return 0


def _named(text: str) -> tuple[str, Path]:
    name, sign, path = text.partition("=")
    if not (name and sign and path):
        raise GenerationError(
            f"“{text}” names no run.", "Write it as in “without attention=runs/plain”."
        )
    return name, Path(path)

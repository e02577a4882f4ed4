"""``sc3d train sodnet --from``: improve a version of the model on the user's records."""

from __future__ import annotations

import argparse
import sys

from sc3d_desktop.cli.models import record_source
from sc3d_desktop.cli.progress import do
from sc3d_desktop.cli.records import json_line, table_row
from sc3d_desktop.errors import TrainingError
from sc3d_desktop.jobs import FineTune, FineTuned
from sc3d_desktop.models import registry
from sc3d_desktop.training.fine_tune.words import comparison, headline, sentences

_WIDTHS = (42, 10, 10)


def improve(arguments: argparse.Namespace) -> int:
    """Run the job and tell the verdict; which version is used is left to the user."""
    if not arguments.records:
        raise TrainingError("There are no records.", "Give --records FILE.csv or catalogue.")
    if arguments.out is not None and arguments.out.exists():
        raise TrainingError(f"{arguments.out.name} is there already.", "Choose another name.")
    parent = arguments.parent or registry.SHIPPED
    source = record_source(arguments)
    network, device = arguments.network == "auto", arguments.device
    job = FineTune(source, parent, arguments.name, arguments.out, network, device, arguments.afresh)
    made = do(job)
    for remark in made.remarks:
        print(remark, file=sys.stderr)
    if arguments.json:
        facts = {"version": made.name, "path": str(made.path), "proposed": made.verdict.proposed}
        print(json_line(facts | {"verdict": made.verdict.as_json()}))
    else:
        _tell(made, among_versions=arguments.out is None)
    return 0


def _tell(made: FineTuned, among_versions: bool) -> None:
    print(headline(made.verdict))
    print(*sentences(made.verdict), sep="\n")
    print(table_row(("", "before", "after"), _WIDTHS))
    for row in comparison(made.verdict):
        print(table_row(row, _WIDTHS))
    print(f"Written as “{made.name}”." if among_versions else f"Written to {made.path}.")
    if among_versions and made.verdict.proposed:
        print(f"“sc3d models use {made.name}” lets it answer from now on.")

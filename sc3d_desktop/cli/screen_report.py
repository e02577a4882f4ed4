"""``sc3d screen report``: a run as a table or a page."""

from __future__ import annotations

import argparse
from pathlib import Path

from sc3d_desktop.cli.progress import do
from sc3d_desktop.cli.screen_choices import wanted_of
from sc3d_desktop.data import catalogue_file
from sc3d_desktop.jobs.reports import WriteReport
from sc3d_desktop.screening.report import Request


def run(arguments: argparse.Namespace) -> int:
    request = _request(arguments)
    print(do(WriteReport(request)))
    if request.with_structures:
        print(request.archive)
    return 0


def _request(arguments: argparse.Namespace) -> Request:
    source: Path = arguments.run
    return Request(
        run=source,
        out=arguments.out or source.with_name(f"{source.stem}-report.{arguments.format}"),
        format=arguments.format,
        best=arguments.best,
        wanted=wanted_of(arguments),
        catalogue=arguments.catalogue or catalogue_file(),
        with_structures=arguments.with_structures,
    )

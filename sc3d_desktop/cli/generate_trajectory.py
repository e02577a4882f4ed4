"""``sc3d generate trajectory``: the way of a candidate from noise, as extended XYZ."""

from __future__ import annotations

import argparse

from sc3d_desktop.cli.progress import do
from sc3d_desktop.jobs.generate import ExportTrajectory


def run(arguments: argparse.Namespace) -> int:
    print(do(ExportTrajectory(arguments.run, arguments.index, arguments.out)))
    return 0

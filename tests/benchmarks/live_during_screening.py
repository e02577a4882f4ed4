"""How long a live Tc takes while a screening runs, beside an idle engine, in one run.

python tests/benchmarks/live_during_screening.py FOLDER_OR_ARCHIVE [--steps 100]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.cif import read_cif
from sc3d_desktop.crystal.edits import doping_line
from sc3d_desktop.engine import Engine
from sc3d_desktop.engine.services import LocalServices
from sc3d_desktop.jobs import Event, Finished, PredictTc
from sc3d_desktop.jobs.screening import Screen
from sc3d_desktop.paths import examples
from sc3d_desktop.screening.filters import Filters
from sc3d_desktop.screening.sources import Files

_PAUSE_SECONDS = 0.1


def answered(engine: Engine, crystal: Crystal) -> float:
    """Seconds from handing a crystal in to its Tc."""
    loop, began, wanted = QEventLoop(), time.perf_counter(), set[int]()

    def hear(job_id: int, event: Event) -> None:
        if job_id in wanted and isinstance(event, Finished):
            loop.quit()

    engine.told.connect(hear)
    wanted.add(engine.submit(PredictTc(crystal, 0)))
    loop.exec()
    engine.told.disconnect(hear)
    return time.perf_counter() - began


def pause(seconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(int(1000 * seconds), loop.quit)
    loop.exec()


def times(engine: Engine, crystals: list[Crystal]) -> list[float]:
    found = []
    for crystal in crystals:
        found.append(answered(engine, crystal))
        pause(_PAUSE_SECONDS)
    return found


def say(what: str, seconds: list[float]) -> None:
    p50, p95 = np.percentile(seconds, (50, 95)) * 1000
    sys.stdout.write(f"{what:20} p50 {p50:6.1f} ms   p95 {p95:6.1f} ms   n {len(seconds)}\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", type=Path)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--workers", type=int, default=1)
    arguments = parser.parse_args()
    application = QCoreApplication([])
    engine = Engine(LocalServices)
    crystal = read_cif(examples() / "MgB2.cif")[0]
    shares = tuple(np.linspace(0.001, 0.3, arguments.steps).tolist())
    crystals = list(doping_line(crystal, (0,), "Al").crystals(crystal, shares))
    times(engine, crystals[:5])
    say("idle", times(engine, crystals))
    with tempfile.TemporaryDirectory() as folder:
        sources = (Files([arguments.source]).as_json(),)
        engine.submit(
            Screen(Path(folder) / "r.sqlite", sources, Filters(), workers=arguments.workers)
        )
        pause(8)
        assert engine.jobs(), "the screening is over already"
        say("during a screening", times(engine, crystals))
        engine.close()
    del application


if __name__ == "__main__":
    sys.exit(main())

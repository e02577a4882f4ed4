"""``sc3d bench``: how long the things take that a user waits for, on this machine."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.cif import parse_cif, read_cif, write_cif
from sc3d_desktop.crystal.edits import DopingLine, doping_line
from sc3d_desktop.crystal.graph import periodic_graph
from sc3d_desktop.errors import ModelError
from sc3d_desktop.models.known import known_structure, known_superconductors
from sc3d_desktop.paths import examples

if TYPE_CHECKING:
    from sc3d_desktop.models.sodnet import SodnetPredictor

CRYSTALS = {"MgB2": ("Mg1", "Al"), "YBa2Cu3O7": ("Y1", "Ca"), "HgBa2Ca2Cu3O8": ("Ba1", "Sr")}
"""Example → the site and the dopant whose slider is moved."""

LARGE = ("Nb5Re24", "Nb1", "Mo")
"""A known structure with 58 sites, its site and dopant."""

_CURVE_POINTS = 41
_REPEATS = 20
_STARTS = 5
_PASSES = 2
_BULK = "bulk, a crystal of"


@dataclass(frozen=True)
class Measurement:
    """Times in milliseconds of ``n`` runs."""

    what: str
    n: int
    p50_ms: float
    p95_ms: float


def run(arguments: argparse.Namespace) -> int:
    has_display = bool(os.environ.get("DISPLAY")) or sys.platform in ("darwin", "win32")
    results = measure(arguments.steps, window=has_display and not arguments.no_window)
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    model = _model()
    if arguments.json:
        rows = [asdict(r) for r in results]
        about = {"machine": machine, "model": model.name, "device": model.device}
        print(json.dumps(about | {"measurements": rows}))
        return 0
    print(f"{machine}; {model.name} on {model.device}")
    for r in results:
        print(f"{r.what:<52} {r.p50_ms:8.1f} ms median  {r.p95_ms:8.1f} ms p95  (n = {r.n})")
        if r.what.startswith(_BULK):
            print(f"{'':<52} {1e3 / r.p50_ms:8.0f} crystals a second")
    return 0


def measure(
    steps: int, repeats: int = _REPEATS, starts: int = _STARTS, window: bool = True
) -> list[Measurement]:
    """All measurements; those of the window need a display."""
    crystals = {name: read_cif(examples() / f"{name}.cif")[0] for name in CRYSTALS}
    large, *_ = LARGE
    doped = CRYSTALS | {large: LARGE[1:]}
    alone = crystals | {large: known_structure(large)}
    lines = {
        name: doping_line(c, _sites(c, doped[name][0]), doped[name][1]) for name, c in alone.items()
    }
    results = _model_times(alone, lines, steps, repeats)
    results += [_file_time(name, repeats) for name in CRYSTALS]
    results += _bulk_times()
    if window:
        results += [_start_time(starts)]
        results += [_window_time(name, crystals[name], lines[name], steps) for name in CRYSTALS]
    return results


def _model() -> SodnetPredictor:
    from sc3d_desktop.models.sodnet import load_model

    return load_model()


def _sites(crystal: Crystal, label: str) -> tuple[int, ...]:
    return tuple(i for i, site in enumerate(crystal.sites) if site.label == label)


def _model_times(
    crystals: dict[str, Crystal], lines: dict[str, DopingLine], steps: int, repeats: int
) -> list[Measurement]:
    from sc3d_desktop.models import sodnet

    began = time.perf_counter()
    model = sodnet.load_model()
    loaded = [time.perf_counter() - began]
    results = [_measurement("load the weights, torch imported", loaded)]
    for name, crystal in crystals.items():
        line = lines[name]
        edits = line.crystals(crystal, np.linspace(0.0, line.maximum, steps))
        curve = line.crystals(crystal, np.linspace(0.0, line.maximum, _CURVE_POINTS))
        model.predict([crystal])
        one = [_timed(partial(model.predict, [edit])) for edit in edits]
        many = [_timed(partial(model.predict, curve)) for _ in range(repeats)]
        results.append(_measurement(f"edit to Tc, model alone, {name}", one))
        results.append(_measurement(f"curve of {_CURVE_POINTS} points, {name}", many))
    return results


def _file_time(name: str, repeats: int) -> Measurement:
    file = examples() / f"{name}.cif"
    return _measurement(
        f"CIF to graph, {name}",
        [_timed(lambda: periodic_graph(read_cif(file)[0])) for _ in range(repeats)],
    )


def _bulk_times() -> list[Measurement]:
    """A crystal's share of the time that all known structures take together."""
    model = _model()
    names = dict.fromkeys(k.structure for k in known_superconductors() if k.structure)
    texts = [write_cif(known_structure(name)) for name in names]
    crystals = [parse_cif(text, "bench")[0] for text in texts]
    graphs = model.graphs(crystals)

    def from_text() -> None:
        model.predict([parse_cif(text, "bench")[0] for text in texts])

    each = 1 / len(names)
    times = [_timed(partial(model.predict_graphs, graphs)) * each for _ in range(_PASSES)]
    whole = [_timed(from_text) * each for _ in range(_PASSES)]
    return [
        _measurement(f"{_BULK} {len(names)}, from graphs", times),
        _measurement(f"{_BULK} {len(names)}, from CIF text", whole),
    ]


_START = """
import sys, time
from PySide6.QtCore import QTimer
from sc3d_desktop.app.compose import application, build_window
app = application()
window = build_window()
window.show()
QTimer.singleShot(0, lambda: (print(time.time() - float(sys.argv[1])), window.close()))
app.exec()
"""


def _start_time(starts: int) -> Measurement:
    """From the start of the process until the window is shown; torch is loaded after that."""
    times = []
    for _ in range(starts):
        command = [sys.executable, "-c", _START, str(time.time())]
        out = subprocess.run(command, capture_output=True, text=True, check=True)
        times.append(float(out.stdout.split()[-1]))
    return _measurement("window shown after start", times)


def _window_time(name: str, crystal: Crystal, line: DopingLine, steps: int) -> Measurement:
    """From the edit in the document until its Tc has been drawn in the window."""
    from PySide6.QtCore import QCoreApplication, QEventLoop

    from sc3d_desktop.app.compose import application, build_window
    from sc3d_desktop.app.run import begin
    from sc3d_desktop.state.answer import AnswerStatus

    application()
    window = build_window()
    window.resize(1280, 800)
    window.show()
    document, answer = window.session.document, window.session.answer

    def settled() -> bool:
        return answer.status is AnswerStatus.CURRENT

    def wait(done: Callable[[], bool]) -> None:
        # As the program does, sleep until something happens: asking again and again would take
        # the interpreter from the engine.
        while not done():
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
            if AnswerStatus.FAILED in (answer.status, answer.curve_status):
                raise ModelError(f"{name} could not be predicted.", answer.hint)

    begin(window, [Path(examples() / f"{name}.cif")])
    wait(lambda: settled() and window.predictor.plot is not None)
    document.set_doping(line)
    wait(lambda: answer.curve_status is AnswerStatus.CURRENT)
    times = []
    for x in np.linspace(0.001, line.maximum * 0.999, steps):
        began = time.perf_counter()
        document.edit(line.at(crystal, float(x)), f"x = {x:.3f}")
        wait(settled)
        window.predictor.repaint()
        times.append(time.perf_counter() - began)
        QCoreApplication.processEvents()
    window.session.autosave.discard()
    window.close()
    window.deleteLater()
    return _measurement(f"edit to Tc on the screen, {name}", times)


def _timed(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def _measurement(what: str, seconds: list[float]) -> Measurement:
    ms = np.array(seconds) * 1e3
    return Measurement(what, len(ms), float(np.median(ms)), float(np.percentile(ms, 95)))

"""``sc3d doctor``: what this machine offers, what is missing, and how to get it."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

from sc3d_desktop import __version__, paths
from sc3d_desktop.errors import Sc3dError


@dataclass(frozen=True)
class Finding:
    """One line: what was looked at, whether it is in order, what was found, what to do."""

    what: str
    good: bool
    found: str
    hint: str = ""


def run(arguments: argparse.Namespace) -> int:
    found = [_safely(name, check) for name, check in _CHECKS.items()]
    if arguments.json:
        print(json.dumps([asdict(f) for f in found]))
    else:
        print("\n".join(_lines(found)))
    return 0 if all(f.good for f in found) else 1


def _lines(found: list[Finding]) -> Iterator[str]:
    for f in found:
        yield f"{'ok ' if f.good else '!! '} {f.what:<14} {f.found}"
        if f.hint:
            yield f"    {'':<14} {f.hint}"


def _safely(name: str, check: Callable[[], Finding]) -> Finding:
    """A check that breaks, in whatever way, is itself a finding."""
    try:
        return check()
    except Sc3dError as error:
        return Finding(name, False, error.message, error.hint)
    except Exception as error:  # noqa: BLE001 - whatever breaks is what is looked for
        found = f"{type(error).__name__}: {error}"
        return Finding(name, False, found, "Run bash packaging/run again.")


def _program() -> Finding:
    return Finding(
        "program", True, f"SC3D Desktop {__version__}, Python {platform.python_version()}"
    )


def _display() -> Finding:
    display = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if display or sys.platform in ("darwin", "win32"):
        return Finding("display", True, display or "native")
    hint = "Start sc3d app from a desktop session, or under xvfb-run."
    return Finding("display", False, "none", hint)


def _qt() -> Finding:
    from PySide6.QtCore import qVersion
    from PySide6.QtWidgets import QApplication

    if not _display().good:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if QApplication.instance() is None:
        _kept.append(QApplication([]))
    return Finding("Qt", True, f"{qVersion()}, platform {QApplication.platformName()}")


_kept: list[object] = []
"""Qt ends with its application object; the OpenGL check comes after the one that makes it."""


def _gl() -> Finding:
    from sc3d_desktop.viz.gl_support import gl_support

    support = gl_support()
    if support.problem:
        hint = "The crystal picture needs OpenGL; everything else works without it."
        return Finding("OpenGL", False, support.problem, hint)
    return Finding("OpenGL", True, support.renderer)


def _torch() -> Finding:
    import torch

    if torch.cuda.is_available():
        return Finding("torch", True, f"{torch.__version__}, GPU {torch.cuda.get_device_name()}")
    return Finding(
        "torch", True, f"{torch.__version__}, CPU with {torch.get_num_threads()} threads"
    )


def _weights() -> Finding:
    """The version in use; one that cannot be read is told of by the first line of the card."""
    from sc3d_desktop.engine.services import model_of

    model = model_of(None)
    heading, text = model.card_lines[0]
    replaced = heading == "Note"
    return Finding("weights", not replaced, f"{model.name}. {text}" if replaced else model.name)


def _folder() -> Finding:
    folder = paths.user_data()
    free = shutil.disk_usage(folder).free / 1e9
    if not os.access(folder, os.W_OK):
        return Finding("data folder", False, str(folder), "The folder cannot be written to.")
    return Finding("data folder", free > 0.5, f"{folder}, {free:.0f} GB free")


_CHECKS: dict[str, Callable[[], Finding]] = {
    "program": _program,
    "display": _display,
    "Qt": _qt,
    "OpenGL": _gl,
    "torch": _torch,
    "weights": _weights,
    "data folder": _folder,
}

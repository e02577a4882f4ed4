"""What holds for every test: fresh settings, no display taken for granted, nothing left behind."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("QT_API", "pyside6")
if not os.environ.get("DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(autouse=True)
def _fresh_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings, session and results of each test lie in its own folder."""
    monkeypatch.setenv("SC3D_HOME", str(tmp_path / "home"))


@pytest.fixture(autouse=True)
def _nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """A window, a running thread or a running timer that outlives its test fails it."""
    if not {"qtbot", "qapp"} & set(request.fixturenames):
        yield
        return
    gc.freeze()  # so that only what the test itself makes is looked through
    yield
    left = left_behind()
    gc.unfreeze()
    assert not left, f"left behind: {', '.join(left)}"


def left_behind() -> list[str]:
    """What Qt objects are still at work, once those that wait for deletion are gone."""
    from PySide6.QtCore import QEvent, QThread, QTimer
    from PySide6.QtWidgets import QApplication

    gc.collect()
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    app.processEvents()
    windows = [f"window {w!r}" for w in app.topLevelWidgets() if not w.isHidden()]
    threads = [f"thread {t!r}" for t in _alive(QThread) if t.isRunning()]
    timers = [f"timer of {t.parent()!r}" for t in _alive(QTimer) if t.isActive()]
    return windows + threads + timers


def _alive(kind: type) -> list[Any]:
    import shiboken6

    own_thread = sys.modules["PySide6.QtCore"].QThread.currentThread()
    # type(x): isinstance would ask lazy objects of other libraries for their class
    found = [x for x in gc.get_objects() if issubclass(type(x), kind) and shiboken6.isValid(x)]
    return [x for x in found if x is not own_thread]

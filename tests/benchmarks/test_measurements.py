"""The benchmark measures what it says; how fast a machine is, is not tested."""

from __future__ import annotations

import os
import sys

import pytest

from sc3d_desktop.cli.bench import CRYSTALS, measure


@pytest.mark.skipif(
    not os.environ.get("DISPLAY") and sys.platform == "linux",
    reason="the window is measured on a display; start the tests with packaging/test",
)
@pytest.mark.gl
def test_every_path_a_user_waits_for_is_measured(qapp):
    measured = {m.what: m for m in measure(steps=4, repeats=2, starts=1)}
    for name in CRYSTALS:
        assert measured[f"edit to Tc on the screen, {name}"].n == 4
        assert measured[f"edit to Tc, model alone, {name}"].n == 4
        assert measured[f"curve of 41 points, {name}"].n == 2
        assert measured[f"CIF to graph, {name}"].n == 2
    assert measured["window shown after start"].n == 1
    assert all(0 < m.p50_ms <= m.p95_ms for m in measured.values())

"""``sc3d doctor``: a finding for everything, whatever is broken."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sc3d_desktop.cli import doctor
from sc3d_desktop.cli.doctor import Finding
from sc3d_desktop.errors import ModelError

CHECKED = ["program", "display", "Qt", "OpenGL", "torch", "weights", "data folder"]


def test_it_reports_on_everything_in_a_process_of_its_own(tmp_path):
    """Without a display, as on a server; Qt and torch are really asked."""
    environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    environment |= {"SC3D_HOME": str(tmp_path / "home"), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-m", "sc3d_desktop", "doctor", "--json"],
        env=environment,
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        timeout=200,
    )
    findings = json.loads(done.stdout)
    by_name = {f["what"]: f for f in findings}
    assert list(by_name) == CHECKED
    assert all(set(f) == {"what", "good", "found", "hint"} for f in findings)
    assert all(f["found"] for f in findings)
    assert by_name["program"]["good"]
    assert by_name["torch"]["good"]
    assert by_name["Qt"]["found"].endswith("platform offscreen")
    assert not by_name["display"]["good"]
    assert by_name["display"]["hint"]
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr


def with_checks(monkeypatch: pytest.MonkeyPatch, **checks: object) -> None:
    monkeypatch.setattr(doctor, "_CHECKS", checks)


def raising(error: Exception):
    def check() -> Finding:
        raise error

    return check


def fine() -> Finding:
    return Finding("fine", True, "as it should be")


@pytest.mark.parametrize(
    "error", [ImportError("libGL"), RuntimeError("boom"), ValueError("odd"), AttributeError("gone")]
)
def test_a_check_that_breaks_is_a_finding_and_the_next_is_still_made(sc3d, monkeypatch, error):
    with_checks(monkeypatch, broken=raising(error), fine=fine)
    done = sc3d("doctor", "--json")
    broken, after = json.loads(done.out)
    assert done.status == 1
    assert (broken["what"], broken["good"]) == ("broken", False)
    assert str(error) in broken["found"]
    assert broken["hint"]
    assert after["good"]


def test_an_error_that_brings_its_own_hint_keeps_it(sc3d, monkeypatch):
    with_checks(monkeypatch, weights=raising(ModelError("They are missing.", "Train anew.")))
    (finding,) = json.loads(sc3d("doctor", "--json").out)
    assert (finding["found"], finding["hint"]) == ("They are missing.", "Train anew.")


def test_all_in_order_is_status_0(sc3d, monkeypatch):
    with_checks(monkeypatch, fine=fine)
    assert sc3d("doctor").status == 0


def test_without_json_a_person_sees_what_is_wrong_and_the_way_out(sc3d, monkeypatch):
    with_checks(monkeypatch, fine=fine, bad=lambda: Finding("bad", False, "absent", "Get one."))
    first, second, third = sc3d("doctor").out.splitlines()
    assert first.startswith("ok  fine")
    assert second.startswith("!!  bad")
    assert "absent" in second
    assert third.strip() == "Get one."

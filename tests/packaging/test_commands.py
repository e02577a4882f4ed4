"""packaging/run and packaging/test, with the set-up and the program replaced by recorders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Machine

DISPLAYS = [{"DISPLAY": ":7"}, {"WAYLAND_DISPLAY": "wayland-7"}]


@pytest.fixture
def ready(machine: Machine) -> Machine:
    """Every command says its words; the display answers unless the file `deaf` is there."""
    machine.command(
        "xvfb-run",
        'while [[ $1 == -* ]]; do [ "$1" != -s ] || shift; shift; done\n'
        'echo "virtual $QT_QPA_PLATFORM $LIBGL_ALWAYS_SOFTWARE"; exec "$@"',
    )
    python = machine.command(
        "python",
        f'[[ "$*" != *QGuiApplication* ]] || {{ [ ! -e "{machine.root}/deaf" ]; exit; }}\n'
        f'echo "python ${{*//"{machine.root}/"/}}"; exit ${{STATUS:-0}}',
    )
    with (machine.root / "packaging" / "setup.sh").open("a") as setup:
        setup.write(f'set_up() {{ echo "set_up $*"; }}\npython="{python}"\n')
    return machine


def start(machine: Machine, *arguments: str, **environment: str) -> list[str]:
    script = machine.root / "packaging" / "run"
    done = machine.run("/bin/bash", script, *arguments, cwd=machine.root, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize("display", DISPLAYS)
def test_with_a_display_the_window_opens_on_the_example(
    ready: Machine, display: dict[str, str]
) -> None:
    assert start(ready, **display) == [
        "set_up runtime",
        "python -P -m sc3d_desktop app resources/examples/MgB2.cif",
    ]


def test_with_a_display_the_files_given_are_opened_instead(ready: Machine) -> None:
    last = start(ready, "one.cif", "another file.cif", DISPLAY=":7")[-1]
    assert last == "python -P -m sc3d_desktop app one.cif another file.cif"


HEADLESS = [
    "set_up runtime virtual-display",
    "python -P -m sc3d_desktop scan resources/examples/MgB2.cif"
    " --site Mg1 --dopant Al --from 0 --to 0.3 --points 7",
    "virtual xcb 1",
    "python -P -m sc3d_desktop app resources/examples/MgB2.cif --screenshot sc3d-screenshot.png",
]


def test_without_a_display_the_table_is_printed_and_the_window_pictured(ready: Machine) -> None:
    assert start(ready) == HEADLESS


def test_without_a_display_that_is_said_first(ready: Machine) -> None:
    done = ready.run("/bin/bash", ready.root / "packaging" / "run", cwd=ready.root)
    assert done.stderr.startswith("There is no display here")
    assert f"{ready.root}/sc3d-screenshot.png" in done.stderr


def test_an_offscreen_platform_is_no_display(ready: Machine) -> None:
    assert start(ready, DISPLAY=":7", QT_QPA_PLATFORM="offscreen") == HEADLESS


def test_a_display_that_does_not_answer_counts_as_none(ready: Machine) -> None:
    (ready.root / "deaf").touch()
    assert start(ready, DISPLAY=":7") == ["set_up runtime", *HEADLESS]


def test_without_a_display_a_picture_path_of_the_users_own_is_kept(ready: Machine) -> None:
    assert start(ready, "a.cif", "--screenshot", "mine.png") == [
        "set_up runtime virtual-display",
        "virtual xcb 1",
        "python -P -m sc3d_desktop app a.cif --screenshot mine.png",
    ]


def run_tests(machine: Machine, *arguments: str, cwd: Path, **environment: str) -> tuple[int, str]:
    script = machine.root / "packaging" / "test"
    done = machine.run("/bin/bash", script, *arguments, cwd=cwd, **environment)
    return done.returncode, done.stdout


def test_the_suite_runs_under_a_virtual_display_with_the_arguments_given(
    ready: Machine, tmp_path: Path
) -> None:
    status, output = run_tests(ready, "-k", "curve", cwd=tmp_path)
    assert status == 0
    assert output.splitlines() == [
        "set_up test virtual-display",
        "virtual xcb 1",
        "python -m pytest -k curve",
    ]


def test_the_status_of_a_failed_suite_is_handed_on(ready: Machine, tmp_path: Path) -> None:
    assert run_tests(ready, cwd=tmp_path, STATUS="3")[0] == 3

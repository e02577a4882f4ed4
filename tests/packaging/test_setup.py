"""The functions of packaging/setup.sh, without a network."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .conftest import Machine

ROOT = Path(__file__).resolve().parents[2]


def make_environment(machine: Machine) -> None:
    """An environment that answers `import pip`, without the seconds a real pip takes to unpack."""
    venv.create(machine.venv, with_pip=False, symlinks=True)
    (packages,) = machine.venv.glob("lib/python3.*/site-packages")
    (packages / "pip.py").touch()


@pytest.mark.parametrize(
    "script", ["packaging/run", "packaging/test", "packaging/setup.sh", ".ci/run"]
)
def test_each_script_is_valid_bash(script: str) -> None:
    command = ["bash", "-n", ROOT / script]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_continuous_integration_runs_the_test_command_and_nothing_else() -> None:
    lines = (ROOT / ".ci" / "run").read_text().splitlines()
    commands = [line for line in lines if line and not line.startswith(("#", "set ", "cd "))]
    assert commands == ["exec bash packaging/test"]


# --- finding Python -----------------------------------------------------------------------------


def test_the_first_supported_python_is_found(machine: Machine) -> None:
    machine.python("python3", "3.13")
    machine.python("python3.12", "3.12")
    assert machine.bash("find_python").stdout.strip() == str(machine.bin / "python3.12")


@pytest.mark.parametrize("version", ["3.10", "3.14", "2.7"])
def test_an_unsupported_python_is_passed_over(machine: Machine, version: str) -> None:
    machine.python("python3", version)
    done = machine.bash("find_python")
    assert (done.returncode, done.stdout) == (0, "")


def test_a_name_that_does_not_run_is_passed_over(machine: Machine) -> None:
    machine.command("python3.11", "echo 'command not found' >&2; exit 127")
    machine.python("python3", "3.12")
    assert machine.bash("find_python").stdout.strip() == str(machine.bin / "python3")


def test_a_python_that_can_make_environments_is_preferred(machine: Machine) -> None:
    machine.python("python3.11", "3.11", makes_venv=False)
    machine.python("python3.13", "3.13")
    assert machine.bash("find_python").stdout.strip() == str(machine.bin / "python3.13")


def test_the_running_python_passes_the_version_question(machine: Machine) -> None:
    (machine.bin / "python3").symlink_to(sys.executable)
    found = machine.bash("find_python").stdout.strip()
    assert Path(found).resolve() == Path(sys._base_executable).resolve()  # type: ignore[attr-defined]


def test_a_python_without_ensurepip_asks_for_its_own_venv_package(machine: Machine) -> None:
    python = machine.python("python3.12", "3.12", makes_venv=False)
    done = machine.bash(f'missing_python_packages "{python}"')
    assert done.stdout.strip() == "python3.12-venv"


# --- system packages ----------------------------------------------------------------------------


def linker_knows(machine: Machine, *missing: str, label: str = "(libc6,x86-64)") -> None:
    table = (machine.root / "packaging" / "setup.sh").read_text()
    table = table.split("library_packages='")[1].split("'")[0]
    names = [line.split()[0] for line in table.strip().splitlines()]
    lines = [f"\t{name} {label} => /lib/{name}" for name in names if name not in missing]
    listing = machine.root / "libraries"
    listing.write_text("\n".join(lines))
    machine.command("ldconfig", f'cat "{listing}"')
    machine.command("uname", "echo x86_64")


def test_nothing_is_missing_where_the_linker_knows_every_library(machine: Machine) -> None:
    linker_knows(machine)
    done = machine.bash("missing_library_packages")
    assert (done.returncode, done.stdout) == (0, "")


def test_a_missing_library_is_named_by_its_package(machine: Machine) -> None:
    linker_knows(machine, "libxcb-cursor.so.0", "libGLX_mesa.so.0")
    packages = machine.bash("missing_library_packages").stdout.split()
    assert packages == ["libglx-mesa0", "libgl1-mesa-dri", "libxcb-cursor0"]


def test_a_32_bit_library_does_not_count_on_a_64_bit_machine(machine: Machine) -> None:
    linker_knows(machine, label="(libc6)")
    assert "libgl1" in machine.bash("missing_library_packages").stdout.split()


def test_a_user_without_sudo_gets_one_command_to_type(machine: Machine) -> None:
    machine.a_user_without_sudo()
    machine.command("apt-get", f"touch {machine.bin}/installed")
    done = machine.bash("need_packages libegl1 xvfb; echo went on")
    assert done.returncode == 1
    typed = [line.strip() for line in done.stderr.splitlines() if "apt-get" in line]
    assert typed == [
        "sudo apt-get update && sudo apt-get install -y --no-install-recommends libegl1 xvfb"
    ]
    assert "went on" not in done.stdout
    assert not (machine.bin / "installed").exists()


def test_all_that_is_missing_is_asked_for_in_one_command(machine: Machine) -> None:
    machine.a_user_without_sudo()
    machine.command("apt-get", "exit 0")
    linker_knows(machine, "libEGL.so.1")
    machine.python("python3.11", "3.11", makes_venv=False)
    done = machine.bash("set_up test virtual-display")
    assert done.returncode == 1
    (line,) = [line for line in done.stderr.splitlines() if "apt-get install" in line]
    assert {"libegl1", "xvfb", "xauth", "python3.11-venv"} <= set(line.split())


def test_root_installs_what_is_missing_without_asking(machine: Machine) -> None:
    machine.command("id", "echo 0")
    machine.command("apt-get", f'echo "$*" >>"{machine.root}/apt"')
    done = machine.bash("need_packages libegl1")
    assert done.returncode == 0, done.stderr
    update, install = (machine.root / "apt").read_text().splitlines()
    assert update.endswith("update")
    assert install.endswith("install -y --no-install-recommends libegl1")


def test_sudo_without_a_password_installs_what_is_missing(machine: Machine) -> None:
    machine.command("id", "echo 1000")
    machine.command("sudo", f'echo "$*" >>"{machine.root}/sudo"')
    machine.command("apt-get", "exit 1")
    assert machine.bash("need_packages libegl1").returncode == 0
    assert "install -y" in (machine.root / "sudo").read_text()


def test_a_browser_that_is_there_is_enough(machine: Machine) -> None:
    machine.command("chromium", "exit 0")
    machine.command("apt-get", 'echo "apt-get $*"')
    done = machine.bash("try_browser")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_browser_is_installed_for_the_tests_where_root_may(machine: Machine) -> None:
    machine.command("id", "echo 0")
    machine.command("apt-get", 'echo "apt-get $*"')
    machine.venv.mkdir()
    assert machine.bash("try_browser").returncode == 0
    assert "chromium-headless-shell" in (machine.venv / "setup.log").read_text().splitlines()[-1]


@pytest.mark.parametrize("apt", ["fails", "is not there", "must not"])
def test_without_a_browser_the_set_up_goes_on_and_says_so(machine: Machine, apt: str) -> None:
    machine.command("id", "echo 0")
    machine.venv.mkdir()
    if apt == "fails":
        machine.command("apt-get", "exit 100")
    elif apt == "must not":
        machine.command("apt-get", "exit 0")
        machine.a_user_without_sudo()
    done = machine.bash("try_browser; echo went on")
    assert done.stdout == "went on\n"
    assert "no browser" in done.stderr


def test_without_apt_the_packages_are_named_and_nothing_goes_on(machine: Machine) -> None:
    done = machine.bash("need_packages libegl1; echo went on")
    assert (done.returncode, done.stdout) == (1, "")
    assert "libegl1" in done.stderr


# --- failures -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "cause"),
    [
        ("OSError: [Errno 28] No space left on device", "The disk is full"),
        ("Temporary failure in name resolution", "The network"),
        ("Failed to establish a new connection: [Errno 101] Network is unreachable", "The network"),
        ("error: subprocess-exited-with-error", "The last lines above"),
    ],
)
def test_a_failed_step_shows_its_words_and_the_likely_cause(
    machine: Machine, words: str, cause: str
) -> None:
    machine.venv.mkdir()
    fails = f"fails() {{ echo '{words}'; return 7; }}"
    done = machine.bash(f"{fails}; step 'Step three' fails; echo on")
    assert (done.returncode, done.stdout) == (1, "")
    assert words in done.stderr
    assert cause in done.stderr
    assert "This step failed: Step three" in done.stderr


def test_only_the_failed_step_decides_the_cause(machine: Machine) -> None:
    machine.venv.mkdir()
    done = machine.bash(
        "one() { echo 'no route to host'; }; two() { echo 'bad wheel'; return 1; }\n"
        "step One one; step Two two"
    )
    assert "The network" not in done.stderr


def test_too_little_disk_is_said_before_anything_is_installed(machine: Machine) -> None:
    machine.command("stat", "echo 128000 4000")
    machine.venv.mkdir()
    done = machine.bash("need_disk 3500; echo on")
    assert (done.returncode, done.stdout) == (1, "")
    assert "3500 MB are needed" in done.stderr
    assert "512 MB are free" in done.stderr


# --- the environment ----------------------------------------------------------------------------


@pytest.fixture
def installed(machine: Machine) -> Machine:
    make_environment(machine)
    assert machine.bash("mark_installed runtime").returncode == 0
    return machine


def is_installed(machine: Machine, which: str) -> bool:
    return machine.bash(f"is_installed {which}").returncode == 0


def test_a_second_set_up_installs_nothing(installed: Machine) -> None:
    linker_knows(installed)
    installed.command("find", "echo a-font.ttf")
    done = installed.bash("pip_install() { exit 9; }; set_up runtime")
    assert (done.returncode, done.stderr) == (0, "")


def test_the_runtime_set_does_not_count_as_the_test_set(installed: Machine) -> None:
    assert is_installed(installed, "runtime")
    assert not is_installed(installed, "test")


def test_the_test_set_contains_the_runtime_set(installed: Machine) -> None:
    (installed.venv / ".installed-runtime").unlink()
    installed.bash("mark_installed test")
    assert is_installed(installed, "runtime")
    assert is_installed(installed, "test")


@pytest.mark.parametrize("changed", ["pyproject.toml", "packaging/constraints.txt"])
def test_a_changed_requirement_is_installed_again(installed: Machine, changed: str) -> None:
    with (installed.root / changed).open("a") as file:
        file.write("# changed\n")
    assert not is_installed(installed, "runtime")


def test_a_new_environment_is_sound(installed: Machine) -> None:
    assert installed.bash("venv_is_sound").returncode == 0


def test_an_environment_whose_python_has_gone_is_made_again(installed: Machine) -> None:
    python = installed.venv / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python3.11")
    assert installed.bash("venv_is_sound").returncode == 1
    linker_knows(installed)
    installed.command("find", "echo a-font.ttf")
    (installed.bin / "python3").symlink_to(sys._base_executable)  # type: ignore[attr-defined]
    done = installed.bash("install_packages() { mark_installed runtime; }; set_up runtime")
    assert done.returncode == 0, done.stderr
    assert "Making .venv with Python" in done.stderr
    assert installed.bash("venv_is_sound").returncode == 0


def test_an_environment_of_another_folder_is_not_sound(installed: Machine) -> None:
    elsewhere = installed.root.parent / "moved"
    installed.root.rename(elsewhere)
    installed.root = elsewhere
    assert installed.bash("venv_is_sound").returncode == 1


def test_an_interrupted_package_is_not_taken_for_an_installed_one(installed: Machine) -> None:
    (packages,) = installed.venv.glob("lib/python3.*/site-packages")
    for name, last in (("half", "METADATA"), ("whole", "RECORD")):
        (packages / f"{name}-1.0.dist-info").mkdir()
        (packages / f"{name}-1.0.dist-info" / last).touch()
    assert installed.bash("forget_half_installed").returncode == 0
    assert not (packages / "half-1.0.dist-info").exists()
    assert (packages / "whole-1.0.dist-info").exists()


def test_the_test_set_asks_for_pytest_and_the_runtime_set_does_not(installed: Machine) -> None:
    runtime = installed.bash("requirements runtime").stdout
    assert "torch==" in runtime
    assert "pytest>=" not in runtime
    assert "pytest>=" in installed.bash("requirements test").stdout

"""The rules of the tree as a whole: layers, lint, types, what is imported when, and what ships."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "sc3d_desktop"
DATA = ROOT.parent / "shared" / "data"
NOT_SOURCE = {"__pycache__", "build", "dist", "runs"}


def python(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def lint_imports(tree: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return python("-c", command, "--no-cache", "--no-logo", cwd=tree)


def tracked_files() -> list[Path]:
    """What git holds or would add; every file outside build folders where there is no git."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    if shutil.which("git") and (ROOT / ".git").exists():
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            paths = [ROOT / name for name in done.stdout.split("\0") if name]
            return [path for path in paths if path.is_file()]
    folders = [path for path in ROOT.iterdir() if path.name[0] != "."] + [ROOT / ".ci"]
    files = [file for folder in folders for file in [folder, *folder.rglob("*")] if file.is_file()]
    return [file for file in files if not NOT_SOURCE & set(file.relative_to(ROOT).parts)]


# --- imports ------------------------------------------------------------------------------------


def test_the_import_contracts_hold() -> None:
    done = lint_imports()
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Contracts: {len(VIOLATIONS)} kept, 0 broken" in done.stdout


# One import for each contract that it must not let pass.
VIOLATIONS = [
    ("Imports point downward", "crystal", "import sc3d_desktop.jobs"),
    ("No Qt, vispy or pyqtgraph at or below state", "jobs", "import PySide6"),
    ("Panels do not know each other", "panels.jobs", "import sc3d_desktop.panels.tc_predictor"),
    ("Panels never reach for a model or torch", "panels.tc_predictor", "import torch"),
]


@pytest.mark.parametrize(("contract", "module", "line"), VIOLATIONS, ids=[v[0] for v in VIOLATIONS])
def test_a_forbidden_import_breaks_its_contract(
    tmp_path: Path, contract: str, module: str, line: str
) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(
        ROOT / PACKAGE, tmp_path / PACKAGE, ignore=shutil.ignore_patterns("__pycache__")
    )
    folder = tmp_path / PACKAGE / module.replace(".", "/")
    (folder / "trespass.py").write_text(f"{line}\n")
    done = lint_imports(tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"{contract} BROKEN" in done.stdout


def test_every_part_of_the_package_has_its_layer() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    (layers,) = [c["layers"] for c in config["contracts"] if c["type"] == "layers"]
    named = {name.strip() for layer in layers for name in layer.split("|")}
    parts = [*(ROOT / PACKAGE).glob("*.py"), *(ROOT / PACKAGE).glob("*/__init__.py")]
    present = {(p.parent.name if p.name == "__init__.py" else p.stem) for p in parts} - {PACKAGE}
    assert {f"{PACKAGE}.{name}" for name in present} - named == set()


@pytest.mark.parametrize(
    ("module", "kept_out"),
    [
        ("sc3d_desktop.app", {"torch", "e3nn", "torch_geometric", "pymatgen", "spglib"}),
        ("sc3d_desktop.__main__", {"torch", "pymatgen", "PySide6", "vispy", "pyqtgraph"}),
    ],
)
def test_importing_leaves_the_heavy_libraries_alone(module: str, kept_out: set[str]) -> None:
    done = python("-c", f"import sys, {module}; print(*sys.modules)")
    assert done.returncode == 0, done.stderr
    assert kept_out & set(done.stdout.split()) == set()


# --- lint and types -----------------------------------------------------------------------------


def test_ruff_finds_nothing() -> None:
    done = python("-m", "ruff", "check", "--quiet")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_types_hold() -> None:
    done = python("-m", "mypy")
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_python_file_is_over_400_lines() -> None:
    sizes = {
        str(path.relative_to(ROOT)): len(path.read_text().splitlines())
        for path in tracked_files()
        if path.suffix == ".py"
    }
    assert sizes
    assert {name: lines for name, lines in sizes.items() if lines > 400} == {}


# --- what the tree holds ------------------------------------------------------------------------


def test_no_file_names_a_folder_of_one_machine() -> None:
    of_one_machine = re.compile(rb"(?<![\w.])/(?:work|farm|root|Users|home/\w+)/")
    found = []
    for path in tracked_files():
        content = path.read_bytes()
        if b"\0" not in content and of_one_machine.search(content):
            found.append(str(path.relative_to(ROOT)))
    assert found == []


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data folder is not beside this checkout")
def test_no_file_of_the_data_folder_is_in_the_tree() -> None:
    by_size: dict[int, list[Path]] = {}
    for path in DATA.rglob("*"):
        if path.is_file() and path.stat().st_size:
            by_size.setdefault(path.stat().st_size, []).append(path)
    assert by_size
    copied = [
        str(ours.relative_to(ROOT))
        for ours in tracked_files()
        for theirs in by_size.get(ours.stat().st_size, [])
        if ours.read_bytes() == theirs.read_bytes()
    ]
    assert copied == []


def test_the_wheel_holds_the_package_with_its_resources_and_nothing_else(tmp_path: Path) -> None:
    (built,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    with zipfile.ZipFile(built) as wheel:
        names = {name for name in wheel.namelist() if ".dist-info/" not in name}
    folders = {"resources": f"{PACKAGE}/resources", PACKAGE: PACKAGE}
    expected = {
        path.relative_to(ROOT).as_posix().replace(folder, inside, 1)
        for folder, inside in folders.items()
        for path in tracked_files()
        if path.is_relative_to(ROOT / folder)
    }
    assert expected
    assert names == expected

"""The command line as a whole: usage, exit status, and when a traceback is shown."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from crystal_cases import cif

import sc3d_desktop.cli.predict
from sc3d_desktop import __version__
from sc3d_desktop.cli import run
from sc3d_desktop.errors import CifError, CrystalError

WRONG = {
    "nothing": [],
    "unknown command": ["screem"],
    "unknown option": ["predict", "a.cif", "--jason"],
    "predict without files": ["predict"],
    "scan without a site": ["scan", "a.cif", "--dopant", "Al"],
    "scan without a dopant": ["scan", "a.cif", "--site", "Mg1"],
    "points no number": ["scan", "a.cif", "--site", "A", "--dopant", "B", "--points", "many"],
    "export without a program": ["export"],
    "export to an unknown program": ["export", "word", "a.cif", "--out", "x"],
    "export without a folder": ["export", "vasp", "a.cif"],
    "unknown preset": ["export", "vasp", "a.cif", "--out", "x", "--preset", "cheap"],
    "train an unknown model": ["train", "oracle", "--data", "d", "--out", "o"],
    "size no size": ["app", "--screenshot", "a.png", "--size", "big"],
    "size too small": ["app", "--screenshot", "a.png", "--size", "10x10"],
    "unknown theme": ["app", "--theme", "mauve"],
}


@pytest.mark.parametrize("words", WRONG.values(), ids=WRONG)
def test_wrong_usage_leaves_with_status_2_and_says_how_it_is_used(words, capsys):
    with pytest.raises(SystemExit) as caught:
        run(words)
    assert caught.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "usage: sc3d" in said.err


def test_version(capsys):
    with pytest.raises(SystemExit) as caught:
        run(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out == f"sc3d {__version__}\n"


@pytest.mark.parametrize(
    "command", ["app", "predict", "scan", "export", "train", "bench", "doctor"]
)
def test_every_command_explains_itself(command, capsys):
    with pytest.raises(SystemExit) as caught:
        run([command, "--help"])
    assert caught.value.code == 0
    assert f"usage: sc3d {command}" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        run(["--help"])
    assert command in capsys.readouterr().out


def breaking(error: BaseException):
    def load(_: object) -> None:
        raise error

    return load


ERRORS = {
    "an error with a hint": (CrystalError("It is flat.", "Widen it."), "It is flat.", "Widen it."),
    "an operating system error": (OSError(28, "No space left"), "No space left", "disk"),
    "an error nobody foresaw": (ZeroDivisionError("oh"), "ZeroDivisionError: oh", "--debug"),
}


@pytest.mark.parametrize(("error", "what", "hint"), ERRORS.values(), ids=ERRORS)
def test_an_error_is_two_lines_and_a_traceback_only_with_debug(
    error, what, hint, monkeypatch, capsys
):
    monkeypatch.setattr(sc3d_desktop.cli.predict, "run", breaking(error))
    assert run(["predict", "a.cif"]) == 1
    said = capsys.readouterr()
    first, second = said.err.splitlines()
    assert said.out == ""
    assert first.startswith("sc3d: ")
    assert what in first
    assert hint in second
    with pytest.raises(type(error)):
        run(["predict", "a.cif", "--debug"])


def test_an_error_without_a_hint_is_one_line(monkeypatch, capsys):
    monkeypatch.setattr(sc3d_desktop.cli.predict, "run", breaking(CifError("No.")))
    assert run(["predict", "a.cif"]) == 1
    assert capsys.readouterr().err == "sc3d: No.\n"


def test_an_interrupt_says_so_with_the_status_of_an_interrupt(monkeypatch, capsys):
    monkeypatch.setattr(sc3d_desktop.cli.predict, "run", breaking(KeyboardInterrupt()))
    assert run(["predict", "a.cif"]) == 130
    assert capsys.readouterr().err == "sc3d: stopped.\n"


def test_a_terminal_that_lacks_a_letter_gets_an_escape_instead_of_an_error(monkeypatch):
    narrow = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stderr", narrow)
    monkeypatch.setattr(sc3d_desktop.cli.predict, "run", breaking(CrystalError("“Xx”, 3 Å")))
    assert run(["predict", "a.cif"]) == 1
    narrow.seek(0)
    assert narrow.read() == "sc3d: \\u201cXx\\u201d, 3 \\xc5\n"


def test_a_reader_that_has_had_enough_is_no_error(weights: Path, tmp_path: Path):
    """As in ``sc3d predict … | head -1``, in a process of its own."""
    path = tmp_path / "many.cif"
    path.write_text("".join(cif(block=f"b{n}") for n in range(40)))
    words = ["predict", str(path), "--json", "--weights", str(weights)]
    script = f"import sys; from sc3d_desktop.cli import run; sys.exit(run({words!r}))"
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        done = subprocess.run(
            [sys.executable, "-c", script], stdout=pipe, stderr=subprocess.PIPE, timeout=120
        )
    assert done.stderr.decode() == ""
    assert done.returncode == 0


def test_a_command_line_imports_no_model_and_no_window_before_it_is_understood():
    script = (
        "import sys\n"
        "from sc3d_desktop.cli.parser import parse\n"
        "parse(['predict', 'a.cif'])\n"
        "heavy = {'torch', 'pymatgen', 'PySide6', 'spglib', 'vispy'} & set(sys.modules)\n"
        "sys.exit(', '.join(heavy) or None)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=60)
    assert (done.returncode, done.stderr.decode()) == (0, "")

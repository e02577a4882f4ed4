"""The commands that report and measure the generator."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from diffusion_cases import denoiser
from report_crystals import ordered_crystal

from sc3d_desktop.cli import generate_curve, generate_report
from sc3d_desktop.errors import GenerationError
from sc3d_desktop.generation.report import write
from sc3d_desktop.generation.report.write import ReportOf
from sc3d_desktop.models import sodnet
from sc3d_desktop.models.diffcsp_sc.weights import save_generator
from sc3d_desktop.training.generator import data


def run(command: ModuleType, *words: object) -> int:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    status: int = command.run(parser.parse_args([str(word) for word in words]))
    return status


def test_a_curve_is_written_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rng = np.random.default_rng(0)
    known = [ordered_crystal(rng, atoms=3, kinds=2) for _ in range(4)]
    monkeypatch.setattr(data, "held_out_superconductors", lambda folder: known)
    weights, out = tmp_path / "w.safetensors", tmp_path / "curve.json"
    save_generator(weights, denoiser().float(), {})
    words = ("--data", tmp_path, "--out", out, "--weights", weights, "--most", 3)
    assert run(generate_curve, *words, "--steps", "6,4") == 0
    said = capsys.readouterr()
    assert said.out.strip() == str(out)
    assert "4 steps, 3 crystals" in said.err
    written = json.loads(out.read_text(encoding="utf-8"))
    assert [(row["steps"], row["match"]["of"]) for row in written["curve"]] == [(4, 3), (6, 3)]
    with pytest.raises(GenerationError, match="no numbers of steps"):
        run(generate_curve, *words, "--steps", "ten")


def test_a_report_is_of_the_runs_that_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[ReportOf] = []

    def written(wanted: ReportOf, model: object) -> Iterator[str]:
        asked.append(wanted)
        yield "writing"

    monkeypatch.setattr(write, "write_report", written)
    monkeypatch.setattr(sodnet, "load_model", lambda: None)
    words = (tmp_path / "run", "--data", tmp_path, "--out", tmp_path / "out", "--beside")
    assert run(generate_report, *words, "without attention=runs/plain", "b=c=d") == 0
    assert capsys.readouterr().out.strip() == str(tmp_path / "out" / "report.html")
    (wanted,) = asked
    assert wanted.run == tmp_path / "run"
    assert wanted.beside == {"without attention": Path("runs/plain"), "b": Path("c=d")}
    with pytest.raises(GenerationError, match="names no run"):
        run(generate_report, *words, "runs/plain")

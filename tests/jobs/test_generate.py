"""The jobs of the generator, done by a sampler that has learned nothing."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusion_cases import denoiser

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.errors import GenerationError
from sc3d_desktop.generation.request import Request
from sc3d_desktop.generation.sampling import CandidateSampler
from sc3d_desktop.jobs import Partial, Progress
from sc3d_desktop.jobs.generate import (
    DeleteGeneration,
    Denoising,
    ExportTrajectory,
    Found,
    Generate,
    Generated,
    ListGenerations,
    ReadGeneration,
)
from sc3d_desktop.models.interface import TcPrediction

REQUEST = Request(count=5, most_atoms=4, steps=6)


class Services:
    name = "as many kelvin as sites"
    device = "cpu"
    card_lines = ()

    def predict(self, crystals: list[Crystal]) -> list[TcPrediction]:
        return [TcPrediction(float(len(c)), 1.0, 9.0, (0.0,) * len(c), self.name) for c in crystals]

    def tc_model(self) -> Services:
        return self

    def sampler(self) -> CandidateSampler:
        torch.manual_seed(1)
        return CandidateSampler(denoiser().float(), None, {}, "learned nothing")


def do(job: Any) -> tuple[Any, list[Any]]:
    steps, said = job.run(Services()), []
    while True:
        try:
            said.append(next(steps))
        except StopIteration as stop:
            return stop.value, said


def test_a_request_becomes_candidates_told_one_by_one(tmp_path: Path) -> None:
    job = Generate(tmp_path / "run", REQUEST)
    assert pickle.loads(pickle.dumps(job)) == job
    outcome, said = do(job)
    assert isinstance(outcome, Generated)
    found = [
        s.value.candidate for s in said if isinstance(s, Partial) if isinstance(s.value, Found)
    ]
    assert any(isinstance(s, Partial) and isinstance(s.value, Denoising) for s in said)
    assert len(found) == outcome.made
    assert outcome.made + outcome.dropped == 5
    assert isinstance(said[-1], Progress)
    assert (said[-1].done, said[-1].total) == (5, 5)
    stored, _ = do(ReadGeneration(tmp_path / "run"))
    assert list(stored.candidates) == found
    for candidate in found:
        said_of = candidate.judgement
        if not said_of.faults:
            assert said_of.tc_kelvin == len(said_of.symmetrised or candidate.crystal)


def test_a_run_that_is_stopped_goes_on(tmp_path: Path) -> None:
    whole, _ = do(Generate(tmp_path / "whole", REQUEST))
    steps = Generate(tmp_path / "run", REQUEST, animate=False).run(Services())
    for said in steps:
        if isinstance(said, Partial):
            break
    steps.close()
    assert (do(ReadGeneration(tmp_path / "run"))[0]).made == 1
    outcome, _ = do(Generate(tmp_path / "run", None, resume=True))
    assert (outcome.made, outcome.dropped) == (whole.made, whole.dropped)
    one, other = (do(ReadGeneration(tmp_path / name))[0].candidates for name in ("run", "whole"))
    assert one == other


def test_an_impossible_request_leaves_nothing_behind(tmp_path: Path) -> None:
    request = Request(required=("La",), excluded=("La",))
    with pytest.raises(GenerationError, match="both required and excluded"):
        do(Generate(tmp_path / "run", request))
    assert not (tmp_path / "run").exists()
    with pytest.raises(GenerationError, match="Nothing is asked for"):
        do(Generate(tmp_path / "run", None))


def test_runs_are_listed_and_deleted_and_nothing_else_is(tmp_path: Path) -> None:
    do(Generate(tmp_path / "run", REQUEST))
    (listed,), _ = do(ListGenerations(tmp_path))
    assert listed.folder == tmp_path / "run"
    precious = tmp_path / "precious"
    precious.mkdir()
    with pytest.raises(GenerationError, match="holds no run"):
        do(DeleteGeneration(precious))
    assert precious.exists()
    do(DeleteGeneration(tmp_path / "run"))
    assert not (tmp_path / "run").exists()


def test_a_trajectory_is_written(tmp_path: Path) -> None:
    do(Generate(tmp_path / "run", REQUEST))
    index = do(ReadGeneration(tmp_path / "run"))[0].candidates[0].index
    out, said = do(ExportTrajectory(tmp_path / "run", index, tmp_path / "way.xyz"))
    assert out.read_text(encoding="utf-8").count("Lattice=") > 1
    assert said[-1].done == said[-1].total

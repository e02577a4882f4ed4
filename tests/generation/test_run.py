"""A run loses nothing that was told of, and ends the same however often it dies."""

from __future__ import annotations

import errno
import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusion_cases import denoiser

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.cif import read_cif
from sc3d_desktop.errors import GenerationError
from sc3d_desktop.generation.candidate import Candidate, Denoising, Found, Judgement
from sc3d_desktop.generation.folder import RunFolder, list_runs, read_run
from sc3d_desktop.generation.request import Request, Seed
from sc3d_desktop.generation.run import generate
from sc3d_desktop.generation.sampling import CandidateSampler
from sc3d_desktop.generation.trajectory import write_trajectory

REQUEST = Request(count=12, most_atoms=4, steps=6, seed=3)
MANY = replace(REQUEST, count=60, steps=12)
SUPPORT = Path(__file__).resolve().parents[1] / "support"


class Shortest:
    """Judges by the volume alone: what is kept must not depend on how it is judged."""

    def judge(self, crystal: Crystal, earlier: list[Candidate]) -> Judgement:
        same = (c.index for c in earlier if c.formula == "H")
        return Judgement(shortest_distance=round(crystal.volume, 6), duplicate_of=next(same, None))


def sampler() -> CandidateSampler:
    torch.manual_seed(1)
    return CandidateSampler(denoiser().float(), None, {}, "learned nothing")


def finish(
    folder: RunFolder, animate: bool = False, by: CandidateSampler | None = None
) -> list[Any]:
    try:
        return [said for said in generate(folder, by or sampler(), Shortest(), animate) if said]
    finally:
        folder.close()


def lines(path: Path) -> list[str]:
    return (path / "candidates.jsonl").read_text(encoding="utf-8").splitlines()


def test_every_candidate_is_on_disk_when_it_is_told_of(tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path / "run", REQUEST, "learned nothing")
    told = 0
    for said in generate(folder, sampler(), Shortest(), False):
        if isinstance(said, Found):
            told += 1
            assert json.loads(lines(folder.path)[-1])["index"] == said.candidate.index
            crystal = read_cif(folder.path / "cif" / f"{said.candidate.index:04d}.cif")[0]
            assert len(crystal) == len(said.candidate.crystal)
    folder.close()
    run = read_run(folder.path)
    assert told == run.made == len(run.candidates)
    assert run.finished
    assert run.made + run.dropped == REQUEST.count
    assert run.request == REQUEST


def test_states_are_shown_only_where_wanted_and_seldom(tmp_path: Path) -> None:
    quiet = finish(RunFolder.create(tmp_path / "a", REQUEST, "learned nothing"))
    assert not any(isinstance(said, Denoising) for said in quiet)
    shown = finish(RunFolder.create(tmp_path / "b", REQUEST, "learned nothing"), animate=True)
    states = [said for said in shown if isinstance(said, Denoising)]
    assert states
    assert all(1 <= s.step <= s.steps == REQUEST.steps for s in states)


def test_samples_that_are_not_finite_are_dropped_and_counted(tmp_path: Path) -> None:
    by = sampler()
    frames = by.frames

    def broken(request: Request, batch: Any) -> Any:
        for frame in frames(request, batch):
            if frame.step == frame.steps:
                frame.state.lattice[0] = torch.nan
            yield frame

    by.frames = broken  # type: ignore[method-assign]
    folder = RunFolder.create(tmp_path / "run", REQUEST, "learned nothing")
    batches = by.plan(REQUEST)
    finish(folder, by=by)
    run = read_run(folder.path)
    assert run.dropped == len(batches)
    assert run.made == REQUEST.count - len(batches)
    assert run.finished


def test_a_run_is_never_written_over(tmp_path: Path) -> None:
    finish(RunFolder.create(tmp_path / "run", REQUEST, "learned nothing"))
    with pytest.raises(GenerationError, match=r"something at .* already"):
        RunFolder.create(tmp_path / "run", REQUEST, "learned nothing")
    with pytest.raises(GenerationError, match="begun with learned nothing"):
        RunFolder.resume(tmp_path / "run", "another")
    with pytest.raises(GenerationError, match="no run of the generator"):
        RunFolder.resume(tmp_path, "learned nothing")


def test_a_run_has_one_writer(tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path / "run", REQUEST, "learned nothing")
    with pytest.raises(GenerationError, match="Another program is writing"):
        RunFolder.resume(tmp_path / "run", "learned nothing")
    folder.close()
    RunFolder.resume(tmp_path / "run", "learned nothing").close()


def test_a_full_disk_loses_the_candidate_in_flight_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = RunFolder.create(tmp_path / "whole", REQUEST, "learned nothing")
    finish(whole)
    folder = RunFolder.create(tmp_path / "run", REQUEST, "learned nothing")
    sync, calls = os.fsync, []

    def full(file: int) -> None:
        calls.append(file)
        if len(calls) > 9:
            raise OSError(errno.ENOSPC, "No space left on device")
        sync(file)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(GenerationError, match="cannot be written: No space left"):
        finish(folder)
    monkeypatch.undo()
    kept = read_run(folder.path).made
    assert 0 < kept < REQUEST.count
    finish(RunFolder.resume(folder.path, "learned nothing"))
    assert lines(folder.path) == lines(whole.path)


def test_a_seed_is_kept_exactly(tmp_path: Path) -> None:
    candidates = read_run_of(tmp_path / "first")
    start = Seed(candidates[0].crystal, 0.3, keep_elements=True)
    request = replace(REQUEST, start=start, count=2)
    RunFolder.create(tmp_path / "run", request, "learned nothing").close()
    again = read_run(tmp_path / "run").request
    assert again.start is not None
    assert again.start.change == 0.3
    assert again.start.keep_elements
    assert (again.start.crystal.lattice == start.crystal.lattice).all()
    assert (again.start.crystal.frac_coords == start.crystal.frac_coords).all()
    assert (tmp_path / "run" / "start.cif").is_file()


def read_run_of(path: Path) -> tuple[Candidate, ...]:
    finish(RunFolder.create(path, REQUEST, "learned nothing"))
    return read_run(path).candidates


def test_runs_are_listed_with_their_counts(tmp_path: Path) -> None:
    assert list_runs(tmp_path / "nothing") == ()
    read_run_of(tmp_path / "one")
    RunFolder.create(tmp_path / "two", REQUEST, "learned nothing").close()
    (tmp_path / "three").mkdir()
    (tmp_path / "three" / "request.json").write_text("{")
    found = {run.folder.name: run for run in list_runs(tmp_path)}
    assert set(found) == {"one", "two"}
    assert found["one"].finished
    assert not found["two"].finished
    assert found["one"].candidates == ()


def test_the_way_of_a_candidate_ends_where_it_did(tmp_path: Path) -> None:
    candidates = read_run_of(tmp_path / "run")
    run, out = read_run(tmp_path / "run"), tmp_path / "way.xyz"
    wanted = candidates[3]
    steps = [*write_trajectory(run, wanted.index, sampler(), out)]
    assert steps[-1] == (REQUEST.steps, REQUEST.steps)
    rows = out.read_text(encoding="utf-8").splitlines()[-len(wanted.crystal) :]
    places = [[float(x) for x in row.split()[1:4]] for row in rows]
    for place, expected in zip(places, wanted.crystal.cart_coords.tolist(), strict=True):
        assert place == pytest.approx(expected, abs=1e-4)
    with pytest.raises(GenerationError, match="no candidate 99"):
        next(write_trajectory(run, 99, sampler(), out))


_CHILD = """
import sys
from pathlib import Path
sys.path[:0] = sys.argv[3:]
import test_run
folder = Path(sys.argv[1])
run = test_run.RunFolder
opened = (
    run.resume(folder, "learned nothing") if (folder / "request.json").exists()
    else run.create(folder, test_run.MANY, "learned nothing")
)
print("begun", flush=True)
test_run.finish(opened)
"""


def child(folder: Path) -> subprocess.Popen[str]:
    here = str(Path(__file__).parent)
    command = [sys.executable, "-c", _CHILD, str(folder), "", str(SUPPORT), here]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is tried on systems that have it")
def test_a_run_killed_at_any_moment_ends_like_one_left_alone(tmp_path: Path) -> None:
    alone = tmp_path / "alone"
    first = child(alone)
    first.communicate()
    assert first.returncode == 0
    killed, rng = tmp_path / "killed", random.Random(5)
    for _ in range(4):
        process = child(killed)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(rng.uniform(0.05, 0.4))
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
    last = child(killed)
    last.communicate()
    assert last.returncode == 0
    assert lines(killed) == lines(alone)

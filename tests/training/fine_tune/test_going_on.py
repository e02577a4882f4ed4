"""An improvement that is stopped anywhere goes on to the very version that it would have made."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from fine_tune_cases import nickelates, polymorphs, small_model

from sc3d_desktop.models.known import known_structure, known_superconductors
from sc3d_desktop.models.registry import Version
from sc3d_desktop.models.sodnet import load_weights
from sc3d_desktop.steps import finish
from sc3d_desktop.training.fine_tune import judge, run
from sc3d_desktop.training.fine_tune.network import Networks, TeachSettings
from sc3d_desktop.training.fine_tune.run import Task, fine_tune, task_key
from sc3d_desktop.training.fine_tune.trial import NetworkTrial
from sc3d_desktop.training.fine_tune.work import Work

RECORDS = [*polymorphs(n=5), *nickelates(n=3)]


@pytest.fixture(scope="module", autouse=True)
def _quick():
    """Small crystals, two steps between looks, and networks that are kept whatever they are."""
    known = [k for k in known_superconductors()[::12] if k.structure]
    small = [k for k in known if len(known_structure(k.structure)) < 5]
    settings = TeachSettings(steps=4, epochs=0, check_every=2, replayed=2, batch_size=4, folds=3)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judge, "known_superconductors", lambda: small)
        patch.setattr(run, "TEACH", settings)
        patch.setattr(NetworkTrial, "beyond_chance", True)
        patch.setattr("sc3d_desktop.training.fine_tune.trial.Trial._best", lambda *_: 2)
        patch.setattr("sc3d_desktop.training.fine_tune.verdict.TOLERANCE_LN_KELVIN", 10.0)
        patch.setattr("sc3d_desktop.training.fine_tune.verdict.FAMILY_TOLERANCE_LN_KELVIN", 10.0)
        yield


@pytest.fixture(scope="module")
def parent(tmp_path_factory) -> Version:
    return small_model(tmp_path_factory.mktemp("models") / "small.safetensors", share=0.5)


def the_task(parent: Version, out: Path) -> Task:
    return Task(parent, RECORDS, "mine", out)


@pytest.fixture(scope="module")
def whole(parent, tmp_path_factory) -> tuple[dict[str, torch.Tensor], object]:
    """What one that is not stopped makes."""
    return made(the_task(parent, tmp_path_factory.mktemp("whole") / "mine.safetensors"))


def made(task: Task, work: Work = run.NOTHING_KEPT) -> tuple[dict[str, torch.Tensor], object]:
    judged = finish(fine_tune(task, work))
    return load_weights(task.out).network.state_dict(), judged.as_json()


def is_the_same(a, b) -> bool:
    states = a[0].keys() == b[0].keys() and all(torch.equal(a[0][k], b[0][k]) for k in a[0])
    return states and a[1] == b[1]


def stop_after(task: Task, work: Work, steps: int) -> None:
    going = fine_tune(task, work)
    for _ in range(steps):
        next(going)
    going.close()


def n_steps(task: Task) -> int:
    return sum(1 for _ in fine_tune(task))


def saved(kept: Work) -> int:
    """The steps of the networks that are not gone through again: of each part, and of the whole."""
    done = [kept.get(f"network-{k}") is not None for k in range(3)]
    return 3 * sum(done) + 2 * (kept.get("network") is not None)


def test_stopped_again_and_again_it_ends_with_the_same_version(parent, whole, tmp_path):
    task, rng = the_task(parent, tmp_path / "mine.safetensors"), np.random.default_rng(7)
    kept, total = Work(tmp_path / "work", task_key(task)), n_steps(task)
    task.out.unlink()
    done = []
    for _ in range(6):
        stop_after(task, kept, int(rng.integers(6, total - saved(kept))))
        assert not task.out.exists()
        done.append(kept.parts)
    assert done == sorted(done)
    assert done[-1] > 4
    assert is_the_same(made(task, kept), whole)
    assert kept.parts == 0
    assert not any((tmp_path / "work").iterdir())


def test_what_is_done_is_not_done_again(parent, whole, tmp_path, monkeypatch):
    task = the_task(parent, tmp_path / "mine.safetensors")
    kept = Work(tmp_path / "work", task_key(task))
    monkeypatch.setattr(kept, "remove", lambda: None)
    made(task, kept)
    task.out.unlink()

    def not_again(*_args, **_more):
        raise AssertionError("it was taught again")

    monkeypatch.setattr(Networks, "_step", not_again)
    assert is_the_same(made(task, kept), whole)


@pytest.mark.parametrize("name", ["branch-0", "network-1", "network"])
def test_damaged_parts_are_done_again(parent, whole, tmp_path, name, monkeypatch):
    task = the_task(parent, tmp_path / "mine.safetensors")
    kept = Work(tmp_path / "work", task_key(task))
    with monkeypatch.context() as patch:
        patch.setattr(kept, "remove", lambda: None)
        made(task, kept)
    task.out.unlink()
    path = tmp_path / "work" / task_key(task) / f"{name}.safetensors"
    content = bytearray(path.read_bytes())
    content[-1] ^= 0x40
    path.write_bytes(content)
    assert is_the_same(made(task, kept), whole)

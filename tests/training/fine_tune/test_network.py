"""The networks, taught to tell two structures of one formula apart, and only where they can."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from fine_tune_cases import caesium_chloride, nickelates, polymorphs, rock_salt, small_model

from sc3d_desktop.errors import TrainingError
from sc3d_desktop.models import registry
from sc3d_desktop.models.known import known_structure, known_superconductors
from sc3d_desktop.models.registry import Version
from sc3d_desktop.models.sodnet import Weights, load_model, load_weights
from sc3d_desktop.steps import finish
from sc3d_desktop.training.fine_tune import judge, run
from sc3d_desktop.training.fine_tune.network import (
    Lesson,
    Networks,
    TeachSettings,
    device_for,
)
from sc3d_desktop.training.fine_tune.run import Task, fine_tune
from sc3d_desktop.training.fine_tune.verdict import NetworkTrial, Verdict, verdict_from_json
from sc3d_desktop.training.fine_tune.words import sentences
from sc3d_desktop.training.fine_tune.work import Work

QUICK = TeachSettings(
    steps=90, check_every=30, batch_size=12, replayed=3, learning_rate=1e-2, average=0.8, folds=3
)
KNOWN = [
    k for k in known_superconductors()[::8] if k.structure and len(known_structure(k.structure)) < 5
]


@pytest.fixture(scope="module", autouse=True)
def _quick():
    """Few known structures and few steps are enough to see what is learnt and what is kept."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judge, "known_superconductors", lambda: KNOWN)
        patch.setattr(run, "TEACH", QUICK)
        yield


@pytest.fixture(scope="module")
def parent(tmp_path_factory) -> Version:
    return small_model(tmp_path_factory.mktemp("models") / "small.safetensors", share=0.5)


class Lasting(Work):
    """Parts that stay when the version is written."""

    def remove(self) -> None:
        pass


def improve(
    parent: Version, records, name: str, network: bool = True, work: Work = run.NOTHING_KEPT
) -> tuple[Verdict, Version]:
    out = parent.path.with_name(f"{name}.safetensors")
    task = Task(parent, records, name, out, "nitrides", network, "cpu")
    return finish(fine_tune(task, work)), Version(name, out)


@pytest.fixture(scope="module")
def parts(tmp_path_factory) -> Work:
    return Lasting(tmp_path_factory.mktemp("parts"), "of-nitrides")


@pytest.fixture(scope="module")
def taught(parent, parts) -> tuple[Verdict, Version]:
    return improve(parent, polymorphs(), "taught", work=parts)


@pytest.fixture(scope="module")
def untaught(parent) -> tuple[Verdict, Version]:
    return improve(parent, polymorphs(), "untaught", network=False)


def apart(judged: Verdict) -> np.ndarray:
    """Ln of the ratio of Tc of the two structures of each compound, which were left out."""
    tc = np.log([line.after_kelvin for line in judged.lines])
    return tc[::2] - tc[1::2]


def members(version: Version) -> dict[str, torch.Tensor]:
    return load_weights(version.path).network.members.state_dict()


def same(a: Version, b: Version) -> bool:
    first, second = members(a), members(b)
    return all(torch.equal(first[name], second[name]) for name in first)


def test_structures_of_compounds_left_out_are_told_apart_by_the_network_alone(taught, untaught):
    wanted = math.log(4.0)
    with_it, without = (np.abs(apart(judged) - wanted).mean() for judged, _ in (taught, untaught))
    assert with_it < 0.6 * without
    assert (apart(taught[0]) > apart(untaught[0])).all()
    assert taught[0].network is not None
    assert taught[0].network.kept
    assert taught[0].after.mae_ln_kelvin < untaught[0].after.mae_ln_kelvin


def test_the_version_on_disk_tells_them_apart_too(parent, taught, untaught):
    pair = [rock_salt("Nb"), caesium_chloride("Nb")]
    said = [
        np.log([p.tc_kelvin for p in load_model(v.path, "cpu").predict(pair)])
        for v in (taught[1], untaught[1])
    ]
    assert said[0][0] - said[0][1] > said[1][0] - said[1][1] + 0.5
    assert not same(parent, taught[1])
    assert same(parent, untaught[1])


def test_its_interval_is_fitted_to_what_it_says_itself(taught, untaught):
    widths = [load_weights(v.path).network.trust.width for _, v in (taught, untaught)]
    assert not torch.equal(*widths)


def test_a_taught_version_is_used_and_rolled_back_and_can_be_a_parent(parent, taught):
    path = registry.weights_file("taught")
    path.parent.mkdir(parents=True)
    path.write_bytes(taught[1].path.read_bytes())
    registry.use("taught")
    assert registry.find(registry.in_use()).about["verdict"]["network"]["checks"] > 0
    assert registry.roll_back() == registry.SHIPPED
    _, second = improve(taught[1], nickelates(n=5), "second")
    assert same(taught[1], second)


def test_what_no_structure_explains_leaves_the_network_as_it_was(parent):
    rng = np.random.default_rng(5)
    records = [
        replace(r, tc_kelvin=float(8.0 * np.exp(rng.normal()))) for r in polymorphs(ratio=1.0)
    ]
    judged, version = improve(parent, records, "noise")
    assert judged.network is not None
    assert judged.network.tried
    assert not judged.network.kept
    assert same(parent, version)
    assert "no gain beyond chance" in " ".join(sentences(judged))


@pytest.mark.usefixtures("taught")
def test_a_network_that_forgets_is_not_kept(parent, parts, untaught, monkeypatch):
    monkeypatch.setattr("sc3d_desktop.training.fine_tune.verdict.TOLERANCE_LN_KELVIN", -1.0)
    judged, version = improve(parent, polymorphs(), "forgets", work=parts)
    assert judged.network is not None
    assert judged.network.forgets
    assert same(parent, version)
    assert judged.lines == untaught[0].lines


@pytest.mark.parametrize(
    "records",
    [
        nickelates(),
        [replace(r, tc_kelvin=None, down_to_kelvin=0.3) for r in polymorphs()],
        [*polymorphs(n=4), *nickelates(n=5)],
    ],
    ids=["no structures", "no transitions", "few structures"],
)
def test_where_there_is_too_little_to_learn_it_is_not_tried(parent, records):
    judged, version = improve(parent, records, "little")
    assert judged.network is not None
    assert not judged.network.tried
    assert same(parent, version)
    assert "The network stays as it was" in " ".join(sentences(judged))


def test_where_it_is_not_wanted_nothing_is_said_of_it(untaught):
    assert untaught[0].network is None
    assert "network" not in " ".join(sentences(untaught[0]))


def networks(parent: Version, settings: TeachSettings = QUICK) -> tuple[Weights, Networks]:
    weights = load_weights(parent.path)
    crystals = [r.crystal for r in polymorphs()]
    known = [known_structure(k.structure) for k in KNOWN]
    return weights, Networks(weights, crystals, known, "cpu", settings)


def lesson(wanted: np.ndarray, weight: np.ndarray | None = None) -> Lesson:
    count = np.ones(len(wanted)) if weight is None else weight
    return Lesson(np.arange(len(wanted)), wanted, count, np.arange(3))


UP_AND_DOWN = np.tile([0.7, -0.7], 6)


def last(taught: Networks, what: Lesson, seed: int = 0):
    *_, network = taught.teach(what, 2, seed)
    return network


def test_teaching_is_the_same_again_and_leaves_the_parent_alone(parent):
    weights, teacher = networks(parent)
    before = {k: v.clone() for k, v in weights.network.state_dict().items()}
    rows = np.arange(12)
    first, second = (
        teacher.change(last(teacher, lesson(UP_AND_DOWN)), rows) for _ in range(2)
    )  # fmt: skip
    assert np.array_equal(first, second)
    assert np.corrcoef(first, UP_AND_DOWN)[0, 1] > 0.8
    after = weights.network.state_dict()
    assert all(torch.equal(after[k], before[k]) for k in before)


def test_what_is_replayed_stays_nearer_to_what_it_was(parent):
    known = np.arange(3)
    moved = [
        np.abs(teacher.change_of_known(last(teacher, lesson(UP_AND_DOWN)), known)).mean()
        for weight in (0.0, 10.0)
        for _, teacher in (networks(parent, replace(QUICK, replay_weight=weight)),)
    ]
    assert moved[1] < 0.5 * moved[0]


def test_a_record_that_hardly_counts_hardly_teaches(parent):
    _, teacher = networks(parent)
    doubted = np.where(np.arange(12) == 3, 1e-6, 1.0)
    wrong = np.where(np.arange(12) == 3, 3.0, UP_AND_DOWN)
    said = [
        teacher.change(last(teacher, lesson(w, weight)), np.arange(12))
        for w, weight in ((UP_AND_DOWN, doubted), (wrong, doubted), (wrong, None))
    ]
    assert np.abs(said[1] - said[0]).max() < 0.05
    assert np.abs(said[2] - said[0]).max() > 0.3


def test_many_records_are_taught_for_longer():
    assert QUICK.checks(10) == 3
    assert QUICK.checks(2000) == math.ceil(QUICK.epochs * 2000 // 12 / 30)


def test_without_a_gpu_none_can_be_asked_for(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert device_for("auto") == device_for("cpu") == "cpu"
    with pytest.raises(TrainingError, match="no GPU"):
        device_for("cuda")


@pytest.mark.parametrize(
    ("trial", "said"),
    [
        (NetworkTrial(10, 3, (0.6, 0.4), (0.2, 0.21, 0.19, 0.2, 0.2)), "has learnt as well"),
        (NetworkTrial(10, 3, (0.6, 0.58), (0.5, -0.4, 0.1, 0.0, -0.1)), "no gain beyond chance"),
        (NetworkTrial(10, 3, (0.6, 0.4), (0.2, 0.21, 0.19, 0.2, 0.2), True), "but it forgets"),
        (NetworkTrial(4), "there are 4 such records"),
    ],
)
def test_what_became_of_the_trial_is_told_and_comes_back_from_the_card(untaught, trial, said):
    verdict = replace(untaught[0], network=trial)
    assert said in " ".join(sentences(verdict))
    again = verdict_from_json(verdict.as_json())
    assert again.as_json() == verdict.as_json()
    assert again.network is not None
    assert again.network.kept == trial.kept


def test_cards_of_versions_made_before_are_read(untaught):
    old = untaught[0].as_json()
    del old["network"]
    assert verdict_from_json(old).as_json() == untaught[0].as_json()

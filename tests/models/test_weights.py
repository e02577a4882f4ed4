"""Weights on disk: what is written is read back, and anything else is refused with a reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from composition_cases import FOREST_SIZES, whole_branch
from safetensors.torch import load_file, save_file
from sodnet_cases import SMALL

from sc3d_desktop.errors import ModelError
from sc3d_desktop.models.sodnet import (
    CompositionBranch,
    ModelCard,
    Sodnet,
    SodnetConfig,
    SodnetEnsemble,
    Trust,
    load_model,
    load_weights,
    save_weights,
)
from sc3d_desktop.models.sodnet.weights import FORMAT_VERSION

CONFIG = SodnetConfig(**SMALL)
SIZES = {"anchors": 12, "training_keys": 3, **FOREST_SIZES}


def card(**options) -> ModelCard:
    facts = {"version": "1", "config": CONFIG.as_json(), "members": 2, "sizes": SIZES}
    return ModelCard(**(facts | options))


@pytest.fixture
def network() -> SodnetEnsemble:
    torch.manual_seed(0)
    trust = Trust(3)
    trust.width.copy_(torch.linspace(-0.3, 0.4, 8))
    trust.probability.copy_(torch.tensor([2.5, -0.5]))
    trust.domain.copy_(torch.tensor([0.4, 1.2]))
    trust.training_keys.copy_(torch.tensor([-(2**62) - 1, 5, 2**62 + 1]))
    members = [Sodnet(CONFIG) for _ in range(2)]
    return SodnetEnsemble(members, whole_branch(12), trust, share=0.5)


@pytest.fixture
def file(tmp_path: Path, network: SodnetEnsemble) -> Path:
    path = tmp_path / "w.safetensors"
    save_weights(path, network, card(training={"split": "fold_random 0"}))
    return path


def rewrite(file: Path, header: dict | None = None, **tensors: torch.Tensor) -> None:
    with file.open("rb") as stream:
        size = int.from_bytes(stream.read(8), "little")
        old = json.loads(json.loads(stream.read(size))["__metadata__"]["sc3d"])
    new = old | (header or {})
    save_file(load_file(file) | tensors, file, metadata={"sc3d": json.dumps(new)})


def test_what_is_written_is_read_back(file, network):
    weights = load_weights(file)
    assert weights.card.sizes == SIZES
    assert weights.card.training == {"split": "fold_random 0"}
    assert weights.card.format_version == FORMAT_VERSION
    assert not weights.network.training
    read = weights.network.state_dict()
    assert list(read) == list(network.state_dict())
    for name, tensor in network.state_dict().items():
        assert read[name].dtype == tensor.dtype, name
        assert torch.equal(read[name], tensor), name


def test_the_trust_and_the_share_are_in_the_file(file):
    names = set(load_file(file))
    assert {"share", "trust.width", "trust.probability", "trust.domain", "trust.training_keys"} <= (
        names
    )
    kernel = ("anchors", "weights", "means", "superconducting")
    forest = ("is_split", "feature", "centre", "half_width", "values")
    assert {f"composition.kernel.{n}" for n in kernel} <= names
    assert {f"composition.{part}.{n}" for part in ("forest", "judge") for n in forest} <= names


def test_the_forests_can_be_left_out(tmp_path, network):
    network.composition = CompositionBranch(network.composition.kernel)
    path = tmp_path / "kernel.safetensors"
    save_weights(path, network, card(sizes={"anchors": 12, "training_keys": 3}))
    assert load_weights(path).network.composition.forest is None


def test_the_composition_branch_can_be_left_out(tmp_path, network):
    network.composition = None
    path = tmp_path / "plain.safetensors"
    save_weights(path, network, card(sizes={"training_keys": 3}))
    assert load_weights(path).network.composition is None


def test_the_table_of_what_was_trained_on_can_be_left_out(tmp_path, network):
    network.trust = Trust()
    path = tmp_path / "plain.safetensors"
    save_weights(
        path, network, card(sizes={k: n for k, n in SIZES.items() if k != "training_keys"})
    )
    assert len(load_weights(path).network.trust.training_keys) == 0


def test_no_unfinished_file_is_left(file):
    assert [p.name for p in file.parent.iterdir()] == [file.name]


def test_the_name_tells_two_files_apart(file, network, tmp_path):
    other = tmp_path / "v.safetensors"
    save_weights(other, network, card(training={"split": "fold_random 1"}))
    assert load_model(file, "cpu").name != load_model(other, "cpu").name


def test_a_missing_file_is_named_with_a_way_out(tmp_path):
    with pytest.raises(ModelError, match="missing") as caught:
        load_weights(tmp_path / "none.safetensors")
    assert "sc3d train" in caught.value.hint


@pytest.mark.parametrize("content", [b"", b"not weights", b"\x80\x04K\x01.", b"\xff" * 100])
def test_a_file_that_holds_no_weights_is_refused(tmp_path, content):
    path = tmp_path / "w.safetensors"
    path.write_bytes(content)
    with pytest.raises(ModelError, match="damaged"):
        load_weights(path)


def test_a_truncated_file_is_refused(file):
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(ModelError, match="damaged"):
        load_weights(file)


def test_weights_of_a_newer_format_are_refused(file):
    rewrite(file, {"format_version": 99})
    with pytest.raises(ModelError, match="format 99"):
        load_weights(file)


def test_weights_with_settings_unknown_here_are_refused(file):
    rewrite(file, {"config": CONFIG.as_json() | {"magic": 1}})
    with pytest.raises(ModelError, match="magic"):
        load_weights(file)


def test_weights_of_other_sizes_are_refused(file):
    rewrite(file, {"config": CONFIG.as_json() | {"scalars": 8}})
    with pytest.raises(ModelError, match="do not fit"):
        load_weights(file)


@pytest.mark.parametrize(
    "sizes",
    [
        {"anchors": 11},
        {"training_keys": 4},
        {"anchors": 0},
        {"forest_trees": 4},
        {"judge_splits": 0},
    ],
)
def test_tables_of_another_length_than_the_header_says_are_refused(file, sizes):
    rewrite(file, {"sizes": SIZES | sizes})
    with pytest.raises(ModelError, match="do not fit"):
        load_weights(file)


def test_a_header_with_unknown_fields_is_refused(file):
    rewrite(file, {"half_width": 1.2})
    with pytest.raises(ModelError, match=r"header .* damaged"):
        load_weights(file)


def test_weights_of_no_format_are_refused(file):
    rewrite(file, {"format_version": None})
    with pytest.raises(ModelError, match="format None"):
        load_weights(file)


def test_a_forest_that_leads_in_circles_is_refused(file):
    bits = torch.zeros_like(load_file(file)["composition.forest.is_split"])
    rewrite(file, **{"composition.forest.is_split": bits})
    with pytest.raises(ModelError, match=r"forest .* damaged"):
        load_weights(file)


def test_anchors_without_a_superconductor_are_refused(file):
    marks = torch.zeros_like(load_file(file)["composition.kernel.superconducting"])
    rewrite(file, **{"composition.kernel.superconducting": marks})
    with pytest.raises(ModelError, match=r"No anchor .* is a superconductor"):
        load_weights(file)


def test_weights_that_are_not_finite_are_refused(file):
    rewrite(file, **{"members.0.mean": torch.tensor(float("nan"))})
    with pytest.raises(ModelError, match="not finite"):
        load_weights(file)

"""Weights on disk: what is written is read back, and anything else is refused with a reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from sodnet_cases import SMALL

from sc3d_desktop.errors import ModelError
from sc3d_desktop.models.sodnet import (
    ModelCard,
    Sodnet,
    SodnetConfig,
    load_ensemble,
    load_model,
    save_ensemble,
)

CONFIG = SodnetConfig(**SMALL)


@pytest.fixture
def members() -> list[Sodnet]:
    torch.manual_seed(0)
    return [Sodnet(CONFIG) for _ in range(2)]


@pytest.fixture
def file(tmp_path: Path, members: list[Sodnet]) -> Path:
    path = tmp_path / "w.safetensors"
    card = ModelCard("1", CONFIG.as_json(), 1.2, {"split": "fold_random 0"}, {"test": {"n": 3}})
    save_ensemble(path, members, card)
    return path


def rewrite(file: Path, header: dict | None = None, **tensors: torch.Tensor) -> None:
    with file.open("rb") as stream:
        size = int.from_bytes(stream.read(8), "little")
        old = json.loads(json.loads(stream.read(size))["__metadata__"]["sc3d"])
    new = old | (header or {})
    save_file(load_file(file) | tensors, file, metadata={"sc3d": json.dumps(new)})


def test_what_is_written_is_read_back(file, members):
    ensemble = load_ensemble(file)
    assert ensemble.card.half_width == 1.2
    assert ensemble.card.training == {"split": "fold_random 0"}
    for read, written in zip(ensemble.members, members, strict=True):
        assert not read.training
        for name, tensor in written.state_dict().items():
            assert torch.equal(read.state_dict()[name], tensor)


def test_no_unfinished_file_is_left(file):
    assert [p.name for p in file.parent.iterdir()] == [file.name]


def test_the_name_tells_two_files_apart(file, members, tmp_path):
    other = tmp_path / "v.safetensors"
    save_ensemble(other, members[:1], ModelCard("1", CONFIG.as_json(), 1.2))
    assert load_model(file, "cpu").name != load_model(other, "cpu").name


def test_a_missing_file_is_named_with_a_way_out(tmp_path):
    with pytest.raises(ModelError, match="missing") as caught:
        load_ensemble(tmp_path / "none.safetensors")
    assert "sc3d train" in caught.value.hint


@pytest.mark.parametrize("content", [b"", b"not weights", b"\x80\x04K\x01.", b"\xff" * 100])
def test_a_file_that_holds_no_weights_is_refused(tmp_path, content):
    path = tmp_path / "w.safetensors"
    path.write_bytes(content)
    with pytest.raises(ModelError, match="damaged"):
        load_ensemble(path)


def test_a_truncated_file_is_refused(file):
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(ModelError, match="damaged"):
        load_ensemble(file)


def test_weights_of_a_newer_format_are_refused(file):
    rewrite(file, {"format_version": 99})
    with pytest.raises(ModelError, match="format 99"):
        load_ensemble(file)


def test_weights_with_settings_unknown_here_are_refused(file):
    rewrite(file, {"config": CONFIG.as_json() | {"magic": 1}})
    with pytest.raises(ModelError, match="magic"):
        load_ensemble(file)


def test_weights_of_other_sizes_are_refused(file):
    rewrite(file, {"config": CONFIG.as_json() | {"scalars": 8}})
    with pytest.raises(ModelError, match="do not fit"):
        load_ensemble(file)


def test_weights_that_are_not_finite_are_refused(file):
    rewrite(file, **{"0.mean": torch.tensor(float("nan"))})
    with pytest.raises(ModelError, match="not finite"):
        load_ensemble(file)

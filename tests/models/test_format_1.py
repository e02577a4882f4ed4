"""Weights written by the program's first version: they load, and answer as they did then."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.cif import read_cif
from sc3d_desktop.errors import ModelError
from sc3d_desktop.models.sodnet import (
    SodnetPredictor,
    load_model,
    load_weights,
    save_weights,
)
from sc3d_desktop.models.sodnet.format_1 import CompositionNetwork
from sc3d_desktop.models.sodnet.weights import FORMAT_VERSION
from sc3d_desktop.paths import examples

FILE = Path(__file__).resolve().parent / "formats" / "sodnet-format-1.safetensors"
EXPECTED = json.loads(FILE.with_suffix(".json").read_text(encoding="utf-8"))
"""What the program that wrote the file predicted, of two shipped examples."""


def crystal(name: str) -> Crystal:
    return read_cif(examples() / f"{name}.cif")[0]


def header() -> dict:
    with FILE.open("rb") as stream:
        size = int.from_bytes(stream.read(8), "little")
        return json.loads(json.loads(stream.read(size))["__metadata__"]["sc3d"])


@pytest.fixture(scope="module")
def model() -> SodnetPredictor:
    return load_model(FILE, "cpu")


def test_the_file_is_of_format_1_and_small():
    assert header()["format_version"] == 1
    assert FILE.stat().st_size < 60_000
    assert len(EXPECTED) == 2


@pytest.mark.parametrize("name", EXPECTED)
def test_tc_and_interval_are_what_they_were(model, name):
    p = model.predict([crystal(name)])[0]
    found = {key: getattr(p, key) for key in EXPECTED[name]}
    assert found == pytest.approx(EXPECTED[name], rel=1e-5)


@pytest.mark.parametrize("name", EXPECTED)
def test_what_the_file_does_not_know_is_left_open(model, name):
    p = model.predict([crystal(name)])[0]
    assert (p.p_superconductor, p.domain, p.novelty, p.in_training) == (None,) * 4
    assert p.nearest[0].formula == name


@pytest.mark.parametrize("name", EXPECTED)
def test_contributions_average_to_ln_tc(model, name):
    p = model.predict([crystal(name)])[0]
    weights = [site.species.total for site in crystal(name).sites]
    mean = np.average(p.site_contributions, weights=weights)
    assert mean == pytest.approx(np.log(p.tc_kelvin), abs=1e-5)


def test_the_card_is_kept_and_raised_to_the_current_format():
    card, old = load_weights(FILE).card, header()
    assert card.format_version == FORMAT_VERSION
    assert card.sizes == {"composition_network": old["composition_width"]}
    for name in ("version", "config", "members", "training", "metrics"):
        assert getattr(card, name) == old[name], name


def test_saved_again_it_is_of_the_current_format_and_answers_the_same(model, tmp_path):
    weights = load_weights(FILE)
    assert isinstance(weights.network.composition, CompositionNetwork)
    path = tmp_path / "again.safetensors"
    save_weights(path, weights.network, weights.card)
    name = next(iter(EXPECTED))
    again = load_model(path, "cpu").predict([crystal(name)])[0]
    assert again.tc_kelvin == model.predict([crystal(name)])[0].tc_kelvin
    assert again.tc_high_kelvin == pytest.approx(EXPECTED[name]["tc_high_kelvin"], rel=1e-5)


def rewritten(path: Path, new: dict) -> Path:
    save_file(load_file(FILE), path, metadata={"sc3d": json.dumps(new)})
    return path


def test_without_a_composition_branch_it_is_read_too(tmp_path):
    tensors = {k: v for k, v in load_file(FILE).items() if not k.startswith("composition.")}
    path = tmp_path / "plain.safetensors"
    save_file(tensors, path, metadata={"sc3d": json.dumps(header() | {"composition_width": 0})})
    weights = load_weights(path)
    assert weights.network.composition is None
    assert weights.card.sizes == {}


@pytest.mark.parametrize("half_width", [None, "wide", 0, -1])
def test_a_half_width_that_is_none_is_refused(tmp_path, half_width):
    path = rewritten(tmp_path / "w.safetensors", header() | {"half_width": half_width})
    with pytest.raises(ModelError, match=r"header .* damaged"):
        load_weights(path)


def test_a_header_without_half_width_is_refused(tmp_path):
    new = {k: v for k, v in header().items() if k != "half_width"}
    with pytest.raises(ModelError, match=r"header .* damaged"):
        load_weights(rewritten(tmp_path / "w.safetensors", new))


def test_a_branch_of_another_width_is_refused(tmp_path):
    path = rewritten(tmp_path / "w.safetensors", header() | {"composition_width": 5})
    with pytest.raises(ModelError, match="do not fit"):
        load_weights(path)


def test_the_upgrade_adds_nothing_but_trust_and_share():
    old, new = load_file(FILE), load_weights(FILE).network.state_dict()
    for name, tensor in old.items():
        assert torch.equal(new[name], tensor), name
    added = {name for name in new if name not in old}
    assert {name.split(".")[0] for name in added} == {"trust", "share"}

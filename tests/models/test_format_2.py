"""Weights with a kernel machine alone for a branch: they load, and answer as they did then."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.cif import read_cif
from sc3d_desktop.models.sodnet import CompositionBranch, load_model, load_weights, save_weights
from sc3d_desktop.models.sodnet.weights import FORMAT_VERSION
from sc3d_desktop.paths import examples

FILE = Path(__file__).resolve().parent / "formats" / "sodnet-format-2.safetensors"
EXPECTED = json.loads(FILE.with_suffix(".json").read_text(encoding="utf-8"))
"""What the program that wrote the file predicted, of two shipped examples."""


def crystal(name: str) -> Crystal:
    return read_cif(examples() / f"{name}.cif")[0]


@pytest.mark.parametrize("name", EXPECTED)
def test_every_answer_is_what_it_was(name):
    p = load_model(FILE, "cpu").predict([crystal(name)])[0]
    found = {key: getattr(p, key) for key in EXPECTED[name]}
    sites, numbers = found.pop("site_contributions"), dict(EXPECTED[name])
    assert sites == pytest.approx(numbers.pop("site_contributions"), abs=1e-4)
    words = {"domain", "in_training"}
    assert {k: found[k] for k in words} == {k: numbers[k] for k in words}
    assert {k: found[k] for k in set(found) - words} == pytest.approx(
        {k: numbers[k] for k in set(numbers) - words}, rel=1e-4
    )


def test_the_kernel_is_taken_over_and_no_forest_is_added():
    branch = load_weights(FILE).network.composition
    assert isinstance(branch, CompositionBranch)
    assert branch.forest is None
    assert branch.judge is None
    old, new = load_file(FILE), branch.kernel.state_dict()
    for name, tensor in new.items():
        assert torch.equal(old[f"composition.{name}"], tensor), name


def test_saved_again_it_is_of_the_current_format_and_answers_the_same(tmp_path):
    weights = load_weights(FILE)
    assert weights.card.format_version == FORMAT_VERSION
    path = tmp_path / "again.safetensors"
    save_weights(path, weights.network, weights.card)
    name = next(iter(EXPECTED))
    again = load_model(path, "cpu").predict([crystal(name)])[0]
    assert again.tc_kelvin == pytest.approx(EXPECTED[name]["tc_kelvin"], rel=1e-5)

"""The version in use answers; one that cannot be read leaves the shipped one, which says so."""

from __future__ import annotations

import pytest
from fine_tune_cases import small_model
from sodnet_cases import random_crystal

from sc3d_desktop.engine import services as module
from sc3d_desktop.engine.services import LocalServices
from sc3d_desktop.models import registry


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """A small model in place of the shipped one, which takes longer to load."""
    small_model(tmp_path / "sodnet.safetensors")
    monkeypatch.setattr("sc3d_desktop.models.sodnet.predictor.weights", lambda: tmp_path)


def test_it_loads_what_is_in_use_and_again_once_that_changes(shipped):
    services = LocalServices()
    first = services.tc_model()
    assert services.tc_model() is first
    small_model(registry.weights_file("mine"))
    registry.use("mine")
    second = services.tc_model()
    assert second is not first
    registry.roll_back()
    assert services.tc_model() is not second


@pytest.mark.parametrize("damage", ["missing", "cut"])
def test_a_version_that_cannot_be_read_leaves_the_shipped_one_which_says_so(shipped, damage):
    path = small_model(registry.weights_file("mine")).path
    registry.use("mine")
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:2000])
    model = LocalServices().tc_model()
    assert any("“mine”" in note for note in model.predict([random_crystal(0)])[0].notes)
    assert model.card_lines[0][0] == "Note"
    assert module.model_of(None).name == model.name

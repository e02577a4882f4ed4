"""Training: it learns, it resumes to the same weights, and it keeps test entries out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from sodnet_cases import SMALL, random_crystal

from sc3d_desktop.errors import TrainingError
from sc3d_desktop.models.sodnet import SodnetConfig, SodnetEnsemble
from sc3d_desktop.training.metrics import mean_absolute_error
from sc3d_desktop.training.sodnet import TrainSettings, predict_ln_tc, train, training_graph

CONFIG = SodnetConfig(**SMALL, dropout=0.1, feature_dropout=0.1)
SETTINGS = TrainSettings(epochs=4, batch_size=4, warmup_epochs=1, average=0.8, strain=0.01)


@pytest.fixture(scope="module")
def examples():
    crystals = [random_crystal(seed, n_sites=1 + seed % 3) for seed in range(12)]
    graphs = [training_graph(c, CONFIG) for c in crystals]
    ln_tc = np.random.default_rng(0).normal(2.0, 1.0, 12)
    return graphs, ln_tc


def weights(network) -> list[torch.Tensor]:
    return list(network.state_dict().values())


def test_it_learns_what_it_is_shown(examples, tmp_path: Path):
    graphs, ln_tc = examples
    config = replace(CONFIG, dropout=0.0, feature_dropout=0.0)
    settings = replace(SETTINGS, epochs=60, learning_rate=1e-2, strain=0.0, weight_decay=0.0)
    network = train(graphs, ln_tc, config, settings, tmp_path / "c.safetensors")
    learnt = predict_ln_tc(SodnetEnsemble([network], None), graphs)
    error = mean_absolute_error(learnt, ln_tc)
    assert error < 0.3 * mean_absolute_error(np.full(12, ln_tc.mean()), ln_tc)


def test_a_stopped_run_resumes_to_the_same_weights(examples, tmp_path: Path):
    graphs, ln_tc = examples
    whole = train(graphs, ln_tc, CONFIG, SETTINGS, tmp_path / "whole.safetensors")

    class Stop(Exception):
        pass

    def stop_after_two(text: str) -> None:
        if text.startswith("epoch 2/"):
            raise Stop

    file = tmp_path / "stopped.safetensors"
    with pytest.raises(Stop):
        train(graphs, ln_tc, CONFIG, SETTINGS, file, stop_after_two)
    said: list[str] = []
    resumed = train(graphs, ln_tc, CONFIG, SETTINGS, file, said.append)
    assert said[0].startswith("epoch 3/4")
    for a, b in zip(weights(whole), weights(resumed), strict=True):
        torch.testing.assert_close(a, b, rtol=0, atol=0)


def test_a_finished_run_trains_no_more(examples, tmp_path: Path):
    graphs, ln_tc = examples
    file = tmp_path / "c.safetensors"
    train(graphs, ln_tc, CONFIG, SETTINGS, file)
    said: list[str] = []
    train(graphs, ln_tc, CONFIG, SETTINGS, file, said.append)
    assert said == []


def test_a_checkpoint_of_other_settings_is_refused(examples, tmp_path: Path):
    graphs, ln_tc = examples
    file = tmp_path / "c.safetensors"
    train(graphs, ln_tc, CONFIG, SETTINGS, file)
    with pytest.raises(TrainingError, match="settings"):
        train(graphs, ln_tc, CONFIG, replace(SETTINGS, seed=7), file)


def test_a_seed_decides_the_weights(examples, tmp_path: Path):
    graphs, ln_tc = examples
    one, same, other = (
        train(graphs, ln_tc, CONFIG, replace(SETTINGS, seed=seed), tmp_path / f"{n}.safetensors")
        for n, seed in enumerate((1, 1, 2))
    )
    assert all(torch.equal(a, b) for a, b in zip(weights(one), weights(same), strict=True))
    assert not all(torch.equal(a, b) for a, b in zip(weights(one), weights(other), strict=True))

"""Train a small network on random crystals and write what came of it: run by torchrun."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from sodnet_cases import SMALL, random_crystal

from sc3d_desktop.models.sodnet import SodnetConfig
from sc3d_desktop.training import parallel
from sc3d_desktop.training.sodnet import TrainSettings, train, training_graph

N = 13  # no multiple of the batch: the last one has a single crystal, which only one process gets


def main(out: Path) -> None:
    torch.set_num_threads(1)
    config = SodnetConfig(**(SMALL | {"dropout": 0.0, "feature_dropout": 0.0}))
    graphs = [training_graph(random_crystal(seed), config) for seed in range(N)]
    ln_tc = np.random.default_rng(0).normal(2, 1, N)
    settings = TrainSettings(epochs=3, batch_size=4, warmup_epochs=1)
    told: list[str] = []
    with parallel.together():
        network = train(graphs, ln_tc, config, settings, out / "run.safetensors", told.append)
        if parallel.is_first():
            facts = {"losses": [float(t.split()[3]) for t in told], "n": parallel.n_processes()}
            (out / "facts.json").write_text(json.dumps(facts), encoding="utf-8")
            save_file({k: v.contiguous() for k, v in network.state_dict().items()}, out / "network")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

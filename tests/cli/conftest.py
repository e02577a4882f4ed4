"""A small network with random weights, and the command line run in this process."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sc3d_desktop.cli import run
from sc3d_desktop.paths import examples

HALF_WIDTH = 0.7
"""Of every interval of the small network, in ln K."""


@dataclass(frozen=True)
class Outcome:
    """What a command said, and its exit status."""

    status: int
    out: str
    err: str

    @property
    def records(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch
    from composition_cases import FOREST_SIZES, whole_branch

    from sc3d_desktop.models.sodnet import (
        ModelCard,
        Sodnet,
        SodnetConfig,
        SodnetEnsemble,
        Trust,
        save_weights,
    )

    torch.manual_seed(0)
    config = SodnetConfig(scalars=16, vectors=8, radial_functions=8, radial_hidden=8, blocks=1)
    path = tmp_path_factory.mktemp("weights") / "small.safetensors"
    trust = Trust(1)
    trust.width[0] = math.log(HALF_WIDTH)
    network = SodnetEnsemble([Sodnet(config)], whole_branch(8), trust, share=0.5)
    sizes = {"anchors": 8, "training_keys": 1, **FOREST_SIZES}
    card = ModelCard("small", config.as_json(), sizes=sizes)
    save_weights(path, network, card)
    return path


@pytest.fixture
def sc3d(capsys: pytest.CaptureFixture[str], weights: Path) -> Callable[..., Outcome]:
    """Runs a command; predict and scan use the small network unless told otherwise."""

    def command(*arguments: str | Path) -> Outcome:
        words = [str(a) for a in arguments]
        if words[0] in ("predict", "scan") and "--weights" not in words:
            words += ["--weights", str(weights)]
        capsys.readouterr()
        status = run(words)
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return Outcome(status, said.out, said.err)

    return command


@pytest.fixture
def example(tmp_path: Path) -> Callable[[str], Path]:
    """A shipped example, copied to where a user's file would be."""

    def copy(name: str) -> Path:
        return Path(shutil.copy(examples() / f"{name}.cif", tmp_path / f"{name}.cif"))

    return copy

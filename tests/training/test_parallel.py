"""Two processes train the network that one trains."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

SUPPORT = Path(__file__).resolve().parents[1] / "support"


def train_with(processes: int, out: Path) -> tuple[dict, dict]:
    """What they tell, and their network."""
    out.mkdir()
    script = str(SUPPORT / "train_together.py")
    launch = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(processes)]
    command = [sys.executable, *(launch if processes > 1 else []), script, str(out)]
    environment = os.environ | {"PYTHONPATH": str(SUPPORT), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=300)
    assert done.returncode == 0, done.stderr
    facts = json.loads((out / "facts.json").read_text(encoding="utf-8"))
    return facts, load_file(out / "network")


def test_two_processes_train_the_network_that_one_trains(tmp_path):
    (alone, one), (told, two) = train_with(1, tmp_path / "one"), train_with(2, tmp_path / "two")
    assert (alone["n"], told["n"]) == (1, 2)
    assert len(told["losses"]) == 3
    assert told["losses"] == pytest.approx(alone["losses"], abs=2e-4)
    assert alone["losses"][-1] < alone["losses"][0]
    for name, tensor in one.items():
        torch.testing.assert_close(two[name], tensor, atol=2e-3, rtol=1e-2)

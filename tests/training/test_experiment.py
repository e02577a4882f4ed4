"""A whole experiment on a small data set of the real layout: weights, report, and no leak."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from sodnet_cases import SMALL, random_crystal

from sc3d_desktop.crystal.cif import write_cif
from sc3d_desktop.models.sodnet import SodnetConfig, load_model
from sc3d_desktop.training import experiment as module
from sc3d_desktop.training.composition import CompositionSettings
from sc3d_desktop.training.experiment import Experiment, run_experiment
from sc3d_desktop.training.sodnet import TrainSettings

N = 100


@pytest.fixture
def small(tmp_path: Path) -> Experiment:
    data = tmp_path / "data"
    (data / "supercon3d").mkdir(parents=True)
    (data / "splits").mkdir()
    rng = np.random.default_rng(0)
    families = ("cuprate", "others")
    rows = [
        {"id": f"e{i}", "file": f"e{i}.cif", "tc_K": f"{rng.lognormal(2, 1):.4f}"}
        | {"family": families[i % 2], "disorder_class": "SPD"}
        for i in range(N)
    ]
    _write_csv(data / "supercon3d" / "supercon3d.csv", rows)
    folds = [{"id": f"e{i}", "fold_random": i % 10} for i in range(N)]
    _write_csv(data / "splits" / "supercon3d_10fold.csv", folds)
    with zipfile.ZipFile(data / "supercon3d" / "supercon3d.zip", "w") as archive:
        for i in range(N):
            archive.writestr(f"cif/e{i}.cif", write_cif(random_crystal(i, 1 + i % 2)))
    return Experiment(
        data,
        tmp_path / "out",
        members=2,
        config=SodnetConfig(**SMALL),
        settings=TrainSettings(epochs=1, batch_size=16, warmup_epochs=1),
        composition=CompositionSettings(width=8, virtual=300, epochs=1, batch_size=64),
    )


def _write_csv(path: Path, rows: list[dict]) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_it_leaves_weights_that_predict_and_a_report(small):
    report = run_experiment(small)
    model = load_model(small.out / "sodnet.safetensors", "cpu")
    assert model.predict([random_crystal(3)])[0].tc_kelvin > 0
    assert model.card.half_width == report["half_width"]
    assert json.loads((small.out / "report.json").read_text())["test"] == report["test"]
    page = (small.out / "report.md").read_text()
    for name in ("as shipped", "composition branch alone", "nearest composition", "cuprate"):
        assert name in page
    assert report["test"]["n"] == 10
    assert 0 <= report["coverage"] <= 1


def _counting(function, seen: list[int]):
    def counted(inputs, labels, *rest):
        seen.append(len(inputs) + len(labels))
        return function(inputs, labels, *rest)

    return counted


def test_labels_of_test_and_validation_reach_no_weight(small, monkeypatch):
    """Training sees the training rows and nothing else, in the branch and in the networks."""
    seen: list[int] = []
    real_train, real_teach = module.train, module.teach_branch
    monkeypatch.setattr(
        module, "train", lambda g, y, *a: (seen.append(len(g) + len(y)), real_train(g, y, *a))[1]
    )
    monkeypatch.setattr(
        module,
        "teach_branch",
        lambda x, y, s: (seen.append(len(x) + len(y)), real_teach(x, y, s))[1],
    )
    first = run_experiment(small)
    assert seen == [160, 160, 160]
    table = small.data / "supercon3d" / "supercon3d.csv"
    with table.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for i, row in enumerate(rows):
        if i % 10 in (0, 1):
            row["tc_K"] = str(float(row["tc_K"]) * 100)
    _write_csv(table, rows)
    again = run_experiment(Experiment(**(vars(small) | {"out": small.out.with_name("again")})))
    a = load_model(small.out / "sodnet.safetensors", "cpu").predict([random_crystal(5)])
    b = load_model(small.out.with_name("again") / "sodnet.safetensors", "cpu").predict(
        [random_crystal(5)]
    )
    assert a[0].tc_kelvin == b[0].tc_kelvin
    assert again["test"] != first["test"]


def test_a_second_run_trains_nothing_anew(small):
    run_experiment(small)
    said: list[str] = []
    run_experiment(small, said.append)
    assert not [text for text in said if "epoch" in text or "branch" in text]

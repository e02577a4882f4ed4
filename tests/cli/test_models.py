"""``sc3d train sodnet --from`` and ``sc3d models``: improve, use, compare, go back, delete."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fine_tune_cases import nickelates, small_model

from sc3d_desktop.cli import run
from sc3d_desktop.engine.services import LocalServices
from sc3d_desktop.jobs import FineTune, Progress, RecordSource
from sc3d_desktop.training.fine_tune import judge, work

Command = Callable[..., Any]


@pytest.fixture(autouse=True)
def _small_shipped_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_model(tmp_path / "shipped" / "sodnet.safetensors")
    for module in ("registry", "sodnet.predictor"):
        monkeypatch.setattr(f"sc3d_desktop.models.{module}.weights", lambda: tmp_path / "shipped")
    known = judge.known_superconductors()[::40]
    monkeypatch.setattr(judge, "known_superconductors", lambda: known)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    lines = [f"{made.formula},{made.tc_kelvin:.1f}" for made in nickelates(n=6)]
    path = tmp_path / "made.csv"
    path.write_text("\n".join(["formula,tc_kelvin", *lines]), encoding="utf-8")
    return path


def model_of(capsys: pytest.CaptureFixture[str], file: Path) -> str:
    """What ``sc3d predict`` says when no weights are named."""
    capsys.readouterr()
    assert run(["predict", str(file), "--json"]) == 0
    return json.loads(capsys.readouterr().out)["model"]


def test_a_model_is_improved_judged_used_compared_rolled_back_and_deleted(
    sc3d: Command, example: Callable[[str], Path], table: Path, capsys: Any
) -> None:
    file = example("MgB2")
    before = model_of(capsys, file)
    made = sc3d("train", "sodnet", "--from", "shipped", "--records", table, "--name", "nickel")
    assert made.status == 0, made.err
    assert "this version can be used" in made.out
    assert "Error on your records, ln K" in made.out
    assert model_of(capsys, file) == before
    assert sc3d("models", "use", "nickel").status == 0
    assert "nickel" in model_of(capsys, file)
    listed = sc3d("models", "list", "--json").records
    assert [(v["name"], v["in_use"]) for v in listed] == [("shipped", False), ("nickel", True)]
    assert listed[1]["about"]["parent"] == "shipped"
    compared = sc3d("models", "compare", "shipped", "nickel", "--records", table, "--json")
    first, second = compared.records[0]["mae_ln_kelvin"]
    assert second < first
    assert sc3d("models", "delete", "nickel").status == 1
    assert sc3d("models", "back").status == 0
    assert model_of(capsys, file) == before
    assert "Before and after" in sc3d("models", "show", "nickel").out
    assert sc3d("models", "delete", "nickel").status == 0
    assert len(sc3d("models", "list", "--json").records) == 1


def test_a_version_can_be_written_elsewhere_and_is_predicted_with(
    sc3d: Command, example: Callable[[str], Path], table: Path, tmp_path: Path
) -> None:
    out = tmp_path / "elsewhere.safetensors"
    options = ("--from", "shipped", "--records", table, "--out", out, "--json")
    made = sc3d("train", "sodnet", *options)
    assert made.status == 0, made.err
    facts = json.loads(made.out)
    assert facts["path"] == str(out)
    assert facts["verdict"]["n_records"] == 6
    assert len(sc3d("models", "list", "--json").records) == 1
    predicted = sc3d("predict", example("MgB2"), "--weights", out, "--json")
    assert predicted.status == 0
    again = sc3d("train", "sodnet", *options)
    assert again.status == 1
    assert "there already" in again.err


def stop(table: Path, *, network: bool = True) -> None:
    """The improvement of the shipped model on the table, stopped half-way."""
    job = FineTune(RecordSource(file=table), network=network, device="cpu")
    steps = job.run(LocalServices())
    for at in steps:
        if isinstance(at, Progress) and (at.done, at.total) == (4, 6):
            break
    steps.close()


def test_one_that_was_stopped_goes_on_and_says_so_or_begins_afresh(
    sc3d: Command, table: Path, tmp_path: Path
) -> None:
    def improve(name: str, *options: str) -> Any:
        where = ("--from", "shipped", "--records", table, "--out", tmp_path / name)
        made = sc3d("train", "sodnet", *where, "--device", "cpu", "--json", *options)
        assert made.status == 0, made.err
        return made

    stop(table)
    assert [s.parts for s in work.stopped()] == [4]
    first = improve("first.safetensors")
    assert "of its parts 4 were done" in first.err
    assert work.stopped() == ()
    stop(table)
    second = improve("second.safetensors", "--afresh")
    assert "stopped" not in second.err
    assert json.loads(first.out)["verdict"] == json.loads(second.out)["verdict"]
    stop(table)
    other = improve("third.safetensors", "--network", "off")
    assert "stopped" not in other.err
    assert [s.parts for s in work.stopped()] == [4]
    assert json.loads(first.out)["verdict"]["network"] is not None
    assert json.loads(other.out)["verdict"]["network"] is None


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--from", "shipped"), "no records"),
        (("--from", "none", "--records", "x.csv"), "no version “none”"),
        (("--from", "shipped", "--records", "none.csv"), "cannot be read"),
        (("--from", "shipped", "--records", "catalogue"), "no collection “my-measurements”"),
        ((), "--data and --runs"),
    ],
)
def test_what_cannot_be_started_is_told(sc3d: Command, options: tuple[str, ...], said: str) -> None:
    done = sc3d("train", "sodnet", *options)
    assert done.status == 1
    assert said in done.err


def test_nothing_to_compare_on_is_told(sc3d: Command) -> None:
    done = sc3d("models", "compare", "shipped", "shipped")
    assert done.status == 1
    assert "nothing to compare on" in done.err

"""The jobs that save and open a project: their steps, their model, and what a stop leaves."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import pytest
from project_cases import fill_home

from sc3d_desktop.data import Catalogue
from sc3d_desktop.data.records import list_records
from sc3d_desktop.jobs import Progress
from sc3d_desktop.jobs.project import OpenProject, SaveProject
from sc3d_desktop.project import show_project
from sc3d_desktop.steps import finish


class Model:
    name = "the model in use (77)"


class Services:
    """Those of a program with a model at hand."""

    def tc_model(self) -> Model:
        return Model()


class None_:
    """Those of a program whose model must not be asked for."""

    def tc_model(self) -> Model:
        raise AssertionError("nobody needs the model")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    made = tmp_path / "user"
    made.mkdir()
    return made


def test_saving_names_the_model_in_use_unless_it_is_told(home: Path) -> None:
    contents = fill_home(home)
    unnamed = SaveProject(replace(contents, model=""), home / "a.zip")
    finish(unnamed.run(Services()))  # type: ignore[arg-type]
    assert show_project(home / "a.zip").model == "the model in use (77)"
    finish(SaveProject(contents, home / "b.zip").run(None_()))  # type: ignore[arg-type]
    assert show_project(home / "b.zip").model == "m (1)"


def test_both_say_how_far_they_are_and_can_be_sent_to_another_process(
    home: Path, tmp_path: Path
) -> None:
    save = SaveProject(fill_home(home), home / "p.zip")
    assert pickle.loads(pickle.dumps(save)) == save
    steps = list(save.run(None_()))  # type: ignore[arg-type]
    assert all(isinstance(step, Progress) for step in steps)
    texts = " ".join(step.text for step in steps if isinstance(step, Progress))
    for what in ("crystals", "open", "closed", "screenings", "generated", "packing"):
        assert what in texts
    opening = OpenProject(home / "p.zip", tmp_path / "other")
    said = [step.text for step in opening.run(None_()) if isinstance(step, Progress)]  # type: ignore[arg-type]
    assert any(text.startswith("unpacking: ") for text in said)


def test_an_opening_that_is_stopped_goes_on_where_it_was(home: Path, tmp_path: Path) -> None:
    finish(SaveProject(fill_home(home), home / "p.zip").run(None_()))  # type: ignore[arg-type]
    other = tmp_path / "other"
    job = OpenProject(home / "p.zip", other)
    n_steps = sum(1 for _ in OpenProject(home / "p.zip", tmp_path / "third").run(None_()))  # type: ignore[arg-type]
    for stop in (3, n_steps // 2, n_steps - 3):
        steps = job.run(None_())  # type: ignore[arg-type]
        for _ in range(stop):
            next(steps)
        steps.close()
        assert list((other / "projects").iterdir()) == []
        assert not list(other.glob("runs/*"))
    finish(job.run(None_()))  # type: ignore[arg-type]
    with Catalogue.open(other / "catalogue.sqlite") as catalogue:
        assert {c.name: n for c, n in catalogue.collections()} == {
            "closed": 7, "open": 9, "my-measurements": 5,
        }  # fmt: skip
        assert len(list_records(catalogue)) == 5

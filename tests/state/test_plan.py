"""What is to be screened: sources, how many inputs, and a file for the run."""

from __future__ import annotations

from pathlib import Path

import pytest

from sc3d_desktop.screening.filters import Filters
from sc3d_desktop.state.plan import Chosen, Plan

FOLDER = {"kind": "files", "paths": ["/data/cifs"]}
ARCHIVE = {"kind": "files", "paths": ["/data/icsd 2024.zip"]}


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    return Plan(tmp_path / "runs")


def test_a_source_is_there_once_and_can_be_taken_away(plan: Plan) -> None:
    told: list[int] = []
    plan.changed.connect(lambda: told.append(len(plan.sources)))
    assert plan.add(FOLDER)
    assert not plan.add(dict(FOLDER))
    assert plan.add(ARCHIVE)
    plan.remove(0)
    assert [source.title for source in plan.sources] == ["icsd 2024.zip"]
    assert told == [1, 2, 1]


def test_inputs_add_up_once_all_are_counted(plan: Plan) -> None:
    plan.add(FOLDER)
    plan.add(ARCHIVE)
    plan.tell(FOLDER, 300)
    assert plan.total is None
    plan.tell(ARCHIVE, 12)
    assert plan.total == 312
    plan.tell(ARCHIVE, 0)
    assert plan.total == 0, "what is in an archive may be unknown, and then so is the sum"


def test_a_source_with_a_problem_holds_the_start_back(plan: Plan) -> None:
    assert not plan.ready
    plan.add(FOLDER)
    plan.add(ARCHIVE)
    assert plan.ready
    plan.tell(ARCHIVE, None, "It is gone.")
    plan.tell(FOLDER, 5)
    assert not plan.ready
    assert plan.total == 5
    plan.remove(1)
    assert plan.ready


def test_what_is_told_of_a_source_that_was_taken_away_is_dropped(plan: Plan) -> None:
    plan.add(FOLDER)
    plan.remove(0)
    plan.tell(FOLDER, 300)
    assert plan.sources == ()


def test_a_run_gets_a_file_of_its_own_by_its_source_or_its_name(plan: Plan) -> None:
    assert plan.path.name == "screening.sqlite"
    plan.add(ARCHIVE)
    assert plan.path == plan.folder / "icsd-2024.sqlite"
    plan.folder.mkdir()
    plan.path.touch()
    assert plan.path.name == "icsd-2024-2.sqlite"
    plan.call("../La/Sr")
    assert plan.path == plan.folder / "..-La-Sr.sqlite"
    plan.call("mine.sqlite")
    assert plan.path.name == "mine.sqlite"


def test_other_filters_are_told_once(plan: Plan) -> None:
    told: list[Filters] = []
    plan.changed.connect(lambda: told.append(plan.filters))
    plan.filter_by(Filters())
    plan.filter_by(Filters(must=("La",)))
    plan.filter_by(Filters(must=("La",)))
    assert told == [Filters(must=("La",))]


@pytest.mark.parametrize(
    ("described", "title"),
    [
        ({"kind": "catalogue", "path": "c", "query": {}}, "The whole catalogue"),
        (
            {"kind": "catalogue", "path": "c", "query": {"collections": ["3DSC"]}},
            "3DSC (catalogue)",
        ),
        ({"kind": "optimade", "url": "https://x", "provider": "cod"}, "cod (OPTIMADE)"),
        ({"kind": "made"}, "An unknown source"),
    ],
)
def test_a_source_is_called_as_its_user_knows_it(described: dict[str, object], title: str) -> None:
    assert Chosen(described).title == title

"""Reading much: an outcome for each structure, in order, and crystals only while there is room."""

from __future__ import annotations

import gc
import pickle
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from crystal_cases import cif

from sc3d_desktop.crystal.disorder import DisorderClass
from sc3d_desktop.errors import CifError
from sc3d_desktop.jobs import Found, Partial, Progress, ReadAgain, ReadFiles, open_files

HALF = cif("Mg1 Mg 0 0 0 0.5")
DOUBTFUL = cif("Mg1 Mg 0 0 0 ?")


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def mixture(tmp_path: Path) -> tuple[Path, ...]:
    """A file with two blocks, a bad one, a folder, an archive, and a name of nothing."""
    two = written(tmp_path / "two.cif", cif(block="a") + HALF.replace("data_test", "data_b"))
    bad = written(tmp_path / "bad.cif", "not a CIF at all")
    written(tmp_path / "folder" / "1.cif", DOUBTFUL)
    written(tmp_path / "folder" / "2.cif", cif())
    with zipfile.ZipFile(tmp_path / "some.zip", "w") as archive:
        archive.writestr("x.cif", cif())
        archive.writestr("in/y.cif", "")
    return two, bad, tmp_path / "folder", tmp_path / "some.zip", tmp_path / "none.cif"


def run(job: Any) -> list[Progress | Partial]:
    return list(job.run(None))


def found(paths: tuple[Path, ...]) -> list[Found]:
    return [step.value for step in run(ReadFiles(paths)) if isinstance(step, Partial)]


def result(job: ReadAgain) -> Any:
    """Each structure before it is a step, at which the job can be cancelled."""
    steps = job.run(None)
    for done in range(job.index + 1):
        assert next(steps) == Progress(done, job.index + 1)
    with pytest.raises(StopIteration) as stop:
        next(steps)
    return stop.value.value


def test_everything_gets_a_line_in_order_with_its_place(mixture):
    lines = [(f.source.path.name, f.source.member, f.source.block, f.index) for f in found(mixture)]
    assert lines == [
        ("two.cif", "", "a", 0),
        ("two.cif", "", "b", 1),
        ("bad.cif", "", "", 0),
        ("1.cif", "", "test", 0),
        ("2.cif", "", "test", 0),
        ("some.zip", "x.cif", "test", 0),
        ("some.zip", "in/y.cif", "", 1),
        ("none.cif", "", "", 0),
    ]


def test_a_line_says_what_the_structure_is_or_why_it_was_refused(mixture):
    two_a, two_b, bad, doubtful, *_, empty, none = found(mixture)
    assert (two_a.formula, two_a.n_sites, two_a.disorder) == ("Mg", 1, DisorderClass.O)
    assert (two_b.disorder, two_b.doubtful, two_b.error) == (DisorderClass.PD, False, None)
    assert doubtful.doubtful
    assert "unknown" in doubtful.findings[0].text
    assert [f.error is not None for f in (bad, empty, none)] == [True] * 3
    assert "y.cif is empty" in empty.error.message
    assert "none.cif" in none.error.message
    assert bad.crystal is None


def test_progress_counts_files_where_their_number_is_known(mixture):
    steps = [s for s in run(ReadFiles(mixture[:2])) if isinstance(s, Progress)]
    assert [(s.done, s.total) for s in steps] == [(0, 2), (1, 2)]
    steps = [s for s in run(ReadFiles(mixture)) if isinstance(s, Progress)]
    assert {(s.done, s.total) for s in steps} == {(0, 0)}
    assert steps[-1].text == "8 so far"


def test_it_gives_way_before_each_file(tmp_path):
    """A file that comes after the place where it is stopped is never read."""
    paths = tuple(written(tmp_path / f"{i}.cif", cif()) for i in range(3))
    steps: Iterator[Any] = ReadFiles(paths).run(None)
    assert isinstance(next(steps), Progress)
    assert isinstance(next(steps), Partial)
    assert isinstance(next(steps), Progress)
    paths[1].write_text("")
    assert next(steps).value.error is not None


def test_beyond_the_room_only_the_place_is_kept_and_the_structure_can_be_read_again(
    mixture, monkeypatch
):
    monkeypatch.setattr(open_files, "MOST_KEPT_SITES", 2)
    lines = [f for f in found(mixture) if f.error is None]
    assert [f.crystal is not None for f in lines] == [True, True, False, False, False]
    monkeypatch.setattr(open_files, "MOST_KEPT_SITES", 100)
    whole = [f for f in found(mixture) if f.error is None]
    for line, kept in zip(lines, whole, strict=True):
        assert result(ReadAgain(line.source.path, line.index)) == kept.crystal
        assert (line.formula, line.n_sites) == (kept.formula, kept.n_sites)


def test_more_structures_than_can_be_listed_end_with_a_word_about_it(mixture, monkeypatch):
    monkeypatch.setattr(open_files, "MOST_LISTED", 3)
    steps, lines = ReadFiles(mixture).run(None), []
    with pytest.raises(CifError, match="more than 3 structures"):
        lines += (step for step in steps if isinstance(step, Partial))
    assert len(lines) == 3


def test_a_structure_that_has_gone_is_said(tmp_path):
    path = written(tmp_path / "a.cif", cif())
    for index, text in ((1, cif()), (0, "")):
        path.write_text(text)
        with pytest.raises(CifError, match=r"a\.cif has changed since it was read"):
            list(ReadAgain(path, index).run(None))


def test_an_archive_without_structures_is_said(tmp_path):
    with zipfile.ZipFile(tmp_path / "notes.zip", "w") as archive:
        archive.writestr("notes.txt", "none")
    (line,) = found((tmp_path / "notes.zip",))
    assert "notes.zip holds no structure files" in line.error.message


def test_a_refusal_does_not_hold_on_to_the_text_of_the_file(tmp_path):
    path = written(tmp_path / "a.cif", cif("Mg1 Mg 0 0 0 1.7"))
    (line,) = found((path,))
    gc.collect()
    assert line.error.__traceback__ is None
    assert line.error.__context__ is None


def test_titles_and_jobs_are_plain(mixture):
    assert ReadFiles(mixture[:1]).title == "Read two.cif"
    assert ReadFiles(mixture * 300).title == "Read 1,500 files"
    assert ReadAgain(mixture[0], 1).title == "Read two.cif"
    for job in (ReadFiles(mixture), ReadAgain(mixture[0], 1)):
        assert pickle.loads(pickle.dumps(job)) == job
        assert hash(job) == hash(pickle.loads(pickle.dumps(job)))

"""A structure of a run is read again from where it lies, or it is said that it has gone."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from browser_cases import fill
from crystal_cases import cif
from screening_cases import SumModel

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.data import Catalogue
from sc3d_desktop.data.write import import_entries
from sc3d_desktop.errors import ScreeningError
from sc3d_desktop.screening.again import read_again, read_together
from sc3d_desktop.screening.candidates import Candidates
from sc3d_desktop.screening.executors import InProcess
from sc3d_desktop.screening.filters import Filters
from sc3d_desktop.screening.run import screen
from sc3d_desktop.screening.sources import CatalogueEntries, Files, Piece, PieceSource, Sources
from sc3d_desktop.screening.standard import standard_key
from sc3d_desktop.screening.store import Line, RunSpec, RunStore

T = TypeVar("T")


def text(a: float, block: str) -> str:
    return cif("Fe1 Fe 0 0 0 1\nSe1 Se 0.5 0.5 0.5 0.5", (str(a), str(a), "5", 90, 90, 90), block)


def end_of(steps: Generator[None, None, T]) -> T:
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            return stop.value  # type: ignore[no-any-return]


def screened(path: Path, source: PieceSource) -> tuple[Path, RunSpec, list[tuple[int, Line]]]:
    sources = Sources([source])
    spec = RunSpec(sources.as_json(), Filters().as_json(), "sums", "1")
    with RunStore.create(path, spec) as store:
        for _ in screen(store, sources, Filters(), InProcess(SumModel())):
            pass
        ids = [i for (i,) in store.all("SELECT id FROM line ORDER BY id")]
        return path, store.spec, store.lines(ids)


def files(folder: Path) -> list[Path]:
    """A plain file, one of three blocks, and an archive of both."""
    plain, many, packed = folder / "a.cif", folder / "many.cif", folder / "all.zip"
    plain.write_text(text(3.1, "one"))
    many.write_text("\n".join(text(4 + i / 3, f"b{i}") for i in range(3)))
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("x/p.cif", text(6.6, "one"))
        archive.writestr("x/q.cif", text(7.7, "one"))
    return [plain, many, packed]


def test_every_line_leads_back_to_its_own_structure(tmp_path: Path) -> None:
    _, spec, lines = screened(tmp_path / "r.sqlite", Files(files(tmp_path)))
    assert [line.status for _, line in lines] == ["predicted"] * 6
    for _, line in lines:
        crystal = end_of(read_again(line, spec))
        assert standard_key(crystal) == line.key
    volumes = {round(end_of(read_again(line, spec)).volume, 3) for _, line in lines}
    assert len(volumes) == 6


def test_an_entry_of_the_catalogue_is_read_from_there(tmp_path: Path) -> None:
    source = CatalogueEntries(fill(tmp_path / "c.sqlite"))
    _, spec, lines = screened(tmp_path / "r.sqlite", source)
    line = next(line for _, line in lines if line.formula == "Nb")
    assert isinstance(crystal := end_of(read_again(line, spec)), Crystal)
    assert crystal.composition == {"Nb": 2.0}


def test_a_file_that_has_gone_or_changed_is_told(tmp_path: Path) -> None:
    plain, *_ = files(tmp_path)
    _, spec, lines = screened(tmp_path / "r.sqlite", Files([plain]))
    line = lines[0][1]
    plain.write_text(text(3.9, "one"))
    with pytest.raises(ScreeningError, match="no longer what was screened"):
        end_of(read_again(line, spec))
    plain.write_text("data_one\nnothing")
    with pytest.raises(ScreeningError, match="no longer what was screened"):
        end_of(read_again(line, spec))
    plain.unlink()
    with pytest.raises(ScreeningError, match=r"a\.cif is not there any more"):
        end_of(read_again(line, spec))


def test_candidates_come_into_the_catalogue_with_where_they_are_from(tmp_path: Path) -> None:
    run, _, lines = screened(tmp_path / "r.sqlite", Files(files(tmp_path)))
    chosen = Candidates(run, (lines[2][0], lines[5][0]))
    with Catalogue.open(tmp_path / "c.sqlite") as catalogue:
        for _ in range(2):  # a second time changes nothing
            outcome = end_of(import_entries(catalogue, chosen))  # type: ignore[arg-type]
        assert (outcome.added, outcome.unchanged) == (0, 2)
        entries = [catalogue.entry(int(i)) for i in catalogue.search("")]
        assert [entry.row.name for entry in entries] == ["b1", "one"]
        assert {entry.row.collection for entry in entries} == {"My candidates"}
        assert json.dumps(entries[1].notes).count("all.zip") == 1
        crystal = catalogue.crystal(entries[0].row.id)
    assert crystal is not None
    assert standard_key(crystal) == lines[2][1].key


def test_a_candidate_that_has_gone_is_a_problem_of_the_import_alone(tmp_path: Path) -> None:
    plain, many, _ = files(tmp_path)
    run, _, lines = screened(tmp_path / "r.sqlite", Files([plain, many]))
    plain.unlink()
    with Catalogue.open(tmp_path / "c.sqlite") as catalogue:
        outcome = end_of(import_entries(catalogue, Candidates(run, tuple(i for i, _ in lines))))  # type: ignore[arg-type]
    assert (outcome.added, outcome.failed) == (3, 1)
    assert "not there any more" in outcome.problems[0].message


def test_several_are_read_together_in_their_order_with_one_pass_over_each_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, spec, numbered = screened(tmp_path / "r.sqlite", Files(files(tmp_path)))
    lines = [line for _, line in numbered if line.status == "predicted"][::-1]
    opened: list[str] = []
    pieces = Files.pieces

    def counted(self: Files, start: int = 0) -> Iterator[Piece]:
        opened.append(self.title)
        return pieces(self, start)

    monkeypatch.setattr(Files, "pieces", counted)
    (tmp_path / "a.cif").unlink()
    found = end_of(read_together(lines, spec))
    assert len(opened) == len(set(opened)) < len(lines)
    for line, crystal in zip(lines, found, strict=True):
        if line.path.endswith("a.cif"):
            assert isinstance(crystal, ScreeningError)
        else:
            assert isinstance(crystal, Crystal)
            assert standard_key(crystal) == line.key

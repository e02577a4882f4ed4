"""The report is written from runs, holds the numbers it was made of, and opens by itself."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from report_crystals import candidate, ordered_crystal

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.errors import GenerationError
from sc3d_desktop.generation.candidate import Judgement
from sc3d_desktop.generation.folder import StoredRun
from sc3d_desktop.generation.report import write
from sc3d_desktop.generation.report.blocks import html, markdown
from sc3d_desktop.generation.report.goals import FIRST
from sc3d_desktop.generation.report.pages import sections
from sc3d_desktop.generation.report.paper_candidates import Theirs
from sc3d_desktop.generation.report.second_judge import NAME, Independent
from sc3d_desktop.generation.report.write import ReportOf, read_curve, write_files, write_report
from sc3d_desktop.generation.request import Request
from sc3d_desktop.models.diffcsp_sc.state import length_unit
from sc3d_desktop.models.interface import TcPrediction
from sc3d_desktop.training.generator.data import GeneratorData, Packed
from sc3d_desktop.training.labels import FormulaTables, Labels, crystal_fractions


class CopperModel:
    """Says more the more copper there is."""

    name = "a stand-in"
    device = "cpu"
    card_lines: tuple[tuple[str, str], ...] = ()

    def predict(self, crystals: Sequence[Crystal]) -> list[TcPrediction]:
        tc = [1 + 100 * c.composition.get("Cu", 0) / len(c) for c in crystals]
        return [TcPrediction(t, t / 2, t * 2, (), self.name) for t in tc]


Written = tuple[dict[str, Any], str, "Page"]


def crystals(seed: int, n: int) -> list[Crystal]:
    rng = np.random.default_rng(seed)
    return [ordered_crystal(rng, atoms=4, kinds=2) for _ in range(n)]


def training() -> GeneratorData:
    made = crystals(0, 60)
    numbers = [[int(np.flatnonzero(crystal_fractions([c])[0])[0])] * 4 for c in made]
    packed = Packed(
        torch.tensor(np.stack([c.lattice for c in made]) / length_unit(4), dtype=torch.float32),
        torch.tensor(np.stack([c.frac_coords for c in made]), dtype=torch.float32),
        torch.tensor(numbers, dtype=torch.uint8),
        torch.linspace(0, 3, 60),
    )
    return GeneratorData({}, {4: packed}, "")


def run(path: Path) -> StoredRun:
    made = crystals(1 if path.name == "run" else 2, 110)
    kept = [
        candidate(i, c, Judgement(faults=("Too close.",) if i % 5 == 0 else ()))
        for i, c in enumerate(made, start=1)
    ]
    request = Request(count=120, tc_kelvin=30.0)
    return StoredRun(path, request, tuple(kept), True, 110, 10, "weights <x>")


def theirs(data: Path) -> list[Theirs]:
    return [Theirs(i, "Cuprate", f"X{i}", 3.0 * i, c) for i, c in enumerate(crystals(3, 6), 1)]


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReportOf]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        yield _wanted(tmp_path_factory.mktemp("report"), monkeypatch)


@pytest.fixture(scope="module")
def written(wanted: ReportOf) -> Written:
    return made(wanted)


def _wanted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ReportOf:
    rows = np.unique(crystal_fractions(crystals(4, 200)), axis=0)
    tables = FormulaTables(
        Labels(rows, rows[:, 29] + 1), rows[:40] * 0 + np.roll(rows[:40], 3, 1), ""
    )
    known = Independent(rows[:5], Labels(rows[:0], np.empty(0)))
    for name, value in (
        ("load_superconductors", lambda data, drawn=False: training()),
        ("load_labels", lambda data: tables),
        ("independent", lambda data: known),
        ("read_run", run),
        ("read_theirs", theirs),
    ):
        monkeypatch.setattr(write, name, value)
    tables_folder = tmp_path / "data" / "paper_tables"
    tables_folder.mkdir(parents=True)
    for name, text in (
        ("table_04_generation_sr.csv", "model,data,sr10,sr30,sr50\nA,O,0.1,0.2,0.3\n"),
        ("table_09_generation_nsr.csv", "model,data,nsr10,nsr30,nsr50\nA,O,0.01,0.02,0.03\n"),
        ("table_05_diffcsp_sc_ablation.csv", "group,variant,sr10,sr30,sr50\nw/o B,b,1,2,3\n"),
    ):
        (tables_folder / name).write_text(text)
    beside = {"without <attention>": tmp_path / "other"}
    return ReportOf(tmp_path / "run", tmp_path / "data", tmp_path / "out", beside, None, 30, 5)


class Page(HTMLParser):
    """Its text, and the tags that are open; it needs nothing from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.text, self.open, self.tags = "", list[str](), list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert tag not in ("script", "link", "img", "iframe")
        assert not {"src", "href", "onload"} & {name for name, _ in attrs}
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def made(wanted: ReportOf) -> Written:
    said = list(write_report(wanted, CopperModel()))
    assert said[-1] == "writing"
    report = json.loads((wanted.out / "report.json").read_text(encoding="utf-8"))
    page = Page()
    page.feed((wanted.out / "report.html").read_text(encoding="utf-8"))
    assert page.open == []
    return report, (wanted.out / "report.md").read_text(encoding="utf-8"), page


def test_the_report_holds_the_numbers_in_all_its_forms(written: Written) -> None:
    report, text, page = written
    samples = run(Path("run"))
    above = report["thresholds_kelvin"]["10"]
    assert above == pytest.approx(np.percentile(np.exp(np.linspace(0, 3, 60)), 90), rel=1e-4)
    tc = CopperModel().predict([c.crystal for c in samples.candidates if c.judgement.valid])
    hits = sum(p.tc_kelvin > above for p in tc)
    found = report["sets"][0]["success"][FIRST]["sr10"]
    assert found["value"] == hits / 120
    for said in (text, page.text):
        assert f"{found['value']:.2f} ({found['low']:.2f}–{found['high']:.2f})" in said
        assert "weights <x>" in said
        assert "without <attention>" in said
    assert page.tags.count("svg") == 5


def test_every_set_stands_beside_the_run(written: Written) -> None:
    report, _, _ = written
    assert [row["name"] for row in report["sets"]] == [
        "run",
        "without <attention>",
        "random substitution",
        "training set",
        "training set, top decile",
    ]
    assert report["sets"][2]["made"] == 30
    assert report["sets"][3]["new"]["value"] == 0
    assert set(report["sets"][0]["success"]) == {FIRST, NAME}


def test_contradictions_are_said_beside_the_numbers(written: Written) -> None:
    report, text, _ = written
    first, second = (report["sets"][3]["success"][judge]["sr50"] for judge in (FIRST, NAME))
    apart = first["low"] > second["high"] or second["low"] > first["high"]
    assert apart == ("training set: SR50 is" in text)


def test_few_samples_are_said_to_be_few(written: Written) -> None:
    _, text, _ = written
    assert "With 120 samples instead of 1,000 or more" in text


def test_a_curve_is_drawn_where_there_is_one(written: Written, tmp_path: Path) -> None:
    share = {"value": 0.125, "low": 0.1, "high": 0.2, "of": 40}
    row = {"steps": 50, "calls": 99, "match": share, "valid": share, "rmse": 0.0875}
    path = tmp_path / "curve.json"
    path.write_text(json.dumps({"about": {"weights": "these"}, "curve": [row], "found": []}))
    report = written[0] | {"curve": read_curve(path)}
    text = markdown("", sections(report, ()))
    assert "| 50 | 99 | 0.12 (0.10–0.20) | 0.0875 |" in text
    assert html("", sections(report, ())).count("<circle") == 1


def test_what_is_no_curve_is_refused(wanted: ReportOf, tmp_path: Path) -> None:
    path = tmp_path / "curve.json"
    path.write_text("[]")
    with pytest.raises(GenerationError, match="no curve"):
        list(write_report(replace(wanted, curve=path), CopperModel()))


def test_a_folder_that_cannot_be_written_is_told(written: Written, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("in the way")
    with pytest.raises(GenerationError, match="could not be written"):
        write_files(tmp_path / "out", written[0], ())


def test_a_run_without_candidates_is_refused(
    wanted: ReportOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write, "read_run", lambda path: replace(run(path), candidates=()))
    with pytest.raises(GenerationError, match="no candidates"):
        list(write_report(wanted, CopperModel()))

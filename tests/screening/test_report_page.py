"""The page of a report tells what a run holds and how far to trust it, and harms nobody."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import web_browser
from line_cases import AnyModel, random_lines, run_of
from run_reports import HOSTILE, Document, page_of, report

from sc3d_desktop.data import Query
from sc3d_desktop.screening.report import Request, write_report
from sc3d_desktop.screening.report.words import source_words
from sc3d_desktop.screening.sources import Asked, CatalogueEntries, Files, Optimade


def test_the_page_is_whole_and_needs_nothing_besides_itself(
    reported_run: Path, tmp_path: Path
) -> None:
    markup = report(Request(reported_run, tmp_path / "r.html")).read_text(encoding="utf-8")
    document = Document(markup)
    for tag in ("script", "link", "img", "iframe", "object", "a", "base"):
        assert document.count(tag) == 0, tag
    attributes = {name for _, given in document.elements for name in given}
    assert not attributes & {"src", "href", "srcset", "action", "onerror", "onload", "style"}
    assert "url(" not in markup
    assert "@import" not in markup


def test_the_page_tells_what_was_done_and_how_far_to_trust_it(
    reported_run: Path, tmp_path: Path
) -> None:
    text = page_of(Request(reported_run, tmp_path / "r.html")).text
    for said in (
        "3 predicted + 1 same + 1 skipped + 3 refused = 8 structures",
        "each by the lower end of the 90 % interval",
        "are what the model says, not measurements",
        "Trained on nothing <b>at all</b>",
        "Files: folder",
        "no catalogue: nothing is said of what is known",
        "Screened with SC3D Desktop 1",
        "most sites: 400",
        "radioactive: no",
    ):
        assert said in text, said


def test_reasons_that_differ_in_names_only_are_one(reported_run: Path, tmp_path: Path) -> None:
    text = page_of(Request(reported_run, tmp_path / "r.html")).text
    assert "3 refused" in text
    assert "2 4.cif, block “b4”: no cell length 4.1." in text
    assert "b5" not in text
    assert "1 skipped" in text
    assert "1 radioactive: Pu" in text


def test_badges_say_what_is_known(
    reported_run: Path, starter_catalogue: Path, tmp_path: Path
) -> None:
    out = report(Request(reported_run, tmp_path / "r.html", catalogue=starter_catalogue))
    document = Document(out.read_text(encoding="utf-8"))
    badges = [given for _, given in document.elements if "badge" in (given.get("class") or "")]
    parents = [given["title"] for given in badges if given["class"] == "badge parent_of"]
    assert any("Ba0.6K0.4Fe2As2 38 K" in (said or "") for said in parents)
    for badge in ("known", "parent of known", "in training", "toxic", "air-sensitive"):
        assert badge in document.texts, badge


def test_the_papers_candidates_stand_beside_ours(reported_run: Path, tmp_path: Path) -> None:
    text = page_of(Request(reported_run, tmp_path / "r.html")).text
    assert "Of the 27 candidates" in text
    assert "21 can be built" in text
    assert "strontium and titanium do not mix" in text


def test_a_page_of_another_models_run_says_so(reported_run: Path, tmp_path: Path) -> None:
    model = AnyModel()
    model.name = "younger"
    steps = write_report(Request(reported_run, tmp_path / "r.html"), model)
    for _ in steps:
        pass
    text = Document((tmp_path / "r.html").read_text(encoding="utf-8")).text
    assert "The card of sums is not at hand: the program has younger now." in text
    assert "Trained on" not in text.split("Method, limits")[1]


def test_a_run_that_was_stopped_is_said_to_be(tmp_path: Path) -> None:
    run = run_of(tmp_path / "r.sqlite", random_lines(5, 1), finished=False)
    text = page_of(Request(run, tmp_path / "r.html")).text
    assert "has not reached the end" in text


def test_a_run_of_nothing_has_a_page(tmp_path: Path) -> None:
    run = run_of(tmp_path / "r.sqlite", [])
    text = page_of(Request(run, tmp_path / "r.html")).text
    assert "= 0 structures" in text


@pytest.mark.skipif(web_browser.PATH is None, reason=web_browser.MISSING)
def test_a_browser_shows_the_page_and_runs_nothing_of_it(
    reported_run: Path, starter_catalogue: Path, tmp_path: Path
) -> None:
    page = report(Request(reported_run, tmp_path / "r.html", catalogue=starter_catalogue))
    opened = web_browser.open_page(page, tmp_path / "profile")
    assert opened.complaints == []
    document = Document(opened.document.removeprefix("<!DOCTYPE html>"))
    assert document.count("script") == document.count("img") == 0
    assert "Screening a run.sqlite" in document.texts
    shown = HOSTILE.replace("\u202e", "�")
    assert shown in document.texts, "it is there as text"
    assert document.count("svg") == 4 + 3
    assert document.count("tbody") == 5
    written = Document(page.read_text(encoding="utf-8"))
    assert [name for name, _ in document.elements] == [name for name, _ in written.elements]


@pytest.mark.skipif(web_browser.PATH is None, reason=web_browser.MISSING)
def test_a_browser_draws_the_page(reported_run: Path, tmp_path: Path) -> None:
    from PIL import Image

    page = report(Request(reported_run, tmp_path / "r.html"))
    picture = web_browser.picture(page, tmp_path / "p.png", tmp_path / "profile")
    with Image.open(picture) as image:
        pixels = np.asarray(image.convert("RGB"))
    assert pixels.shape == (1600, 1280, 3)
    accent = (pixels == (0x25, 0x63, 0xA8)).all(axis=2)
    assert accent.sum() > 200, "dots and marks of the plots"
    assert 0.005 < (pixels.mean(axis=2) < 120).mean() < 0.3, "ink on paper"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (Files([Path(__file__)]), "Files: test_report_page.py"),
        (
            CatalogueEntries(Path(__file__), Query(must=frozenset({"Cu", "O"}))),
            "Catalogue: test_report_page.py, must: Cu, O",
        ),
        (CatalogueEntries(Path(__file__), Query()), "Catalogue: test_report_page.py, all of it"),
        (
            Optimade("https://x.org/v1", Asked(all_of=("Nb",)), "x"),
            "OPTIMADE: x at https://x.org, all of: Nb",
        ),
    ],
)
def test_sources_are_told_without_the_folders_of_the_machine(source: Any, said: str) -> None:
    assert source_words(json.loads(json.dumps(source.as_json()))) == said


def test_a_page_does_not_tell_the_folders_of_the_machine(
    reported_run: Path, tmp_path: Path
) -> None:
    assert "folder/" not in report(Request(reported_run, tmp_path / "r.html")).read_text(
        encoding="utf-8"
    )

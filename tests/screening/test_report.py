"""Reports say what the run holds, harm nobody who opens them, and are written whole."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Generator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
import web_browser
from catalogue_cases import import_all
from crystal_cases import assert_same_crystal, cif
from line_cases import AnyModel, line_of, other, random_lines, run_of
from screening_cases import run_all

from sc3d_desktop.crystal.cif import parse_cif
from sc3d_desktop.data import Catalogue, Query
from sc3d_desktop.data.importers import StarterSet
from sc3d_desktop.errors import Sc3dError, ScreeningError
from sc3d_desktop.screening.ranking import Wanted, ranking_of
from sc3d_desktop.screening.report import FORMATS, Request, write_report
from sc3d_desktop.screening.report.table import HEADINGS, REFUSED_HEADINGS
from sc3d_desktop.screening.report.words import source_words
from sc3d_desktop.screening.sources import Asked, CatalogueEntries, Files, Optimade
from sc3d_desktop.screening.store import RunStore

HOSTILE = '"><img src=x onerror="document.title=1"><script>document.title="owned"</script>\u202e'
FORMULA_OF_A_SHEET = '=HYPERLINK("http://x")'


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("catalogue") / "c.sqlite"
    with Catalogue.open(path) as catalogue:
        import_all(catalogue, StarterSet())
    return path


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """Three candidates, two of them of note; the same again; refused for two reasons, skipped."""
    lines = [
        line_of("BaFe2As2", 0, tc_low=12.0, identifier=FORMULA_OF_A_SHEET),
        line_of(
            "MgB2", 1, tc_low=30.0, tc=39.0, in_training=True, identifier=HOSTILE, member=HOSTILE
        ),
        line_of("NaCl", 2, tc_low=0.5, p_superconductor=None, domain=None, nearest="[]"),
        other(line_of("MgB2", 3, key=(1).to_bytes(16, "big")), "same"),
        other(line_of("FeO", 4), "refused", "4.cif, block “b4”: no cell length 4.1."),
        other(line_of("FeO", 5), "refused", "5.cif, block “b5”: no cell length 7.2."),
        other(line_of("FeO", 6), "refused", f"@{HOSTILE}"),
        other(line_of("PuO2", 7), "skipped", "radioactive: Pu"),
    ]
    return run_of(tmp_path / "a run.sqlite", lines)


def report(request: Request) -> Path:
    steps = write_report(request, AnyModel())
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            out: Path = stop.value
            return out


def table_of(path: Path) -> list[dict[str, str]]:
    text = path.read_text(encoding="utf-8").removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text, newline="")))


class Document(HTMLParser):
    """Elements by name with their attributes; fails on markup that is not properly nested."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(markup)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.elements)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


# Tables


def test_csv_has_every_predicted_line_in_the_order_of_the_ranking(tmp_path: Path) -> None:
    run = run_of(tmp_path / "r.sqlite", random_lines(1200, 5))
    rows = table_of(report(Request(run, tmp_path / "r.csv", "csv")))
    with RunStore.read(run) as store:
        ids = ranking_of(store).find().tolist()
        best = [
            line for start in range(0, len(ids), 300) for _, line in store.lines(ids[start:][:300])
        ]
    assert list(rows[0]) == list(HEADINGS)
    assert [row["rank"] for row in rows] == [str(i + 1) for i in range(len(best))]
    for row, line in zip(rows, best, strict=True):
        assert (row["identifier"], row["formula"]) == (line.identifier, line.formula)
        assert float(row["tc_low_kelvin"]) == line.tc_low
        assert row["domain"] == (line.domain or "")
    assert {row["known"] for row in rows} == {""}, "there is no catalogue"


def test_only_the_best_are_told_where_so_asked(run: Path, tmp_path: Path) -> None:
    rows = table_of(report(Request(run, tmp_path / "r.csv", "csv", best=2)))
    assert [row["formula"] for row in rows] == ["MgB2", "BaFe2As2"]


def test_filters_after_the_prediction_apply(run: Path, catalogue: Path, tmp_path: Path) -> None:
    wanted = Wanted(hide_known=True, hide_trained=True)
    out = report(Request(run, tmp_path / "r.csv", "csv", wanted=wanted, catalogue=catalogue))
    assert [row["formula"] for row in table_of(out)] == ["NaCl"]


def test_known_parents_and_relatives_are_told(run: Path, catalogue: Path, tmp_path: Path) -> None:
    rows = table_of(report(Request(run, tmp_path / "r.csv", "csv", catalogue=catalogue)))
    told = {row["formula"]: row for row in rows}
    assert told["MgB2"]["known"] == "True"
    assert told["MgB2"]["known_as"].startswith("MgB2 39 K")
    assert "Ba0.6K0.4Fe2As2 38 K" in told["BaFe2As2"]["parent_of"]
    assert told["BaFe2As2"]["known_as"] == "BaFe2As2 29 K at 4 GPa"
    assert [told["NaCl"][name] for name in ("known", "parent_of", "relatives")] == [
        "False",
        "none",
        "none",
    ]


def test_no_spreadsheet_runs_what_a_file_is_called(run: Path, tmp_path: Path) -> None:
    rows = table_of(report(Request(run, tmp_path / "r.csv", "csv")))
    assert f"'{FORMULA_OF_A_SHEET}" in [row["identifier"] for row in rows]
    book = openpyxl.load_workbook(report(Request(run, tmp_path / "r.xlsx", "xlsx")))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert FORMULA_OF_A_SHEET in [cell.value for cell in cells]
    assert "f" not in {cell.data_type for cell in cells}
    book.close()


def test_xlsx_has_candidates_ledger_and_provenance(run: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(report(Request(run, tmp_path / "r.xlsx", "xlsx")))
    assert book.sheetnames == ["Candidates", "Refused", "Run"]
    best, refused, about = (list(sheet.values) for sheet in book)
    assert best[0] == HEADINGS
    assert [row[HEADINGS.index("formula")] for row in best[1:]] == ["MgB2", "BaFe2As2", "NaCl"]
    assert refused[0] == REFUSED_HEADINGS
    assert len(refused) == 4
    facts = dict(row[:2] for row in about)
    assert facts["Counts"] == "3 predicted + 1 same + 1 skipped + 3 refused = 8 structures"
    assert facts["Predicted by"] == "sums"
    book.close()


# The page


def test_the_page_is_whole_and_needs_nothing_besides_itself(run: Path, tmp_path: Path) -> None:
    markup = report(Request(run, tmp_path / "r.html")).read_text(encoding="utf-8")
    document = Document(markup)
    for tag in ("script", "link", "img", "iframe", "object", "a", "base"):
        assert document.count(tag) == 0, tag
    attributes = {name for _, given in document.elements for name in given}
    assert not attributes & {"src", "href", "srcset", "action", "onerror", "onload", "style"}
    assert "url(" not in markup
    assert "@import" not in markup


def test_the_page_tells_what_was_done_and_how_far_to_trust_it(run: Path, tmp_path: Path) -> None:
    text = Document(report(Request(run, tmp_path / "r.html")).read_text(encoding="utf-8")).text
    for said in (
        "3 predicted + 1 same + 1 skipped + 3 refused = 8 structures",
        "Ranked by the lower end of the 90 % interval",
        "are what the model says, not measurements",
        "Trained on nothing <b>at all</b>",
        "Files: folder",
        "no catalogue: nothing is said of what is known",
        "Screened with SC3D Desktop 1",
        "most sites: 400",
        "radioactive: no",
    ):
        assert said in text, said


def test_reasons_that_differ_in_names_only_are_one(run: Path, tmp_path: Path) -> None:
    text = Document(report(Request(run, tmp_path / "r.html")).read_text(encoding="utf-8")).text
    assert "3 refused" in text
    assert "2 4.cif, block “b4”: no cell length 4.1." in text
    assert "b5" not in text
    assert "1 skipped" in text
    assert "1 radioactive: Pu" in text


def test_badges_say_what_is_known(run: Path, catalogue: Path, tmp_path: Path) -> None:
    out = report(Request(run, tmp_path / "r.html", catalogue=catalogue))
    document = Document(out.read_text(encoding="utf-8"))
    badges = [given for _, given in document.elements if "badge" in (given.get("class") or "")]
    parents = [given["title"] for given in badges if given["class"] == "badge parent_of"]
    assert any("Ba0.6K0.4Fe2As2 38 K" in (said or "") for said in parents)
    for badge in ("known", "parent of known", "in training", "toxic", "air-sensitive"):
        assert badge in document.texts, badge


def test_the_papers_candidates_stand_beside_ours(run: Path, tmp_path: Path) -> None:
    text = Document(report(Request(run, tmp_path / "r.html")).read_text(encoding="utf-8")).text
    assert "Of the 27 candidates" in text
    assert "21 can be built" in text
    assert "strontium and titanium do not mix" in text


def test_a_page_of_another_models_run_says_so(run: Path, tmp_path: Path) -> None:
    model = AnyModel()
    model.name = "younger"
    steps = write_report(Request(run, tmp_path / "r.html"), model)
    for _ in steps:
        pass
    text = Document((tmp_path / "r.html").read_text(encoding="utf-8")).text
    assert "The card of sums is not at hand: the program has younger now." in text
    assert "Trained on" not in text.split("Method, limits")[1]


def test_a_run_that_was_stopped_is_said_to_be(tmp_path: Path) -> None:
    run = run_of(tmp_path / "r.sqlite", random_lines(5, 1), finished=False)
    text = Document(report(Request(run, tmp_path / "r.html")).read_text(encoding="utf-8")).text
    assert "has not reached the end" in text


def test_a_run_of_nothing_has_a_page(tmp_path: Path) -> None:
    run = run_of(tmp_path / "r.sqlite", [])
    text = Document(report(Request(run, tmp_path / "r.html")).read_text(encoding="utf-8")).text
    assert "= 0 structures" in text


@pytest.mark.skipif(web_browser.PATH is None, reason=web_browser.MISSING)
def test_a_browser_shows_the_page_and_runs_nothing_of_it(
    run: Path, catalogue: Path, tmp_path: Path
) -> None:
    page = report(Request(run, tmp_path / "r.html", catalogue=catalogue))
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
def test_a_browser_draws_the_page(run: Path, tmp_path: Path) -> None:
    from PIL import Image

    page = report(Request(run, tmp_path / "r.html"))
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
        (Files([Path(__file__)]), "Files: test_report.py"),
        (
            CatalogueEntries(Path(__file__), Query(must=frozenset({"Cu", "O"}))),
            "Catalogue: test_report.py, must: Cu, O",
        ),
        (CatalogueEntries(Path(__file__), Query()), "Catalogue: test_report.py, all of it"),
        (
            Optimade("https://x.org/v1", Asked(all_of=("Nb",)), "x"),
            "OPTIMADE: x at https://x.org, all of: Nb",
        ),
    ],
)
def test_sources_are_told_without_the_folders_of_the_machine(source: Any, said: str) -> None:
    assert source_words(json.loads(json.dumps(source.as_json()))) == said


def test_a_page_does_not_tell_the_folders_of_the_machine(run: Path, tmp_path: Path) -> None:
    assert "folder/" not in report(Request(run, tmp_path / "r.html")).read_text(encoding="utf-8")


# Structures


def made_run(tmp_path: Path) -> tuple[Path, Path]:
    folder = tmp_path / "sources"
    folder.mkdir()
    for i, a in enumerate((3.1, 3.3, 4.2)):
        text = cif(
            f"Nb1 Nb 0.1234 0.4321 0 1\nSn1 Sn 0 0 {i / 10 + 0.2731} 1", (a, a, 6, 90, 90, 90)
        )
        (folder / f"{i}.cif").write_text(text, encoding="utf-8")
    run = tmp_path / "r.sqlite"
    source = Files([folder])
    run_of(run, [], finished=False, sources=[source.as_json()])
    with RunStore.resume(run) as store:
        run_all(store, list(source.pieces()))
    return run, folder


@pytest.mark.parametrize("form", FORMATS)
def test_coordinates_are_in_no_report(form: str, tmp_path: Path) -> None:
    run, _ = made_run(tmp_path)
    out = report(Request(run, tmp_path / f"out.{form}", form))
    content = out.read_bytes()
    if form == "xlsx":
        with zipfile.ZipFile(out) as book:
            content = b"".join(book.read(name) for name in book.namelist())
    assert b"Nb" in content
    for secret in (b"1234", b"4321", b"2731", b"_atom_site"):
        assert secret not in content
    assert sorted(p.name for p in tmp_path.iterdir() if p.suffix == ".zip") == []


def test_structures_are_written_beside_where_so_asked(tmp_path: Path) -> None:
    run, folder = made_run(tmp_path)
    gone = folder / "1.cif"
    kept = {parse_cif(p.read_text(), p.name)[0] for p in folder.iterdir() if p != gone}
    gone.unlink()
    request = Request(run, tmp_path / "out.csv", "csv", with_structures=True)
    report(request)
    with zipfile.ZipFile(request.archive) as archive:
        names = archive.namelist()
        texts = [archive.read(n).decode() for n in names if n.endswith(".cif")]
        assert "1.cif is not there any more" in archive.read("MISSING.txt").decode()
        assert "must not be passed on" in archive.read("TERMS.txt").decode()
    found = sorted((parse_cif(t, "x")[0] for t in texts), key=lambda c: c.volume)
    for crystal, expected in zip(found, sorted(kept, key=lambda c: c.volume), strict=True):
        assert_same_crystal(crystal, expected)


# Whole or not at all


def left(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir() if "sqlite" not in p.name)


class Broken(AnyModel):
    def predict(self, crystals: Any) -> Any:
        raise Sc3dError("It broke.")


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_is_left_of_a_report_that_failed(
    form: str, run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / f"out.{form}"
    out.write_text("an earlier one")
    with pytest.raises(Sc3dError, match="It broke"):
        for _ in write_report(Request(run, out, form), Broken()):
            pass

    def full(*_: object) -> Generator[None, None, None]:
        yield None
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sc3d_desktop.screening.report.write.candidates", full)
    with pytest.raises(ScreeningError, match="No space left"):
        report(Request(run, out, form))
    assert left(tmp_path) == [out.name]
    assert out.read_text() == "an earlier one"


def test_a_report_that_is_stopped_leaves_nothing(run: Path, tmp_path: Path) -> None:
    request = Request(run, tmp_path / "out.csv", "csv", with_structures=True)
    steps = write_report(request, AnyModel())
    while "lines written" not in next(steps):
        pass
    steps.close()
    assert left(tmp_path) == []


def test_a_report_is_of_one_moment_of_a_run_that_goes_on(tmp_path: Path) -> None:
    run = run_of(tmp_path / "r.sqlite", random_lines(40, 1), finished=False)
    steps = write_report(Request(run, tmp_path / "r.xlsx", "xlsx"), AnyModel())
    next(steps)
    said = next(steps)
    assert "lines read" in said
    with RunStore.resume(run) as store:
        store.write(random_lines(40, 2, start=40), 80)
    for _ in steps:
        pass
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    best, refused, about = (list(sheet.values) for sheet in book)
    book.close()
    counts = str(dict(row[:2] for row in about)["Counts"])
    assert counts.endswith("= 40 structures")
    assert f"{len(best) - 1} predicted" in counts
    assert f"{len(refused) - 1} refused" in counts


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"format": "pdf"}, "no format"),
        ({"best": 0}, "at least one line"),
        ({"out": Path("/no/such/folder/r.html")}, "could not be written"),
        ({"run": Path("none.sqlite")}, "There is no run"),
    ],
)
def test_a_wrong_request_is_told(
    change: dict[str, Any], said: str, run: Path, tmp_path: Path
) -> None:
    request = replace(Request(run, tmp_path / "r.html"), **change)
    with pytest.raises(ScreeningError, match=said):
        report(request)
    assert left(tmp_path) == []

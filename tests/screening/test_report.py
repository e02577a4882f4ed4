"""Reports say what the run holds, run nothing in a spreadsheet, and are written whole."""

from __future__ import annotations

import zipfile
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from crystal_cases import assert_same_crystal, cif
from line_cases import AnyModel, random_lines, run_of
from run_reports import FORMULA_OF_A_SHEET, report, table_of
from screening_cases import run_all

from sc3d_desktop.crystal.cif import parse_cif
from sc3d_desktop.errors import Sc3dError, ScreeningError
from sc3d_desktop.screening.ranking import Wanted, ranking_of
from sc3d_desktop.screening.report import FORMATS, Request, write_report
from sc3d_desktop.screening.report.table import HEADINGS, REFUSED_HEADINGS
from sc3d_desktop.screening.sources import Files
from sc3d_desktop.screening.store import RunStore

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


def test_only_the_best_are_told_where_so_asked(reported_run: Path, tmp_path: Path) -> None:
    rows = table_of(report(Request(reported_run, tmp_path / "r.csv", "csv", best=2)))
    assert [row["formula"] for row in rows] == ["MgB2", "BaFe2As2"]


def test_filters_after_the_prediction_apply(
    reported_run: Path, starter_catalogue: Path, tmp_path: Path
) -> None:
    wanted = Wanted(hide_known=True, hide_trained=True)
    out = report(
        Request(reported_run, tmp_path / "r.csv", "csv", wanted=wanted, catalogue=starter_catalogue)
    )
    assert [row["formula"] for row in table_of(out)] == ["NaCl"]


def test_known_parents_and_relatives_are_told(
    reported_run: Path, starter_catalogue: Path, tmp_path: Path
) -> None:
    rows = table_of(
        report(Request(reported_run, tmp_path / "r.csv", "csv", catalogue=starter_catalogue))
    )
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


def test_no_spreadsheet_runs_what_a_file_is_called(reported_run: Path, tmp_path: Path) -> None:
    rows = table_of(report(Request(reported_run, tmp_path / "r.csv", "csv")))
    assert f"'{FORMULA_OF_A_SHEET}" in [row["identifier"] for row in rows]
    book = openpyxl.load_workbook(report(Request(reported_run, tmp_path / "r.xlsx", "xlsx")))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert FORMULA_OF_A_SHEET in [cell.value for cell in cells]
    assert "f" not in {cell.data_type for cell in cells}
    book.close()


def test_xlsx_has_candidates_ledger_and_provenance(reported_run: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(report(Request(reported_run, tmp_path / "r.xlsx", "xlsx")))
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
    form: str, reported_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / f"out.{form}"
    out.write_text("an earlier one")
    with pytest.raises(Sc3dError, match="It broke"):
        for _ in write_report(Request(reported_run, out, form), Broken()):
            pass

    def full(*_: object) -> Generator[None, None, None]:
        yield None
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sc3d_desktop.screening.report.write.candidates", full)
    with pytest.raises(ScreeningError, match="No space left"):
        report(Request(reported_run, out, form))
    assert left(tmp_path) == [out.name]
    assert out.read_text() == "an earlier one"


def test_a_report_that_is_stopped_leaves_nothing(reported_run: Path, tmp_path: Path) -> None:
    request = Request(reported_run, tmp_path / "out.csv", "csv", with_structures=True)
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
    change: dict[str, Any], said: str, reported_run: Path, tmp_path: Path
) -> None:
    request = replace(Request(reported_run, tmp_path / "r.html"), **change)
    with pytest.raises(ScreeningError, match=said):
        report(request)
    assert left(tmp_path) == []

"""What the dialog of the hand-off asks, refuses and tells, and where it is reached from."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from disordered_cifs import HG1223, LSCO, MGALB2, Disordered
from hand_off_window import choose_row, click, finished, opened, planned, type_number
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from window_cases import formulas, select, settle

from sc3d_desktop.jobs import Export, Job, Progress
from sc3d_desktop.window import MainWindow
from sc3d_desktop.window.banner import Subject


@dataclass(frozen=True)
class Held(Job[None]):
    """Keeps the engine busy until the gate opens."""

    gate: Any

    @property
    def title(self) -> str:
        return "hold"

    def run(self, services: Any) -> Generator[Any, None, None]:
        self.gate.wait(20)
        yield Progress(0, 0)


@pytest.fixture
def opening(user: Any, window: MainWindow, tmp_path: Path, qtbot: QtBot) -> Any:
    """Opens a crystal and its dialog."""
    window.session.settings.hand_off_folder = str(tmp_path)

    def open_it(given: Disordered | Path) -> Any:
        user.drop(given if isinstance(given, Path) else given.write(tmp_path))
        return opened(window, qtbot)

    return open_it


def test_nothing_is_chosen_where_no_cell_is_exact(opening: Any) -> None:
    dialog = opening(HG1223)
    assert dialog.cells.way is None
    assert "No cell of up to 200 atoms is exact" in dialog.cells.why.text()
    assert not dialog.export.isEnabled()
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert dialog.isVisible()
    choose_row(dialog, 65)
    assert dialog.cells.sites.item(0, 4).text() == "-0.0200"
    assert not dialog.export.isEnabled()
    click(dialog.cells.accept)
    assert dialog.export.isEnabled()
    choose_row(dialog, 49)
    assert not dialog.export.isEnabled(), "another difference is to be taken anew"


def test_the_share_of_each_mixed_site_stands_beside_what_was_asked_for(opening: Any) -> None:
    dialog = opening(LSCO)
    choose_row(dialog, 91)
    table = dialog.cells.sites
    rows = [[table.item(n, k).text() for k in range(5)] for n in range(table.rowCount())]
    assert sorted(rows) == [
        ["La1", "La", "0.9250", "0.9231", "-0.0019"],
        ["La1", "Sr", "0.0750", "0.0769", "+0.0019"],
    ]
    assert "oxidation states make sense here" in dialog.cells.why.text()


def test_other_limits_give_other_cells(opening: Any, window: MainWindow, qtbot: QtBot) -> None:
    dialog = opening(MGALB2)
    assert dialog.cells.chosen.option.n_sites == 30
    type_number(dialog.cells.limits.most, 24)
    planned(window, qtbot)
    assert dialog.cells.cells.rowCount() == 3
    assert dialog.cells.chosen is None
    type_number(dialog.cells.limits.most, 2)
    planned(window, qtbot)
    assert dialog.cells.cells.rowCount() == 0
    assert "Al" in dialog.cells.problem.text()
    assert not dialog.export.isEnabled()


def test_a_method_that_would_not_end_is_refused_with_the_alternative(
    opening: Any, window: MainWindow, qtbot: QtBot
) -> None:
    dialog = opening(LSCO)
    type_number(dialog.cells.limits.least, 350)
    type_number(dialog.cells.limits.most, 900)
    method = dialog.cells.limits.method
    method.setFocus()
    QTest.keyClick(method, Qt.Key.Key_Down)
    planned(window, qtbot)
    table = dialog.cells.cells
    (row,) = [n for n in range(table.rowCount()) if table.item(n, 2).text() == "exact"]
    at = table.visualItemRect(table.item(row, 0)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert table.item(row, 4).text() == "not possible"
    assert "are enumerated" in dialog.cells.why.text()
    assert "quasirandom" in dialog.cells.why.text()
    assert not dialog.export.isEnabled()
    QTest.keyClick(method, Qt.Key.Key_Up)
    planned(window, qtbot)
    assert table.item(row, 4).text() == "SQS"
    assert dialog.export.isEnabled()


def test_a_plan_can_be_stopped_and_made_again(
    opening: Any, window: MainWindow, qtbot: QtBot, model: Any
) -> None:
    dialog = opening(MGALB2)
    model.gate.clear()
    window.session.engine.submit(Held(model.gate))
    type_number(dialog.cells.limits.most, 60)
    assert not dialog.export.isEnabled()
    click(dialog.cells.stop)
    assert "Stopped" in dialog.cells.doing.text()
    model.gate.set()
    planned(window, qtbot)
    assert dialog.cells.cells.rowCount() == 0
    type_number(dialog.cells.limits.most, 61)
    planned(window, qtbot)
    assert dialog.cells.chosen.option.n_sites == 30


def test_enter_takes_what_is_proposed_and_the_next_folder_has_another_name(
    opening: Any, window: MainWindow, mgb2: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    dialog = opening(mgb2)
    assert dialog.cells is None
    assert "POTCAR.spec" in dialog.supplies.text()
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    _, hint = finished(window, qtbot)
    assert "MgB2: 1 calculation (ordered)." in hint
    assert (tmp_path / "MgB2-vasp/1-relax/POTCAR.spec").is_file()
    assert opened(window, qtbot).target.path == tmp_path / "MgB2-vasp-2"


def test_a_potential_that_the_folder_lacks_is_told_before_anything_is_written(
    opening: Any, mgb2: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "library").mkdir()
    monkeypatch.setenv("PMG_VASP_PSP_DIR", str(tmp_path / "library"))
    said = opening(mgb2).supplies.text()
    assert "no PBE_54 potential Mg_pv, B. So POTCAR.spec and the script make_potcars.sh" in said


def test_choices_are_in_what_is_written(
    opening: Any, window: MainWindow, mgb2: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    dialog = opening(mgb2)
    inputs = dialog.inputs
    for box, keys in ((inputs.preset, 2), (inputs.meshes, 1), (inputs.scripts, 1)):
        box.setFocus()
        for _ in range(keys):
            QTest.keyClick(box, Qt.Key.Key_Down)
    click(inputs.steps["static"])
    assert [name for name, box in inputs.steps.items() if box.isChecked()] == ["relax"]
    click(inputs.steps["dos"])
    assert inputs.steps["static"].isChecked()
    click(dialog.export)
    finished(window, qtbot)
    folder = tmp_path / "MgB2-vasp"
    chosen = json.loads((folder / "record.json").read_text())["options"]
    assert chosen["preset"] == "screening"
    assert chosen["steps"] == ["relax", "static", "dos"]
    assert (folder / "3-dos/KPOINTS").is_file()
    assert (folder / "run.slurm").is_file()
    assert not (folder / "run.pbs").exists()


def test_a_u_that_is_none_and_a_folder_that_is_taken_are_told_in_the_dialog(
    opening: Any, mgb2: Path, tmp_path: Path
) -> None:
    dialog = opening(mgb2)
    for typed, said in (("Cu", "is not a Hubbard U"), ("B=3", "no d or f"), ("Xx=2", "“Xx”")):
        dialog.inputs.hubbard.clear()
        QTest.keyClicks(dialog.inputs.hubbard, typed)
        click(dialog.export)
        assert said in dialog.problem.text()
        assert dialog.isVisible()
    dialog.inputs.hubbard.clear()
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "OUTCAR").write_text("three weeks of work")
    dialog.target.line.selectAll()
    QTest.keyClicks(dialog.target.line, str(tmp_path / "taken"))
    click(dialog.export)
    assert "not an empty folder" in dialog.problem.text()
    assert [p.name for p in (tmp_path / "taken").iterdir()] == ["OUTCAR"]


def test_quantum_espresso_has_presets_of_its_own_and_no_kspacing(
    user: Any, window: MainWindow, mgb2: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    window.session.settings.hand_off_folder = str(tmp_path)
    user.drop(mgb2)
    window.commands["file.qe"].trigger()
    dialog = planned(window, qtbot)
    assert dialog.inputs.preset.count() == 2
    assert not dialog.inputs.meshes.isVisible()
    assert "B.UPF" in dialog.supplies.text()
    click(dialog.export)
    message, _ = finished(window, qtbot)
    assert "Quantum ESPRESSO" in message
    assert (tmp_path / "MgB2-qe/1-relax/pw.in").is_file()


def test_an_export_is_a_job_that_can_be_cancelled_and_leaves_nothing(
    opening: Any, window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    dialog = opening(LSCO)
    click(dialog.export)
    (job_id,) = [i for i, job in window.session.engine.jobs().items() if isinstance(job, Export)]
    qtbot.waitUntil(lambda: job_id in window.job_bar.rows)
    click(window.job_bar.rows[job_id].button)
    qtbot.waitUntil(lambda: not window.session.engine.jobs(), timeout=30_000)
    assert not list(tmp_path.glob("*-vasp*"))
    assert not list(tmp_path.glob(".hand-off*"))
    assert not window.banners[Subject.DONE].isVisible()


def test_the_folder_is_remembered(
    opening: Any, window: MainWindow, mgb2: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "calculations").mkdir()
    window.files.ask.folder = lambda _title: tmp_path / "calculations"  # type: ignore[method-assign]
    dialog = opening(mgb2)
    click(dialog.target.browse)
    click(dialog.export)
    finished(window, qtbot)
    assert opened(window, qtbot).target.path.parent == tmp_path / "calculations"


def test_an_entry_of_the_browser_is_handed_off_from_its_card(
    filled: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    filled.session.settings.hand_off_folder = str(tmp_path)
    browser = filled.session.browser
    ids, there = browser.ids.tolist(), formulas(filled)
    select(filled, next(f for f, i in zip(there, ids, strict=True) if browser.crystal(i)))
    button = filled.browser.card.vasp
    qtbot.waitUntil(lambda: button.isVisible() and button.isEnabled())
    click(button)
    dialog = planned(filled, qtbot)
    assert len(dialog.crystals) == 1
    QTest.keyClick(dialog, Qt.Key.Key_Escape)


def test_selected_entries_go_into_one_archive_and_those_without_a_structure_are_told(
    filled: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    filled.session.settings.hand_off_folder = str(tmp_path)
    table = filled.browser.table
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    chosen = filled.browser.chosen.tolist()
    structures = [c for c in map(filled.session.browser.crystal, chosen) if c is not None]
    filled.commands["data.vasp"].trigger()
    dialog = planned(filled, qtbot)
    assert len(dialog.crystals) == len(structures) > 1
    left = len(chosen) - len(structures)
    assert (f"{left:,} of {len(chosen):,}" in dialog.left_out.text()) == bool(left)
    click(dialog.export)
    message, hint = finished(filled, qtbot)
    (archive,) = tmp_path.glob("*.zip")
    assert str(archive) in message
    with zipfile.ZipFile(archive) as opened_again:
        index = opened_again.read("index.csv").decode()
    assert "Furthest from its composition" in hint
    assert all(name.key in index for name in structures)
    settle(filled, qtbot)

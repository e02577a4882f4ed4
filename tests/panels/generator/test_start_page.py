"""The form: what is typed and clicked becomes a request, and what is wrong with it is said."""

from __future__ import annotations

from pathlib import Path

from generated_cases import ordered, random_run
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDoubleSpinBox
from pytestqt.qtbot import QtBot

from sc3d_desktop.errors import ModelError
from sc3d_desktop.panels.generator import Generator
from sc3d_desktop.state.generation import Generation
from sc3d_desktop.state.request_plan import USUALLY_EXCLUDED, RequestPlan
from sc3d_desktop.viz.element_filter import ElementFilter

LEFT = Qt.MouseButton.LeftButton


def click(widget: object) -> None:
    QTest.mouseClick(widget, LEFT)  # type: ignore[call-overload]


def type_number(box: QDoubleSpinBox, text: str) -> None:
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, text)


def click_element(table: ElementFilter, symbol: str) -> None:
    QTest.mouseClick(table, LEFT, pos=table.cell(symbol).center().toPoint())


def test_one_click_on_start_asks_for_twenty_candidates(
    panel: Generator, plan: RequestPlan, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(panel.begin.start_wanted):
        click(panel.begin.start)
    assert plan.request.count == 20
    assert plan.request.tc_kelvin is None


def test_what_is_typed_is_asked_for(panel: Generator, plan: RequestPlan) -> None:
    form = panel.begin.form
    click(form.highest)
    type_number(form.tc, "77")
    type_number(form.count, "55")
    type_number(form.most, "12")
    type_number(form.seed, "4242")
    type_number(form.guidance, "3.5")
    form.formula.setFocus()
    QTest.keyClicks(form.formula, "LaH10")
    asked = plan.request
    assert (asked.tc_kelvin, asked.count, asked.most_atoms) == (77.0, 55, 12)
    assert (asked.seed, asked.guidance, asked.formula) == (4242, 3.5, "LaH10")
    click(form.highest)
    assert plan.request.tc_kelvin is None


def test_what_cannot_be_made_is_said_while_it_is_typed_and_start_waits(
    panel: Generator, plan: RequestPlan
) -> None:
    page, form = panel.begin, panel.begin.form
    form.formula.setFocus()
    QTest.keyClicks(form.formula, "HgBa2CuO4")
    assert page.problem.isVisible()
    assert "Hg" in page.problem.text()
    assert not page.start.isEnabled()
    click(form.elements.all)
    assert not page.problem.isVisible()
    assert page.start.isEnabled()
    assert plan.request.excluded == ()


def test_warnings_leave_start_to_the_user(panel: Generator) -> None:
    form = panel.begin.form
    click(form.highest)
    type_number(form.tc, "600")
    assert panel.begin.warnings.isVisible()
    assert "600 K" in panel.begin.warnings.text()
    assert panel.begin.start.isEnabled()


def test_elements_are_chosen_in_the_table_and_said_beside_the_button(
    panel: Generator, plan: RequestPlan
) -> None:
    button = panel.begin.form.elements
    assert button.said.text() == "without radioactive and toxic elements"
    click(button.choose)
    assert button.popup is not None
    table = button.popup.table
    click_element(table, "La")
    assert plan.request.required == ("La",)
    assert "with La" in button.said.text()
    click_element(table, "Hg")  # from must not to no wish
    assert "Hg" not in plan.request.excluded
    assert "Tl" in plan.request.excluded
    button.popup.hide()
    click(button.usual)
    assert plan.request.required == ()
    assert set(plan.request.excluded) == set(USUALLY_EXCLUDED)


def test_the_dice_throw_another_seed(panel: Generator, plan: RequestPlan) -> None:
    seeds = set()
    for _ in range(4):
        click(panel.begin.form.dice)
        seeds.add(plan.request.seed)
    assert len(seeds) > 1
    assert panel.begin.form.seed.value() == plan.request.seed


def test_the_sampler_of_the_paper_has_its_own_steps(panel: Generator, plan: RequestPlan) -> None:
    form = panel.begin.form
    form.sampler.setFocus()
    QTest.keyClick(form.sampler, Qt.Key.Key_Down)
    assert plan.request.sampling == "paper"
    assert not form.steps.isEnabled()


def test_the_open_structure_can_be_begun_with(panel: Generator, plan: RequestPlan) -> None:
    beginning, form = panel.begin.beginning, panel.begin.form
    assert not beginning.wanted.isEnabled()
    crystal = ordered(3, 3)
    plan.use_crystal(crystal)
    click(beginning.wanted)
    beginning.change.setFocus()
    QTest.keyClick(beginning.change, Qt.Key.Key_Home)
    click(beginning.symmetry)
    start = plan.request.start
    assert start is not None
    assert (start.crystal, start.change, start.keep_symmetry) == (crystal, 0.02, True)
    assert not form.formula.isEnabled()
    assert not form.most.isEnabled()


def test_the_time_is_told_once_a_run_has_shown_how_fast_it_goes(
    panel: Generator, plan: RequestPlan, generation: Generation
) -> None:
    assert "after the first run" in panel.begin.estimate.text()
    plan.ask(guidance=2.0)
    generation.rate = 0.01
    generation.show_runs(())
    assert panel.begin.estimate.text() == "Takes about 80 s."
    plan.ask(count=2000)
    assert panel.begin.estimate.text() == "Takes about 2.2 h."


def test_missing_weights_are_said_beside_the_form(panel: Generator) -> None:
    panel.begin.show_failure(ModelError("There are no weights.", "Train some."))
    assert panel.begin.failure.isVisible()
    assert panel.begin.failure.text() == "There are no weights. Train some."


def test_earlier_runs_are_opened_gone_on_with_and_deleted_with_a_second_click(
    panel: Generator, generation: Generation, tmp_path: Path, qtbot: QtBot
) -> None:
    runs = panel.begin.runs
    done, cut = random_run(tmp_path / "a", 3), random_run(tmp_path / "b", 4, finished=False)
    generation.show_runs((done, cut))
    texts = [runs.lines.topLevelItem(i).text(1) for i in range(2)]
    assert texts == ["finished, 3", "stopped at 4 of 9"]
    assert not runs.resume.isEnabled()
    panel.begin.ensureWidgetVisible(runs)
    with qtbot.waitSignal(runs.open_wanted) as opened:
        click(runs.open)
    assert opened.args == [done.folder]
    runs.lines.setCurrentItem(runs.lines.topLevelItem(1))
    with qtbot.waitSignal(runs.resume_wanted) as resumed:
        click(runs.resume)
    assert resumed.args == [cut.folder]
    deleted: list[Path] = []
    runs.delete_wanted.connect(deleted.append)
    click(runs.delete)
    click(runs.delete)
    assert deleted == [], "a double click asks only once"
    QTest.qWait(QApplication.doubleClickInterval() + 50)
    click(runs.delete)
    assert deleted == [cut.folder]


def test_a_recipe_fills_the_form_and_a_change_of_it_is_said(
    panel: Generator, plan: RequestPlan
) -> None:
    page = panel.begin
    type_number(page.form.count, "7")
    click(page.form.highest)
    type_number(page.form.tc, "40")
    page.recipe.ask_name = lambda: "warm ones"  # type: ignore[method-assign]
    click(page.recipe.save)
    type_number(page.form.count, "9")
    assert page.recipe.changed.isVisible()
    plan.ask(tc_kelvin=None, most_atoms=5)
    page.recipe.names.setFocus()
    QTest.keyClick(page.recipe.names, Qt.Key.Key_Up)
    QTest.keyClick(page.recipe.names, Qt.Key.Key_Down)
    assert page.recipe.names.currentText() == "warm ones"
    assert not page.recipe.changed.isVisible()
    assert (page.form.count.value(), page.form.tc.value()) == (7, 40)
    assert (plan.request.most_atoms, plan.request.recipe) == (20, "")

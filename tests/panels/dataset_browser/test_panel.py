"""Filters, charts and card together: what one shows the others follow."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from browser_cases import reload
from PySide6.QtCore import QObject, QPoint, QPointF, QRect, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sc3d_desktop.data.catalogue import Catalogue
from sc3d_desktop.data.entry import StoredPrediction
from sc3d_desktop.data.query import Query
from sc3d_desktop.panels.dataset_browser import DatasetBrowser
from sc3d_desktop.panels.dataset_browser.card_text import card_html, doi_of
from sc3d_desktop.panels.dataset_browser.charts import Charts
from sc3d_desktop.state.browser import Browser

LEFT = Qt.MouseButton.LeftButton
ENTRY, TC, ELEMENTS, SHARES, PREDICTED = range(5)


def shown(browser: Browser, qtbot: QtBot) -> DatasetBrowser:
    panel = DatasetBrowser(browser)
    qtbot.addWidget(panel)
    panel.resize(560, 900)
    panel.show()
    panel.add_plots(False)
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    return panel


@pytest.fixture
def panel(browser: Browser, qtbot: QtBot) -> Iterator[DatasetBrowser]:
    yield shown(browser, qtbot)
    QTest.qWait(60)  # the card may still be waiting for its entry


def formulas(browser: Browser, ids: np.ndarray) -> set[str]:
    with Catalogue.open(browser.path) as catalogue:
        return {row.formula for row in catalogue.rows(ids)}


# Filters


def test_a_question_from_elsewhere_is_shown_in_lines_chips_and_count(
    browser: Browser, panel: DatasetBrowser
) -> None:
    browser.ask(Query(text="yeh", formula="Fe-Se", must=frozenset({"Fe"})))
    bar = panel.filters
    assert (bar.text.text(), bar.formula.text()) == ("yeh", "Fe-Se")
    assert [chip.text for chip in bar.chips.chips] == ["“yeh”", "Fe-Se", "with Fe"]
    assert bar.count.text() == "0 of 12"
    assert panel.message.isVisible()
    QTest.mouseClick(bar.clear, LEFT)
    assert browser.query == Query()
    assert bar.text.text() == ""
    assert not bar.clear.isVisible()
    assert not panel.message.isVisible()


def test_what_is_no_formula_is_explained_and_finds_nothing(
    browser: Browser, panel: DatasetBrowser, qtbot: QtBot
) -> None:
    line = panel.filters.formula
    line.setFocus()
    QTest.keyClicks(line, "Xx2")
    qtbot.waitUntil(lambda: len(browser.ids) == 0)
    assert panel.filters.problem.isVisible()
    assert "“Xx2” is neither a formula nor a chemical system" in panel.filters.problem.text()
    QTest.keyClick(line, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: len(browser.ids) == 12)
    assert not panel.filters.problem.isVisible()


def test_the_form_asks_for_ranges_flags_and_classes(
    browser: Browser, panel: DatasetBrowser, qtbot: QtBot
) -> None:
    panel.filters.open_filters()
    form = panel.filters.filter_form
    assert form is not None
    for line, text in ((form.tc.low, "8"), (form.tc.high, "9.5"), (form.space_group, "P4/nmm")):
        line.setFocus()
        QTest.keyClicks(line, text)
    qtbot.waitUntil(lambda: browser.query.space_group == "P4/nmm")
    assert browser.query.tc_kelvin == (8.0, 9.5)
    assert formulas(browser, browser.ids) == {"FeSe"}
    form.space_group.clear()
    form.superconducting.setFocus()
    QTest.keyClick(form.superconducting, Qt.Key.Key_Down)
    form.superconducting.activated.emit(1)
    assert browser.query.superconducting is True
    form.hide()
    browser.ask(Query(disorders=frozenset({"SD"})))
    form.show_query(browser.query)
    assert form.tc.low.text() == ""
    assert form.disorders.boxes["SD"].isChecked()
    assert form.superconducting.currentIndex() == 0


def test_a_question_is_saved_asked_again_and_forgotten(
    browser: Browser, panel: DatasetBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    bar = panel.filters
    iron = Query(must=frozenset({"Fe"}))
    browser.ask(iron)
    monkeypatch.setattr(bar, "ask_name", lambda: "iron")
    bar.save_question()
    browser.ask(Query())
    bar._saved_menu.aboutToShow.emit()
    saved = next(a for a in bar._saved_menu.actions() if a.text() == "iron")
    saved.trigger()
    assert browser.query == iron
    forget = next(a for a in bar._saved_menu.actions() if a.text() == "Forget").menu()
    forget.actions()[0].trigger()
    assert browser.saved_queries() == {}


def test_down_and_enter_leave_the_search_for_the_first_row(
    browser: Browser, panel: DatasetBrowser
) -> None:
    panel.filters.text.setFocus()
    QTest.keyClicks(panel.filters.text, "cu")
    QTest.keyClick(panel.filters.text, Qt.Key.Key_Return)
    assert browser.query.text == "cu"
    assert panel.table.hasFocus()
    assert browser.selection.tolist() == [browser.ids[0]]


# Charts


def drag(widget: QWidget, box: QRect) -> None:
    QTest.mousePress(widget, LEFT, pos=box.topLeft())
    QTest.mouseMove(widget, box.center())
    QTest.mouseMove(widget, box.bottomRight())
    QTest.mouseRelease(widget, LEFT, pos=box.bottomRight())


def pixel(charts: Charts, chart: str, x: float, y: float) -> QPoint:
    """Where a point of a chart is in its viewport."""
    plot = getattr(charts, chart).plot
    return plot.mapFromScene(plot.plotItem.vb.mapViewToScene(QPointF(x, y)))


def test_a_click_on_a_bar_selects_its_family_and_a_band_selects_all(
    browser: Browser, panel: DatasetBrowser, qtbot: QtBot
) -> None:
    charts = panel.charts
    charts.setCurrentIndex(TC)
    qtbot.wait(20)
    viewport = charts.histogram.plot.viewport()
    place = int(np.searchsorted(charts.histogram.edges, 9.25)) - 1
    middle = float(np.mean(np.log10(charts.histogram.edges[place : place + 2])))
    QTest.mouseClick(viewport, LEFT, pos=pixel(charts, "histogram", middle, 0.5))
    assert formulas(browser, browser.selection) == {"Nb"}
    corners = pixel(charts, "histogram", 1.5, 3.0), pixel(charts, "histogram", 3.0, 0.2)
    drag(viewport, QRect(*corners))
    warm = {"FeSe", "MgB2", "YBa2Cu3O7", "La1.85Sr0.15CuO4", "LaH10", "Ba0.6K0.4Fe2As2"}
    assert formulas(browser, browser.selection) == warm
    assert len(panel.table.selectionModel().selectedRows()) == len(warm)
    top = pixel(charts, "histogram", middle, 3.9)
    QTest.mouseClick(viewport, LEFT, pos=top)
    assert len(browser.selection) == 0


def test_an_element_and_a_share_select_their_rows(
    browser: Browser, panel: DatasetBrowser, qtbot: QtBot
) -> None:
    charts = panel.charts
    charts.setCurrentIndex(ELEMENTS)
    at = charts.elements.cell("La").center().toPoint()
    QTest.mouseClick(charts.elements, LEFT, pos=at)
    assert formulas(browser, browser.selection) == {"La1.85Sr0.15CuO4", "LaH10"}
    assert charts.elements._marked == {"La", "Sr", "Cu", "O", "H"}
    charts.setCurrentIndex(SHARES)
    qtbot.wait(20)
    boxes = charts.shares._legend_boxes(1)
    box = next(b for share, b in boxes if share.key == "heavy_fermion")
    QTest.mouseClick(charts.shares, LEFT, pos=box.center().toPoint())
    assert formulas(browser, browser.selection) == {"CeCoIn5"}
    QTest.mouseClick(charts.shares, LEFT, pos=charts.shares._circle(0).center().toPoint())
    assert len(browser.selection) == 0


def test_a_band_over_points_selects_them_and_rows_are_marked_in_the_chart(
    browser: Browser, panel: DatasetBrowser, qtbot: QtBot
) -> None:
    with Catalogue.open(browser.path) as catalogue:
        known = [(r.id, r.tc_high_kelvin) for r in catalogue.rows(browser.ids) if r.tc_high_kelvin]
        guesses = [(i, StoredPrediction(tc * 1.5, tc, tc * 2)) for i, tc in known]
        catalogue.put_predictions("m", guesses)
    browser.model = "m"
    reload(browser)
    charts = panel.charts
    charts.setCurrentIndex(PREDICTED)
    qtbot.wait(20)
    x = float(np.log10(92.0))
    y = x + float(np.log10(1.5))
    viewport = charts.parity.plot.viewport()
    QTest.mouseClick(viewport, LEFT, pos=pixel(charts, "parity", x, y))
    assert formulas(browser, browser.selection) == {"YBa2Cu3O7"}
    assert charts.parity._marked.sum() == 1
    box = QRect(pixel(charts, "parity", 0.2, 1.1), pixel(charts, "parity", 1.1, 0.3))
    drag(viewport, box)
    assert formulas(browser, browser.selection) == {"CeCoIn5", "Pb"}
    browser.select(browser.ids)
    assert charts.parity._marked.all()


def test_charts_follow_the_question_when_they_are_looked_at(
    browser: Browser, panel: DatasetBrowser
) -> None:
    charts = panel.charts
    charts.setCurrentIndex(ELEMENTS)
    browser.ask(Query(must=frozenset({"Fe"})))
    assert charts.elements.count("Fe") == 4
    assert charts.elements.count("Nb") == 0
    charts.setCurrentIndex(ENTRY)
    browser.ask(Query())
    assert charts.elements.count("Nb") == 0  # not drawn anew while out of sight
    charts.setCurrentIndex(ELEMENTS)
    assert charts.elements.count("Nb") == 1


def test_a_selection_in_too_many_pieces_becomes_a_filter(large: Browser, qtbot: QtBot) -> None:
    panel = shown(large, qtbot)
    scattered = large.ids[::2]
    large.select(scattered)
    assert large.ids.tolist() == scattered.tolist()
    (chip,) = panel.filters.chips.chips
    assert chip.text == f"{len(scattered):,} marked"
    QTest.qWait(60)


# The card


class Links(QObject):
    """Stands in for the web browser."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(url.toString())


def test_the_card_shows_reports_with_pressure_and_links(
    browser: Browser, panel: DatasetBrowser, qtbot: QtBot
) -> None:
    browser.select(browser.ids[[1]])
    qtbot.waitUntil(lambda: panel.card.entry is not None)
    text = panel.card.text.toPlainText()
    for said in ("36.7 K", "8.9 GPa", "Medvedev 2009", "8.50 K", "ambient", "CC0"):
        assert said in text
    assert not panel.card.picture.pixmap().isNull()
    links = Links()
    QDesktopServices.setUrlHandler("https", links, "open")
    panel.card.text.setFocus()
    QTest.keyClick(panel.card.text, Qt.Key.Key_Tab)
    QTest.keyClick(panel.card.text, Qt.Key.Key_Return)
    QDesktopServices.unsetUrlHandler("https")
    assert links.opened == ["https://doi.org/10.1038/nmat2491"]


def test_an_entry_without_a_structure_has_no_picture_and_cannot_be_opened(
    browser: Browser, panel: DatasetBrowser, qtbot: QtBot
) -> None:
    browser.select(browser.ids[[11]])
    qtbot.waitUntil(lambda: panel.card.entry is not None)
    assert panel.card.picture.text() == "No structure"
    assert not panel.card.open.isEnabled()
    assert "A remark." in panel.card.text.toPlainText()


def test_the_card_follows_the_arrows_and_space_puts_it_away(
    browser: Browser, panel: DatasetBrowser, qtbot: QtBot
) -> None:
    panel.table.setFocus()
    panel.table.selectRow(0)
    QTest.keyClick(panel.table, Qt.Key.Key_Down)
    wanted = browser.ids[1]
    qtbot.waitUntil(lambda: panel.card.entry is not None and panel.card.entry.row.id == wanted)
    QTest.keyClick(panel.table, Qt.Key.Key_Space)
    assert not panel.charts.isVisible()
    QTest.keyClick(panel.table, Qt.Key.Key_Space)
    assert panel.card.isVisible()
    panel.charts.setCurrentIndex(TC)
    QTest.keyClick(panel.table, Qt.Key.Key_Space)
    assert panel.card.isVisible()


def test_a_tag_typed_on_the_card_is_asked_for(
    browser: Browser, panel: DatasetBrowser, qtbot: QtBot
) -> None:
    browser.select(browser.ids[[3]])
    qtbot.waitUntil(lambda: panel.card.entry is not None)
    panel.card.tag.setFocus()
    QTest.keyClicks(panel.card.tag, "to make")
    with qtbot.waitSignal(panel.tag_wanted) as wanted:
        QTest.keyClick(panel.card.tag, Qt.Key.Key_Return)
    assert wanted.args == [[int(browser.ids[3])], "to make", True]


def test_what_comes_from_outside_is_never_markup(browser: Browser) -> None:
    from dataclasses import replace

    entry = browser.entry(int(browser.ids[1]))
    evil = replace(
        entry,
        notes=("<img src=x>",),
        measurements=(replace(entry.measurements[0], reference="<b>x</b>", doi='10.1/"><i>'),),
    )
    html = card_html(evil)
    assert "<img" not in html
    assert "<b>x</b>" not in html
    assert '10.1/">' not in html


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("10.1038/nmat2491", "10.1038/nmat2491"),
        ("https://doi.org/10.1038/nmat2491", "10.1038/nmat2491"),
        ("doi:10.1038/nmat2491", "10.1038/nmat2491"),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_only_a_doi_becomes_a_link(text: str, doi: str) -> None:
    assert doi_of(text) == doi


# Menus


def test_the_menu_of_the_rows_ticks_the_tags_they_have(
    browser: Browser, panel: DatasetBrowser, qtbot: QtBot
) -> None:
    browser.set_tag([int(browser.ids[0]), int(browser.ids[1])], "seen")
    reload(browser)
    for places, ticked in (([0, 1], True), ([0, 2], False)):
        browser.select(browser.ids[places])
        tags = next(a for a in panel.menu().actions() if a.text() == "Tag").menu()
        action = tags.actions()[0]
        assert (action.text(), action.isChecked()) == ("seen", ticked)
    with qtbot.waitSignal(panel.tag_wanted) as wanted:
        action.trigger()
    ids, tag, on = wanted.args
    assert (list(ids), tag, on) == (browser.ids[[0, 2]].tolist(), "seen", True)


def test_only_the_chosen_ones_can_be_shown(browser: Browser, panel: DatasetBrowser) -> None:
    browser.select(browser.ids[[2, 7]])
    chosen = browser.ids[[2, 7]].tolist()
    panel.show_only_chosen()
    assert browser.ids.tolist() == chosen

"""The bar in which the question is put: text, formula, elements, filters, saved questions."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from sc3d_desktop.data.query import Query, check_formula
from sc3d_desktop.errors import Sc3dError
from sc3d_desktop.panels.dataset_browser.chips import ChipBar
from sc3d_desktop.panels.dataset_browser.filter_form import TYPING_MS, FilterForm
from sc3d_desktop.panels.parts import Problem
from sc3d_desktop.panels.parts.element_popup import ElementPopup
from sc3d_desktop.state.browser import Browser


class SearchLine(QLineEdit):
    """``settled`` comes a moment after the last letter, or with Enter; ``left_down`` with the down
    arrow and with Enter.
    """

    settled = Signal()
    left_down = Signal()

    def __init__(self, placeholder: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.setClearButtonEnabled(True)
        self.setAcceptDrops(False)
        self._typing = QTimer(self, interval=TYPING_MS, singleShot=True)
        self._typing.timeout.connect(self.settled)
        self.textChanged.connect(lambda _text: self._typing.start())
        self.returnPressed.connect(self._leave)

    def show_text(self, text: str) -> None:
        """For the program; what is just being typed is left alone."""
        if self._typing.isActive() or self.text().strip() == text.strip():
            return
        blocked = self.blockSignals(True)
        self.setText(text)
        self.blockSignals(blocked)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self._leave()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)

    def _leave(self) -> None:
        self._typing.stop()
        self.settled.emit()
        self.left_down.emit()


class FilterBar(QWidget):
    """Puts questions to the browser and shows the one that stands. ``left_down`` asks for the
    table to be given the keyboard.
    """

    left_down = Signal()

    def __init__(self, browser: Browser, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._browser = browser
        self.text = SearchLine("Search names, notes, references…", self)
        self.formula = SearchLine("Formula or system: MgB2, La-Sr-Cu-O", self)
        self.problem = Problem(self)
        self.elements = _menu_button("Elements", "Ask for elements on a periodic table", self)
        self.filters = _menu_button("Filters", "Family, disorder, Tc, sites and more", self)
        self.saved = _menu_button("Saved", "Saved questions", self)
        self.clear = QToolButton(self)
        self.clear.setText("Clear")
        self.clear.setToolTip("Ask for everything")
        self.clear.setAutoRaise(True)
        self.count = QLabel(self)
        self.chips = ChipBar(self)
        self.element_popup: ElementPopup | None = None
        self.filter_form: FilterForm | None = None
        self._saved_menu = QMenu(self)
        self.saved.setMenu(self._saved_menu)
        self.saved.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)  # it has an arrow
        self._lay_out()
        self._connect()
        self.show_query()

    def _lay_out(self) -> None:
        lines, buttons = QHBoxLayout(), QHBoxLayout()
        lines.setSpacing(6)
        lines.addWidget(self.text, 1)
        lines.addWidget(self.formula, 1)
        buttons.setSpacing(4)
        for button in (self.elements, self.filters, self.saved):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self.count)
        buttons.addWidget(self.clear)
        self.buttons = buttons
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(lines)
        layout.addWidget(self.problem)
        layout.addLayout(buttons)
        layout.addWidget(self.chips)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def _connect(self) -> None:
        self.text.settled.connect(self._ask_text)
        self.formula.settled.connect(self._ask_formula)
        for line in (self.text, self.formula):
            line.left_down.connect(self.left_down)
        self.elements.clicked.connect(self.open_elements)
        self.filters.clicked.connect(self.open_filters)
        self.clear.clicked.connect(lambda: self._browser.ask(Query()))
        self.chips.changed.connect(self._browser.ask)
        self._saved_menu.aboutToShow.connect(self._fill_saved)
        self._browser.found_changed.connect(self.show_query)

    def minimumSizeHint(self) -> QSize:
        return QSize(260, super().minimumSizeHint().height())

    # What is shown

    def show_query(self) -> None:
        browser, query = self._browser, self._browser.query
        self.text.show_text(query.text)
        self.formula.show_text(query.formula)
        self._check_formula()
        self.chips.show_query(query)
        self.clear.setVisible(query != Query())
        if self.element_popup is not None:
            self.element_popup.show_wishes(query.must, query.may, query.must_not)
        if self.filter_form is not None:
            self.filter_form.show_query(query)
        total = len(browser.columns) if browser.columns is not None else 0
        self.count.setText(f"{len(browser.ids):,} of {total:,}" if total else "")

    def _check_formula(self) -> None:
        try:
            check_formula(self.formula.text())
            self.problem.clear_error()
        except Sc3dError as error:
            self.problem.show_error(error)

    # What the user asks

    def search(self, letters: str = "") -> None:
        """Give the keyboard to the search, with letters typed elsewhere."""
        self.text.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if letters:
            self.text.setText(self.text.text() + letters)
        else:
            self.text.selectAll()

    def _ask_text(self) -> None:
        self._browser.ask_for(text=self.text.text().strip())

    def _ask_formula(self) -> None:
        self._browser.ask_for(formula=self.formula.text().strip())
        self._check_formula()

    def open_elements(self) -> None:
        if self.element_popup is None:
            self.element_popup = ElementPopup(self)
            self.element_popup.changed.connect(self._ask_elements)
        query = self._browser.query
        self.element_popup.show_wishes(query.must, query.may, query.must_not)
        self.element_popup.open_below(self.elements)

    def _ask_elements(self, must: object, may: object, must_not: object) -> None:
        self._browser.ask_for(must=must, may=may, must_not=must_not)

    def open_filters(self) -> None:
        if self.filter_form is None:
            self.filter_form = FilterForm(self)
            self.filter_form.changed.connect(self._browser.ask)
        if self._browser.is_open:
            names = [collection.name for collection, _ in self._browser.collections()]
            self.filter_form.set_sources(names, self._browser.tags())
        self.filter_form.show_query(self._browser.query)
        self.filter_form.open_below(self.filters)

    # Saved questions

    def _fill_saved(self) -> None:
        menu, browser = self._saved_menu, self._browser
        menu.clear()
        saved = browser.saved_queries() if browser.is_open else {}
        for name, query in saved.items():
            menu.addAction(name, partial(browser.ask, query))
        menu.addSeparator()
        keep = menu.addAction("Save this question…", self.save_question)
        keep.setEnabled(browser.is_open and browser.query != Query())
        if saved:
            forget = menu.addMenu("Forget")
            for name in saved:
                forget.addAction(name, partial(browser.delete_query, name))

    def save_question(self) -> None:
        name = self.ask_name()
        if name:
            self._browser.save_query(name)

    def ask_name(self) -> str:
        """What to call the question; empty for never mind."""
        suggested = ", ".join(chip.text for chip in self.chips.chips)
        name, ok = QInputDialog.getText(
            self, "Save this question", "Name of the question:", text=suggested
        )
        return name.strip() if ok else ""


def _menu_button(text: str, tip: str, parent: QWidget) -> QToolButton:
    button = QToolButton(parent)
    button.setText(text)
    button.setToolTip(tip)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setArrowType(Qt.ArrowType.DownArrow)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    return button

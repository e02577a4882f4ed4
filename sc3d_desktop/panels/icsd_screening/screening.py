"""The ICSD screening: a page to begin on, and a page for the run that is shown."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QStackedWidget, QWidget

from sc3d_desktop.panels.icsd_screening.run_page import RunPage
from sc3d_desktop.panels.icsd_screening.start_page import StartPage
from sc3d_desktop.state.plan import Plan
from sc3d_desktop.state.screening import Phase, Screening


class IcsdScreening(QStackedWidget):
    """Shows the run that is open, or the start page where none is."""

    def __init__(self, plan: Plan, screening: Screening, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._screening = screening
        self.begin = StartPage(plan, screening, self)
        self.run = RunPage(screening, self)
        self.addWidget(self.begin)
        self.addWidget(self.run)
        screening.run_changed.connect(self._show_page)
        self._show_page()

    def sizeHint(self) -> QSize:
        return QSize(540, 640)

    def minimumSizeHint(self) -> QSize:
        return QSize(280, 240)

    def add_plots(self, dark: bool) -> None:
        self.run.add_plots(dark)

    def set_theme(self, dark: bool) -> None:
        self.run.set_theme(dark)

    @property
    def first(self) -> QWidget:
        """What gets the keyboard on the page in sight."""
        return self.run.table if self.currentWidget() is self.run else self.begin.add

    def focus_first(self) -> None:
        if self.currentWidget() is self.run:
            self.run.show_best()
        self.first.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _show_page(self) -> None:
        page = self.begin if self._screening.phase is Phase.NONE else self.run
        if page is not self.currentWidget():
            self.setCurrentWidget(page)

"""The generator: a page to ask on, and a page for the run that is shown."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QStackedWidget, QWidget

from sc3d_desktop.panels.generator.run_page import RunPage
from sc3d_desktop.panels.generator.start_page import StartPage
from sc3d_desktop.state.generation import Generation
from sc3d_desktop.state.request_plan import RequestPlan
from sc3d_desktop.state.screening import Phase


class Generator(QStackedWidget):
    """Shows the run that is open, or the start page where none is."""

    def __init__(
        self, plan: RequestPlan, generation: Generation, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._generation = generation
        self.begin = StartPage(plan, generation, self)
        self.run = RunPage(generation, self)
        self.addWidget(self.begin)
        self.addWidget(self.run)
        generation.run_changed.connect(self._show_page)
        self._show_page()

    def sizeHint(self) -> QSize:
        return QSize(540, 640)

    def minimumSizeHint(self) -> QSize:
        return QSize(280, 240)

    def set_theme(self, dark: bool) -> None:
        self.run.set_theme(dark)

    @property
    def first(self) -> QWidget:
        """What gets the keyboard on the page in sight."""
        return self.run.in_sight if self.currentWidget() is self.run else self.begin.start

    def focus_first(self) -> None:
        self.first.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _show_page(self) -> None:
        page = self.begin if self._generation.phase is Phase.NONE else self.run
        if page is not self.currentWidget():
            self.setCurrentWidget(page)

"""The crystal that is being made, in the middle of the window until the user wants it back."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QStackedWidget, QWidget

from sc3d_desktop.panels.generator import Generator
from sc3d_desktop.viz.denoising_view import DenoisingView
from sc3d_desktop.window.session import Session


class DenoisingStage(QObject):
    """Puts its own view over that of the open crystal, and never touches the crystal. Opening,
    editing, a click on a candidate, the button and the end of the run bring the crystal back.
    """

    def __init__(self, session: Session, panel: Generator, stack: QStackedWidget) -> None:
        super().__init__(panel)
        self._document, self._generation = session.document, session.generation
        self._settings, self._stack, self._panel = session.settings, stack, panel
        self.view = DenoisingView(stack)
        self._before: QWidget | None = None
        stack.addWidget(self.view)
        self._box = panel.run.header.animate
        self._box.setChecked(self._settings.generator_animate == "on")
        panel.run.header.animate_wanted.connect(self._switch)
        self.view.back_wanted.connect(self.dismiss)
        for view in (panel.run.table, panel.run.gallery):
            view.clicked.connect(self.dismiss)
        self._document.crystal_changed.connect(self._on_crystal_changed)
        self._generation.denoising_changed.connect(self._show)

    @property
    def shown(self) -> bool:
        return self._stack.currentWidget() is self.view

    def set_theme(self, dark: bool) -> None:
        self.view.set_theme(dark)

    def dismiss(self) -> None:
        """For this run: what is remembered is what the user chose with the box."""
        if self.shown:
            self._box.setChecked(False)
            self._give_back()

    def _switch(self, on: bool) -> None:
        self._settings.generator_animate = "on" if on else "off"
        self._show()

    def _on_crystal_changed(self, _crystal: object) -> None:
        """The window has brought the crystal into sight already."""
        if self._before is not None:
            self._before = None
            self._box.setChecked(False)

    def _show(self) -> None:
        now, request = self._generation.denoising, self._generation.running_request
        if now is None:
            self._give_back()
            self._box.setChecked(self._settings.generator_animate == "on")
        elif not self._box.isChecked():
            self._give_back()
        elif now.crystal is not None:
            if not self.shown:
                self._before = self._stack.currentWidget()
                self._stack.setCurrentWidget(self.view)
            total = request.count if request is not None else 0
            self.view.show_step(now.index, total, now.step, now.steps, now.crystal)

    def _give_back(self) -> None:
        if self.shown and self._before is not None:
            self._stack.setCurrentWidget(self._before)
        self._before = None

"""The mark of a compound that the model was trained on."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from sc3d_desktop.panels.parts import Badge
from sc3d_desktop.panels.tc_predictor import words

_COLOUR = "#6A4FB3"


class TrainingBadge(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.badge = Badge(self)
        self.badge.setContentsMargins(6, 1, 6, 1)
        self.text = QLabel(words.REMEMBERED, self)
        self.text.setWordWrap(True)
        self.setAccessibleName(words.IN_TRAINING_TIP)
        self.setToolTip(words.IN_TRAINING_TIP)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.badge)
        layout.addWidget(self.text, 1)
        self._shown: tuple[bool, QColor] | None = None
        self.hide()

    def show_badge(self, trained: bool, current: bool) -> None:
        self.setVisible(trained)
        if not trained:
            return
        self.text.setForegroundRole(
            QPalette.ColorRole.WindowText if current else QPalette.ColorRole.Mid
        )
        palette, roles = self.palette(), QPalette.ColorRole
        colour = QColor(_COLOUR) if current else palette.color(roles.Mid)
        if self._shown != (current, colour):
            self._shown = (current, colour)
            self.badge.set_badge(words.IN_TRAINING, colour.name())
            if not current:
                palette.setColor(roles.WindowText, palette.color(roles.Window))
                self.badge.setPalette(palette)

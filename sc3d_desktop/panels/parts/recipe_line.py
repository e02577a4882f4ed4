"""The first line of a form: the recipe it is filled with, and what can be done with recipes."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QPalette, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from sc3d_desktop.panels.parts.icons import IconButton
from sc3d_desktop.panels.parts.labels import Note, Problem
from sc3d_desktop.recipes.recipe import CHANGED
from sc3d_desktop.state.recipes import Recipes

_NONE, _NONE_YET = "none", "none saved yet"
_ROOM_PX = 90


class RecipeLine(QWidget):
    """Asks the recipes, and shows what they say."""

    def __init__(self, recipes: Recipes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recipes = recipes
        self.names, self.changed = _Names(self), QLabel(CHANGED, self)
        self.save = QPushButton("Save as…", self)
        self.delete = IconButton("mdi6.delete-outline", "Delete this recipe", self)
        self.done, self.undo = Note(parent=self), QPushButton("Undo", self)
        self.problem = Problem(self)
        self._lay_out()
        self.names.opening.connect(recipes.list_again)
        self.names.activated.connect(self._choose)
        self.save.clicked.connect(self._save)
        self.delete.clicked.connect(recipes.delete)
        self.undo.clicked.connect(recipes.undo)
        recipes.changed.connect(self._show)
        self._show()

    def _lay_out(self) -> None:
        self.names.setAccessibleName("Recipe")
        self.names.setToolTip("Choices saved under a name; choosing one fills the form")
        self.names.setMinimumWidth(_ROOM_PX)
        self.names.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.save.setToolTip("Keep what is chosen here, to use it again")
        self.changed.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.changed.setToolTip("Choose the recipe once more to go back to it")
        for button in (self.save, self.undo):
            button.setAutoDefault(False)
        top, foot = QHBoxLayout(), QHBoxLayout()
        top.addWidget(self.names, 1)
        for widget in (self.changed, self.save, self.delete):
            top.addWidget(widget)
        foot.addWidget(self.done, 1)
        foot.addWidget(self.undo, 0, Qt.AlignmentFlag.AlignRight)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addLayout(foot)
        layout.addWidget(self.problem)
        for row in (top, foot):
            row.setSpacing(6)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._recipes.list_again()

    def _show(self) -> None:
        recipes = self._recipes
        chosen = recipes.chosen.name if recipes.chosen is not None else ""
        with QSignalBlocker(self.names):
            self.names.clear()
            self.names.addItem(_NONE if recipes.names else _NONE_YET, "")
            for name in recipes.names:
                self.names.addItem(name, name)
            self.names.setCurrentIndex(self.names.findData(chosen))
        self.changed.setVisible(recipes.is_changed)
        self.delete.setEnabled(bool(chosen))
        self.done.setText(recipes.done)
        for widget in (self.done, self.undo):
            widget.setVisible(bool(recipes.done))
        if recipes.problem is None:
            self.problem.clear_error()
        else:
            self.problem.show_error(recipes.problem)

    def _choose(self) -> None:
        self._recipes.choose(self.names.currentData())

    def _save(self) -> None:
        name = self.ask_name()
        if name:
            self._recipes.save(name)

    def ask_name(self) -> str:
        """What to call the recipe; empty for never mind."""
        chosen = self._recipes.chosen
        title, label = "Save as a recipe", "Name of the recipe:"
        name, ok = QInputDialog.getText(self, title, label, text=chosen.name if chosen else "")
        return name.strip() if ok else ""


class _Names(QComboBox):
    """``opening`` comes before the list is shown."""

    opening = Signal()

    def showPopup(self) -> None:
        self.opening.emit()
        super().showPopup()

"""What goes into a project, and where it goes; Enter saves all there is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from sc3d_desktop.errors import ProjectError
from sc3d_desktop.panels.parts import Note, Problem
from sc3d_desktop.project import Contents
from sc3d_desktop.project.parts import counted
from sc3d_desktop.project.writer import plain_name
from sc3d_desktop.window.ask import Ask
from sc3d_desktop.window.hand_off.target import TargetLine

_WIDTH = 600
_TERMS = (
    "Left out unless you ask for it: coordinates from ICSD, and of collections that state no open "
    "licence; their formulas and Tc go along."
)
_PATHS = "Paths of files on this machine are among what it says; attachments stay where they are."


class SaveProjectDialog(QDialog):
    """``save_wanted`` carries the contents and where they go."""

    save_wanted = Signal(object, object)

    def __init__(
        self,
        all_there_is: Contents,
        counts: dict[str, int],
        ask: Ask,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._all = all_there_is
        self.title, self.author = QLineEdit(self), QLineEdit(self)
        self.title.setPlaceholderText("In a few words, what it is about")
        self.author.setPlaceholderText("For its citation")
        self.parts = {name: self._part(name, n) for name, n in counts.items()}
        self.coordinates = QCheckBox("Coordinates without an &open licence as well", self)
        self.target = TargetLine(Path.home(), "project.zip", ask, self)
        self.problem = Problem(self)
        self.buttons, roles = QDialogButtonBox(self), QDialogButtonBox.ButtonRole
        self.save = self.buttons.addButton("Save", roles.AcceptRole)
        self.buttons.addButton("Cancel", roles.RejectRole)
        self.save.setDefault(True)
        self._lay_out()
        self.title.textChanged.connect(self._follow_title)
        self.buttons.accepted.connect(self._save)
        self.buttons.rejected.connect(self.reject)
        self.title.setFocus()

    def _part(self, name: str, n: int) -> QCheckBox:
        box = QCheckBox(counted(n, name), self)
        box.setChecked(n > 0)
        box.setEnabled(n > 0)
        return box

    def _lay_out(self) -> None:
        self.setWindowTitle("Save a project")
        form = QFormLayout()
        form.addRow("&Title", self.title)
        form.addRow("&Author", self.author)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(8)
        layout.addLayout(form)
        notes = (Note(_TERMS, self), Note(_PATHS, self))
        for widget in (*self.parts.values(), self.coordinates, *notes):
            layout.addWidget(widget)
        for widget in (self.target, self.problem, self.buttons):
            layout.addWidget(widget)
        self.setMinimumWidth(_WIDTH)

    def _follow_title(self, title: str) -> None:
        self.target.rename(f"{plain_name(title, 'project')}.zip")

    def _save(self) -> None:
        title, out = self.title.text().strip(), self.target.path
        if not title:
            self.title.setFocus()
            self.problem.show_error(
                ProjectError("A project needs a title.", "Type what it is about.")
            )
        elif out.exists():
            error = ProjectError(f"{out.name} is there already.", "Choose another name.")
            self.problem.show_error(error)
        else:
            self.save_wanted.emit(self._wanted(title), out)
            self.accept()

    def _wanted(self, title: str) -> Contents:
        on = {name: box.isChecked() for name, box in self.parts.items()}
        return replace(
            self._all,
            title=title,
            author=self.author.text().strip(),
            documents=self._all.documents if on["crystal"] else (),
            collections=None if on["entry"] else (),
            records=on["lab record"],
            queries=on["saved query"],
            recipes=self._all.recipes if on["recipe"] else None,
            screenings=self._all.screenings if on["screening"] else (),
            generated=self._all.generated if on["generated run"] else (),
            all_coordinates=self.coordinates.isChecked(),
        )

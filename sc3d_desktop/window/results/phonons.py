"""Phonons of a calculation: dispersions, and the levels at each calculated wave vector."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from sc3d_desktop.dft.results.csv_text import dispersion_csv, points_csv
from sc3d_desktop.dft.results.phonon_words import stability_words
from sc3d_desktop.dft.results.types import Dispersion, Phonons, QPoint
from sc3d_desktop.panels.parts import Note
from sc3d_desktop.viz.phonon_plot import PhononPlot
from sc3d_desktop.window.ask import Ask
from sc3d_desktop.window.results.saving import SaveButtons

_LEVELS = "Levels at each calculated q"
_NO_DISCS = "without λ(q,ν)"
_DISCS = "The area of a disc is λ(q,ν)."


class PhononsPage(QWidget):
    failed = Signal(object)

    def __init__(
        self, phonons: Phonons, path: Path, ask: Ask, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._phonons = phonons
        self._shown = _views(phonons)
        self.choice, self.broadening = QComboBox(self), QComboBox(self)
        self.choice.addItems(list(self._shown))
        self.choice.setAccessibleName("Phonons shown")
        self.broadening.addItems([_NO_DISCS, *(f"{w:g} Ry" for w in phonons.broadenings_ry)])
        self.broadening.setAccessibleName("Broadening of λ(q,ν)")
        self.plot = PhononPlot(self)
        self.note = Note(parent=self)
        name = f"{path.stem}-phonons"
        self.buttons = SaveButtons(name, ask, self.plot.save_picture, self._csv, self)
        self.buttons.failed.connect(self.failed)
        self._lay_out()
        self.choice.currentIndexChanged.connect(self._show)
        self.broadening.currentIndexChanged.connect(self._show)
        self.broadening.setCurrentIndex(min(1, len(phonons.broadenings_ry)))
        self._show()

    def set_theme(self, dark: bool) -> None:
        self.plot.set_theme(dark)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.choice)
        self._discs = QLabel("Discs", self)
        top.addWidget(self._discs)
        top.addWidget(self.broadening)
        top.addStretch(1)
        layout = QVBoxLayout(self)
        layout.addLayout(top)
        layout.addWidget(self.plot, 1)
        layout.addWidget(self.note)
        layout.addWidget(self.buttons)

    def _show(self) -> None:
        shown = self._shown[self.choice.currentText()]
        along = isinstance(shown, Dispersion)
        for widget in (self._discs, self.broadening):
            widget.setVisible(not along and self.broadening.count() > 1)
        width = self.broadening.currentIndex() - 1
        if isinstance(shown, Dispersion):
            self.plot.set_dispersion(shown)
        else:
            self.plot.set_levels(shown, width if width >= 0 else None)
        discs = f" {_DISCS}" if not along and width >= 0 else ""
        stable = stability_words(self._phonons)
        self.note.setText(f"{stable[0].upper()}{stable[1:]}.{discs}")

    def _csv(self) -> str:
        shown = self._shown[self.choice.currentText()]
        if isinstance(shown, Dispersion):
            return dispersion_csv(shown)
        return points_csv(shown, self._phonons.broadenings_ry)


def _views(phonons: Phonons) -> dict[str, Dispersion | tuple[QPoint, ...]]:
    """By name, the paths first."""
    found: dict[str, Dispersion | tuple[QPoint, ...]] = {
        f"Along the path of {one.name}": one
        for one in phonons.dispersions
        if one.distance is not None
    }
    if phonons.points:
        found[_LEVELS] = phonons.points
    for one in phonons.dispersions:
        if one.distance is None:
            each = zip(one.q, one.frequencies_cm, strict=True)
            found[f"Levels of the mesh of {one.name}"] = tuple(QPoint(q, f) for q, f in each)
    return found

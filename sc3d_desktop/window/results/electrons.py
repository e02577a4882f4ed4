"""Bands and DOS side by side, over the same energies."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from sc3d_desktop.dft.results.csv_text import bands_csv, dos_csv
from sc3d_desktop.dft.results.types import Bands, Dos
from sc3d_desktop.dft.results.van_hove import HINT
from sc3d_desktop.jobs import ReadCalculation
from sc3d_desktop.panels.parts import Note
from sc3d_desktop.viz.band_plot import BandPlot
from sc3d_desktop.viz.dos_plot import DosPlot
from sc3d_desktop.viz.energy_chart import EnergyChart
from sc3d_desktop.window.ask import Ask
from sc3d_desktop.window.results.saving import SaveButtons

_WINDOWS = {"±0.5 eV": 0.5, "±1 eV": 1.0, "±3 eV": 3.0, "±6 eV": 6.0, "±15 eV": 15.0}
_SWATCH_PX = (12, 4)
_USUAL = "±3 eV"


class ElectronsPage(QWidget):
    """A plot is left out where its data are."""

    failed = Signal(object)

    def __init__(self, found: ReadCalculation, ask: Ask, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ask, self._name = ask, found.path.stem or "calculation"
        self.bands: BandPlot | None = None
        self.dos: DosPlot | None = None
        self.elements: dict[str, QCheckBox] = {}
        self.window_choice = QComboBox(self)
        self.window_choice.addItems(list(_WINDOWS))
        self.window_choice.setAccessibleName("Energies in sight")
        self._plots = QSplitter(Qt.Orientation.Horizontal, self)
        self._plots.setChildrenCollapsible(False)
        result = found.result
        if result.bands is not None:
            self._add_bands(result.bands, found)
        if result.dos is not None:
            self._add_dos(result.dos, found)
        self._plots.setSizes([560, 360])
        self._lay_out(bool(found.peaks or found.flat))
        self.window_choice.currentTextChanged.connect(self._set_window)
        self.window_choice.setCurrentText(_USUAL)

    def _add_bands(self, bands: Bands, found: ReadCalculation) -> None:
        self.bands = BandPlot(self)
        self.bands.set_bands(bands, found.flat)
        self._add(self.bands, "bands", lambda: bands_csv(bands))

    def _add_dos(self, dos: Dos, found: ReadCalculation) -> None:
        self.dos = DosPlot(self)
        self.dos.set_dos(dos, found.peaks)
        for element in dos.elements:
            box = QCheckBox(element, self)
            box.setChecked(True)
            box.toggled.connect(self._show_elements)
            self.elements[element] = box
        self._add(self.dos, "dos", lambda: dos_csv(dos))

    def _add(self, plot: EnergyChart, kind: str, data: Callable[[], str]) -> None:
        buttons = SaveButtons(f"{self._name}-{kind}", self._ask, plot.save_picture, data, self)
        buttons.failed.connect(self.failed)
        column = QWidget(self._plots)
        layout = QVBoxLayout(column)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(plot, 1)
        layout.addWidget(buttons)
        self._plots.addWidget(column)

    def _lay_out(self, marked: bool) -> None:
        top = QHBoxLayout()
        top.addWidget(QLabel("Energies", self))
        top.addWidget(self.window_choice)
        top.addSpacing(16)
        for box in self.elements.values():
            top.addWidget(box)
        top.addStretch(1)
        said = [f"Marked in red. {HINT}"] if marked else []
        said += ["Spin down is dashed, or drawn to the left."] if self._two_spins() else []
        self.hint = Note(" ".join(said), self)
        self.hint.setVisible(bool(said))
        layout = QVBoxLayout(self)
        layout.addLayout(top)
        layout.addWidget(self._plots, 1)
        layout.addWidget(self.hint)

    def _two_spins(self) -> bool:
        return any(chart.n_spins > 1 for chart in self.charts())

    def charts(self) -> list[EnergyChart]:
        return [chart for chart in (self.bands, self.dos) if chart is not None]

    def set_theme(self, dark: bool) -> None:
        for chart in self.charts():
            chart.set_theme(dark)
        for element, box in self.elements.items():
            assert self.dos is not None
            swatch = QPixmap(*_SWATCH_PX)
            swatch.fill(self.dos.colour_of(element))
            box.setIcon(QIcon(swatch))

    def _set_window(self, chosen: str) -> None:
        reach = _WINDOWS[chosen]
        for chart in self.charts():
            chart.set_window(-reach, reach)

    def _show_elements(self) -> None:
        assert self.dos is not None
        self.dos.set_elements(el for el, box in self.elements.items() if box.isChecked())

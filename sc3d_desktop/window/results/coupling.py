"""From α²F to Tc: the spectrum, λ, and a slider for µ*."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from sc3d_desktop.dft.results.alpha2f import (
    MOST_MU_STAR,
    Coupling,
    allen_dynes_kelvin,
    coupling_of,
    mcmillan_kelvin,
    negative_share,
    running_coupling,
)
from sc3d_desktop.dft.results.csv_text import spectrum_csv
from sc3d_desktop.dft.results.types import Result, Spectrum
from sc3d_desktop.errors import ResultsError
from sc3d_desktop.panels.parts import Heading, Note, Problem
from sc3d_desktop.viz.alpha2f_plot import Alpha2fPlot
from sc3d_desktop.window.ask import Ask
from sc3d_desktop.window.results.saving import SaveButtons

_STEPS = 100
_USUAL_MU_STAR = 0.10
_MOST_NEGATIVE = 0.01
_NOTE = (
    "By the isotropic formulas of McMillan, and of Allen and Dynes with their corrections for"
    " strong coupling and shape: for phonon-mediated superconductors. They say nothing about"
    " cuprates and other unconventional ones."
)


class CouplingPage(QWidget):
    failed = Signal(object)

    def __init__(self, result: Result, path: Path, ask: Ask, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spectra = result.spectra
        self._coupling: Coupling | None = None
        self.choice = QComboBox(self)
        self.choice.addItems([spectrum.name for spectrum in self._spectra])
        self.choice.setAccessibleName("Spectrum")
        self.plot = Alpha2fPlot(self)
        self.mu_star = QSlider(Qt.Orientation.Horizontal, self)
        self.mu_star.setRange(0, round(MOST_MU_STAR * _STEPS))
        self.mu_star.setAccessibleName("µ*, the Coulomb pseudopotential")
        self.mu_star_text = QLabel(self)
        self.answer = Heading(points=2, parent=self)
        self.strength, self.doubt = QLabel(self), Note(parent=self)
        self.problem = Problem(self)
        name = f"{path.stem}-alpha2f"
        self.buttons = SaveButtons(name, ask, self.plot.save_picture, self._csv, self)
        self.buttons.failed.connect(self.failed)
        self._lay_out()
        self.choice.currentIndexChanged.connect(self._show_spectrum)
        self.mu_star.valueChanged.connect(self._show_tc)
        self.mu_star.setValue(round(_USUAL_MU_STAR * _STEPS))
        self.choice.setCurrentIndex(_first_sound(self._spectra))
        self._show_spectrum()

    @property
    def spectrum(self) -> Spectrum:
        return self._spectra[max(self.choice.currentIndex(), 0)]

    def set_theme(self, dark: bool) -> None:
        self.plot.set_theme(dark)

    def _csv(self) -> str:
        return spectrum_csv(self.spectrum)

    def _lay_out(self) -> None:
        slider = QHBoxLayout()
        slider.addWidget(self.mu_star_text)
        slider.addWidget(self.mu_star, 1)
        layout = QVBoxLayout(self)
        layout.addWidget(self.choice)
        layout.addWidget(self.plot, 1)
        layout.addWidget(self.strength)
        layout.addLayout(slider)
        for widget in (self.answer, self.problem, self.doubt, Note(_NOTE, self), self.buttons):
            layout.addWidget(widget)
        self.choice.setVisible(len(self._spectra) > 1)

    def _show_spectrum(self) -> None:
        spectrum = self.spectrum
        self.problem.clear_error()
        self._coupling = None
        try:
            self._coupling = coupling_of(spectrum)
        except ResultsError as error:
            self.problem.show_error(error)
        log = self._coupling.omega_log_mev if self._coupling is not None else None
        running = running_coupling(spectrum)
        self.plot.set_spectrum(spectrum.omega_mev, np.asarray(spectrum.alpha2f), running, log)
        negative = negative_share(spectrum)
        self.doubt.setVisible(negative > _MOST_NEGATIVE)
        self.doubt.setText(
            f"{100 * negative:.0f} % of λ is of negative α²F: try another broadening."
        )
        self._show_tc()

    def _show_tc(self) -> None:
        found, mu_star = self._coupling, self.mu_star.value() / _STEPS
        self.mu_star_text.setText(f"µ* = {mu_star:.2f}")
        self.mu_star.setEnabled(found is not None)
        if found is None:
            self.answer.clear()
            self.strength.clear()
            return
        self.strength.setText(
            f"λ = {found.coupling:.3f}, ω<sub>log</sub> = {found.omega_log_mev:.2f} meV"
        )
        self.answer.setText(
            f"T<sub>c</sub> = {allen_dynes_kelvin(found, mu_star):.2f} K (Allen–Dynes), "
            f"{mcmillan_kelvin(found, mu_star):.2f} K (McMillan)"
        )


def _first_sound(spectra: Sequence[Spectrum]) -> int:
    """The narrowest broadening often leaves negative values, which the others do not."""
    sound = (i for i, s in enumerate(spectra) if negative_share(s) <= _MOST_NEGATIVE)
    return next(sound, 0)

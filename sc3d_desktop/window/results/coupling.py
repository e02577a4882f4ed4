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
    stated_coupling,
)
from sc3d_desktop.dft.results.csv_text import spectrum_csv, stated_csv
from sc3d_desktop.dft.results.phonons import is_unstable
from sc3d_desktop.dft.results.types import Result, Spectrum, Stated
from sc3d_desktop.errors import ResultsError
from sc3d_desktop.panels.parts import Heading, Note, Problem
from sc3d_desktop.viz.alpha2f_plot import Alpha2fPlot
from sc3d_desktop.window.ask import Ask
from sc3d_desktop.window.results.saving import SaveButtons

_STEPS = 100
_USUAL_MU_STAR = 0.10
_MOST_NEGATIVE = 0.01
_WITHOUT_SHAPE = " The formula of Allen and Dynes needs ω₂ as well."
_UNSTABLE = "Modes are imaginary: the structure is not stable so, and this is not its Tc."
_NOTE = (
    "By the isotropic formulas of McMillan, and of Allen and Dynes with their corrections for"
    " strong coupling and shape: for phonon-mediated superconductors. They say nothing about"
    " cuprates and other unconventional ones."
)


class CouplingPage(QWidget):
    failed = Signal(object)

    def __init__(self, result: Result, path: Path, ask: Ask, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sources = _sources(result)
        self._coupling: Coupling | None = None
        self.choice = QComboBox(self)
        self.choice.addItems([source.name for source in self._sources])
        self.choice.setAccessibleName("Source of λ")
        self.plot = Alpha2fPlot(self)
        self.mu_star = QSlider(Qt.Orientation.Horizontal, self)
        self.mu_star.setRange(0, round(MOST_MU_STAR * _STEPS))
        self.mu_star.setAccessibleName("µ*, the Coulomb pseudopotential")
        self.mu_star_text = QLabel(self)
        self.answer = Heading(points=2, parent=self)
        self.strength, self.doubt = QLabel(self), Note(parent=self)
        self.unstable = Note(_UNSTABLE, self)
        self.unstable.setVisible(result.phonons is not None and is_unstable(result.phonons))
        self.problem = Problem(self)
        name = f"{path.stem}-alpha2f"
        self.buttons = SaveButtons(name, ask, self.plot.save_picture, self._csv, self)
        self.buttons.failed.connect(self.failed)
        self._lay_out()
        self.choice.currentIndexChanged.connect(self._show_source)
        self.mu_star.valueChanged.connect(self._show_tc)
        self.mu_star.setValue(round(_USUAL_MU_STAR * _STEPS))
        self.choice.setCurrentIndex(_first_sound(self._sources))
        self._show_source()

    @property
    def source(self) -> Spectrum | Stated:
        return self._sources[max(self.choice.currentIndex(), 0)]

    def set_theme(self, dark: bool) -> None:
        self.plot.set_theme(dark)

    def _csv(self) -> str:
        source = self.source
        return spectrum_csv(source) if isinstance(source, Spectrum) else stated_csv(source)

    def _lay_out(self) -> None:
        slider = QHBoxLayout()
        slider.addWidget(self.mu_star_text)
        slider.addWidget(self.mu_star, 1)
        layout = QVBoxLayout(self)
        layout.addWidget(self.choice)
        layout.addWidget(self.plot, 1)
        layout.addWidget(self.strength)
        layout.addLayout(slider)
        told = (self.problem, self.unstable, self.doubt, Note(_NOTE, self))
        for widget in (self.answer, *told, self.buttons):
            layout.addWidget(widget)
        self.choice.setVisible(len(self._sources) > 1)

    def _show_source(self) -> None:
        self.problem.clear_error()
        self._coupling = None
        source = self.source
        if isinstance(source, Spectrum):
            self._show_spectrum(source)
        else:
            self._show_stated(source)
        self._show_tc()

    def _show_stated(self, stated: Stated) -> None:
        """λ and ω_log without a spectrum."""
        self._coupling = stated_coupling(stated)
        nothing = np.zeros(0)
        self.plot.set_spectrum(nothing, nothing, nothing, None)
        shape = "" if stated.omega_2_mev is not None else _WITHOUT_SHAPE
        self.doubt.setText(f"λ and ω_log are {stated.how}, without α²F.{shape}")
        self.doubt.setVisible(True)

    def _show_spectrum(self, spectrum: Spectrum) -> None:
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
        full = allen_dynes_kelvin(found, mu_star)
        allen_dynes = f"{full:.2f} K (Allen–Dynes), " if full is not None else ""
        self.answer.setText(
            f"T<sub>c</sub> = {allen_dynes}{mcmillan_kelvin(found, mu_star):.2f} K (McMillan)"
        )


def has_coupling(result: Result) -> bool:
    """Whether there is anything that gives a Tc."""
    return bool(_sources(result))


def _sources(result: Result) -> tuple[Spectrum | Stated, ...]:
    """Spectra, and λ with ω_log where there is none: from the former more is known."""
    stated = tuple(one for one in result.stated if stated_coupling(one) is not None)
    return (*result.spectra, *stated)


def _first_sound(sources: Sequence[Spectrum | Stated]) -> int:
    """The narrowest broadening often leaves negative values, which the others do not; without
    spectra that after which λ changes least.
    """
    spectra = [source for source in sources if isinstance(source, Spectrum)]
    if spectra:
        return next((i for i, s in enumerate(spectra) if negative_share(s) <= _MOST_NEGATIVE), 0)
    steps = np.abs(np.diff([one.coupling for one in sources if isinstance(one, Stated)]))
    return int(steps.argmin()) if len(steps) else 0

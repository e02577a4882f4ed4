"""How the calculation is to be done: preset, steps, moments, U, meshes, job scripts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QWidget,
)

from sc3d_desktop.dft import (
    PRESETS,
    QE_PRESETS,
    STEPS,
    Code,
    FElectrons,
    Magnetism,
    Options,
    Qe,
    Scripts,
    Vasp,
)
from sc3d_desktop.dft.vasp.potentials import lanthanide_potentials
from sc3d_desktop.errors import HandOffError

CODES: tuple[Code, ...] = (Vasp(), Qe())
_STEPS = {"relax": "Relax", "static": "Static", "dos": "DOS", "bands": "Bands"}
_STARTS_FROM = "static"
_MAGNETISM = {
    Magnetism.AUTO: "As suits the compound",
    Magnetism.MAGNETIC: "With moments only",
    Magnetism.NONE: "Without spin",
}
_MAGNETISM_TIP = (
    "Cuprates: antiferromagnetic, and without spin. Iron-based: stripes, and without spin, both in "
    "plain PBE. Other magnetic elements: moments start parallel. An order may take two or four "
    "cells. The README says why."
)
_F_ELECTRONS = {
    FElectrons.AUTO: "As in pymatgen's sets",
    FElectrons.CORE: "In the core",
    FElectrons.VALENCE: "In the valence",
}
_MESHES = {False: "KSPACING in INCAR", True: "KPOINTS files"}
_SCRIPTS = {
    Scripts.ALL: "SLURM and PBS",
    Scripts.SLURM: "SLURM",
    Scripts.PBS: "PBS",
    Scripts.PLAIN: "Plain shell only",
}
_U_TIP = "U in eV moves the bands at the Fermi level, so it is set on request only."


class InputsForm(QWidget):
    """``code_changed`` comes when another program is chosen, ``edited`` with any other choice."""

    code_changed = Signal()
    edited = Signal()

    def __init__(self, elements: Iterable[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.program, self.preset = QComboBox(self), QComboBox(self)
        self.steps = {step: QCheckBox(_STEPS[step], self) for step in STEPS}
        self.magnetism, self.f_electrons = QComboBox(self), QComboBox(self)
        self.hubbard = QLineEdit(self)
        self.meshes, self.scripts = QComboBox(self), QComboBox(self)
        self._form = QFormLayout(self)
        self._fill()
        self._lay_out()
        self._has_f_choice = bool(lanthanide_potentials(elements, FElectrons.CORE))
        self.program.currentIndexChanged.connect(self._follow_program)
        for name, box in self.steps.items():
            box.toggled.connect(lambda on, name=name: self._keep_order(name, on))
            box.toggled.connect(self.edited)
        for choice in (self.preset, self.magnetism, self.f_electrons, self.meshes, self.scripts):
            choice.currentIndexChanged.connect(self.edited)
        self.hubbard.textChanged.connect(self.edited)
        self._follow_program()

    @property
    def code(self) -> Code:
        return CODES[self.program.currentIndex()]

    def choose(self, code: Code) -> None:
        self.program.setCurrentIndex(CODES.index(code))

    def put_first(self, name: str, widget: QWidget) -> None:
        self._form.insertRow(0, name, widget)

    def show_options(self, options: Options) -> None:
        """Those of the program that is chosen."""
        for name, step in self.steps.items():
            with QSignalBlocker(step):  # each brings others along
                step.setChecked(name in options.steps)
        for box, value in (
            (self.preset, options.preset), (self.magnetism, options.magnetism.value),
            (self.f_electrons, options.f_electrons.value),
            (self.meshes, options.kpoints_files), (self.scripts, options.scripts.value),
        ):  # fmt: skip
            box.setCurrentIndex(box.findData(value))
        self.hubbard.setText(hubbard_text(options.hubbard))

    def into(self, options: Options) -> Options:
        """The options with what is chosen here. Raises ``HandOffError``.

        Qt keeps choices as plain text.
        """
        return replace(
            options,
            preset=self.preset.currentData(),
            steps=tuple(step for step, box in self.steps.items() if box.isChecked()),
            magnetism=Magnetism(self.magnetism.currentData()),
            f_electrons=FElectrons(self.f_electrons.currentData()),
            hubbard=hubbard_of(self.hubbard.text()),
            kpoints_files=self.meshes.currentData(),
            scripts=Scripts(self.scripts.currentData()),
        )

    def _fill(self) -> None:
        self.program.addItems([code.name for code in CODES])
        for box, choices in (
            (self.magnetism, _MAGNETISM),
            (self.f_electrons, _F_ELECTRONS),
            (self.meshes, _MESHES),
            (self.scripts, _SCRIPTS),
        ):
            for value, text in choices.items():
                box.addItem(text, value)
        for step in self.steps.values():
            step.setChecked(True)
        self.magnetism.setToolTip(_MAGNETISM_TIP)
        self.hubbard.setPlaceholderText("none, or Cu=4 Fe=3")
        self.hubbard.setToolTip(_U_TIP)

    def _lay_out(self) -> None:
        steps = QHBoxLayout()
        steps.setSpacing(10)
        for box in self.steps.values():
            steps.addWidget(box)
        steps.addStretch(1)
        for name, row in (
            ("Program", self.program), ("Preset", self.preset), ("Steps", steps),
            ("Moments", self.magnetism), ("f electrons", self.f_electrons),
            ("Hubbard U, eV", self.hubbard), ("k-points", self.meshes),
            ("Job scripts", self.scripts),
        ):  # fmt: skip
            self._form.addRow(name, row)
            if isinstance(row, QWidget):
                row.setAccessibleName(name)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)

    def _follow_program(self) -> None:
        """Each program has presets of its own; potentials and spacings are matters of VASP."""
        vasp = isinstance(self.code, Vasp)
        self.preset.clear()
        for preset in (PRESETS if vasp else QE_PRESETS).values():
            self.preset.addItem(f"{preset.name.capitalize()}: {preset.title}", preset.name)
        self._form.setRowVisible(self.meshes, vasp)
        self._form.setRowVisible(self.f_electrons, vasp and self._has_f_choice)
        self.code_changed.emit()

    def _keep_order(self, name: str, on: bool) -> None:
        """DOS and bands bring the static step along, and go with it."""
        if name == _STARTS_FROM and not on:
            self.steps["dos"].setChecked(False)
            self.steps["bands"].setChecked(False)
        elif name in ("dos", "bands") and on:
            self.steps[_STARTS_FROM].setChecked(True)


def hubbard_text(hubbard: Iterable[tuple[str, float]]) -> str:
    """What ``hubbard_of`` reads as the same pairs."""
    return " ".join(f"{el}={str(u).removesuffix('.0')}" for el, u in hubbard)


def hubbard_of(text: str) -> tuple[tuple[str, float], ...]:
    """“Cu=4 Fe=3” as pairs. Raises ``HandOffError`` for what is none."""
    return tuple(_pair(part) for part in re.split(r"[\s,;]+", text.strip()) if part)


def _pair(part: str) -> tuple[str, float]:
    el, _, value = part.partition("=")
    try:
        return el, float(value)
    except ValueError:
        raise HandOffError(f"“{part}” is not a Hubbard U.", "Write it as Cu=4, in eV.") from None

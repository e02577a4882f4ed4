"""The form of what is asked for: target, elements, atoms, how many and how."""

from __future__ import annotations

from PySide6.QtCore import QRandomGenerator, QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QWidget,
)

from sc3d_desktop.generation.request import MOST_ATOMS, MOST_COUNT, PAPER_STEPS
from sc3d_desktop.panels.generator.elements_button import ElementsButton
from sc3d_desktop.panels.parts import IconButton, NumberBox
from sc3d_desktop.state.request_plan import RequestPlan

_USUAL_TARGET_KELVIN = 50.0
_MOST_SEED = 2**31 - 1
_NARROW_PX = 84
SAMPLERS = {"quick": "Quick", "paper": f"As in the paper ({PAPER_STEPS} steps)"}


class RequestForm(QWidget):
    """Asks the plan, and shows what it holds."""

    def __init__(self, plan: RequestPlan, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plan = plan
        self.highest = QCheckBox("As high as possible", self)
        self.tc = _number("Target Tc", 1, 5, 0.1, 1000, " K")
        self.elements = ElementsButton(plan, self)
        self.formula = QLineEdit(self)
        self.fewest = _number("Fewest atoms", 0, 1, 1, MOST_ATOMS)
        self.most = _number("Most atoms", 0, 1, 1, MOST_ATOMS)
        self.count = _number("How many", 0, 10, 1, MOST_COUNT)
        self.guidance = _number("Guidance", 1, 0.5, 0, 20)
        self.energy = _number("Guidance by a Tc model", 1, 0.5, 0, 20)
        self.sampler, self.steps = QComboBox(self), _number("Steps", 0, 10, 4, PAPER_STEPS)
        self.seed = _number("Random seed", 0, 1, 0, _MOST_SEED)
        self.dice = IconButton("mdi6.dice-multiple-outline", "Another random seed", self)
        self._set_up()
        self._lay_out()
        self._connect()
        self._show_plan()

    def _set_up(self) -> None:
        self.formula.setPlaceholderText("any, or as in LaH10")
        self.formula.setAccessibleName("Formula")
        self.sampler.setAccessibleName("Sampler")
        for key, text in SAMPLERS.items():
            self.sampler.addItem(text, key)
        self.highest.setToolTip("Aim at what is rare and high in the data, rather than at a number")
        self.guidance.setToolTip(
            "How strongly the wish is followed: 0 not at all, 1 as it was learned, more by force; "
            "strong guidance gives fewer sorts"
        )
        self.energy.setToolTip(
            "The paper's guidance by the slope of a Tc model, besides: 0 for none; it takes longer"
        )
        self.seed.setToolTip("The same seed makes the same candidates on the same device")
        self.fewest.setFixedWidth(_NARROW_PX)
        self.most.setFixedWidth(_NARROW_PX)

    def _lay_out(self) -> None:
        form = self._form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(5)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        atoms = (self.fewest, QLabel("to", self), self.most)
        how = (self.sampler, self.steps, QLabel("steps", self))
        for name, widgets in (
            ("How many", (self.count,)), ("Tc", (self.highest, self.tc)),
            ("Elements", (self.elements,)), ("Formula", (self.formula,)), ("Atoms a cell", atoms),
            ("Guidance", (self.guidance, QLabel("by Tc model", self), self.energy)),
            ("Sampler", how), ("Seed", (self.seed, self.dice)),
        ):  # fmt: skip
            form.addRow(name, _row(*widgets))

    def put_first(self, name: str, widget: QWidget) -> None:
        self._form.insertRow(0, name, widget)

    def _connect(self) -> None:
        plan = self._plan
        self.highest.clicked.connect(self._aim)
        self.tc.entered.connect(lambda kelvin, _g: plan.ask(tc_kelvin=kelvin))
        self.formula.textEdited.connect(lambda text: plan.ask(formula=text.strip()))
        for box, name in (
            (self.fewest, "fewest_atoms"), (self.most, "most_atoms"), (self.count, "count"),
            (self.steps, "steps"), (self.seed, "seed"),
        ):  # fmt: skip
            box.entered.connect(lambda value, _g, n=name: plan.ask(**{n: round(value)}))
        self.guidance.entered.connect(lambda value, _g: plan.ask(guidance=value))
        self.energy.entered.connect(lambda value, _g: plan.ask(energy=value))
        self.sampler.activated.connect(lambda: plan.ask(sampling=self.sampler.currentData()))
        self.dice.clicked.connect(self._throw)
        plan.changed.connect(self._show_plan)

    def _aim(self, highest: bool) -> None:
        self._plan.ask(tc_kelvin=None if highest else self.tc.value())

    def _throw(self) -> None:
        self._plan.throw_dice(QRandomGenerator.global_().generate())

    def _show_plan(self) -> None:
        asked, like = self._plan.asked, self._plan.beginning.wanted
        self.highest.setChecked(asked.tc_kelvin is None)
        self.tc.setEnabled(asked.tc_kelvin is not None)
        if asked.tc_kelvin is not None:
            self.tc.show_value(asked.tc_kelvin)
        elif self.tc.value() == self.tc.minimum():
            self.tc.show_value(_USUAL_TARGET_KELVIN)
        if self.formula.text().strip() != asked.formula:
            self.formula.setText(asked.formula)
        for box, value in (
            (self.fewest, asked.fewest_atoms), (self.most, asked.most_atoms),
            (self.count, asked.count), (self.guidance, asked.guidance), (self.energy, asked.energy),
            (self.steps, asked.steps), (self.seed, asked.seed),
        ):  # fmt: skip
            box.show_value(value)
        with QSignalBlocker(self.sampler):
            self.sampler.setCurrentIndex(self.sampler.findData(asked.sampling))
        self.steps.setEnabled(asked.sampling == "quick")
        for widget in (self.formula, self.fewest, self.most):
            widget.setEnabled(not like)
            widget.setToolTip("As the structure that is begun with has them" if like else "")


def _number(
    name: str, decimals: int, step: float, low: float, high: float, unit: str = ""
) -> NumberBox:
    box = NumberBox(decimals, step)
    box.setRange(low, high)
    box.setSuffix(unit)
    box.setAccessibleName(name)
    box.setKeyboardTracking(True)  # what cannot be made is told while it is typed
    return box


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(6)
    for widget in widgets:
        row.addWidget(widget)
    if not isinstance(widgets[-1], QLineEdit | ElementsButton):  # those take all the room
        row.addStretch(1)
    return row

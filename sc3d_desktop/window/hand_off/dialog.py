"""The one dialog of a hand-off: Enter takes what it proposes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QVBoxLayout, QWidget

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.formula import formula
from sc3d_desktop.dft import Code, Options, Proposal, Vasp, check_target
from sc3d_desktop.errors import Sc3dError
from sc3d_desktop.panels.parts import Heading, Note, Problem
from sc3d_desktop.panels.parts.recipe_line import RecipeLine
from sc3d_desktop.panels.parts.text import formula_markup
from sc3d_desktop.recipes import Choices, Kind
from sc3d_desktop.recipes.hand_off import hand_off_choices, read_hand_off
from sc3d_desktop.state.recipes import Recipes
from sc3d_desktop.window.ask import Ask
from sc3d_desktop.window.hand_off.cells import CellChooser
from sc3d_desktop.window.hand_off.inputs import InputsForm
from sc3d_desktop.window.hand_off.many import ManyLimits
from sc3d_desktop.window.hand_off.target import TargetLine

_INPUTS_WIDTH, _CELLS_WIDTH = 430, 660
_CELLS_HEIGHT = 660


@dataclass(frozen=True)
class Wanted:
    """What is to be written, and where."""

    crystals: tuple[Crystal, ...]
    code: Code
    options: Options
    out: Path


class HandOffDialog(QDialog):
    """``plan_wanted`` carries code and options of a plan, which ``show_proposal`` then brings;
    ``export_wanted`` carries what is ``Wanted``.
    """

    plan_wanted = Signal(object, object)
    stop_wanted = Signal()
    export_wanted = Signal(object)

    def __init__(
        self,
        crystals: Sequence[Crystal],
        code: Code,
        folder: Path,
        ask: Ask,
        left_out: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.crystals = tuple(crystals)
        self.inputs = InputsForm({el for c in crystals for el in c.composition}, self)
        self.cells = self._make_cells()
        self.many = self._make_many()
        self._base = Options()
        self.inputs.choose(code)
        self.recipes = Recipes(Kind.HAND_OFF, self)
        self.recipe = RecipeLine(self.recipes, self)
        self.inputs.put_first("Recipe", self.recipe)
        self.target = TargetLine(folder, self._name(), ask, self)
        self.supplies, self.left_out = Note(parent=self), Note(left_out, self)
        self.problem = Problem(self)
        self.buttons, roles = QDialogButtonBox(self), QDialogButtonBox.ButtonRole
        self.export = self.buttons.addButton("Export", roles.AcceptRole)
        self.buttons.addButton("Cancel", roles.RejectRole)
        self.export.setDefault(True)
        self._lay_out()
        self._connect()
        self._show_ready()

    # What there is

    def _make_cells(self) -> CellChooser | None:
        if self._many or self.crystals[0].is_ordered:
            return None
        return CellChooser(formula(self.crystals[0].composition), self)

    def _make_many(self) -> ManyLimits | None:
        disordered = sum(not crystal.is_ordered for crystal in self.crystals)
        return ManyLimits(disordered, self) if self._many and disordered else None

    @property
    def _many(self) -> bool:
        return len(self.crystals) > 1

    def _name(self) -> str:
        ending = "vasp" if isinstance(self.inputs.code, Vasp) else "qe"
        if self._many:
            return f"{len(self.crystals)}-crystals-{ending}.zip"
        return f"{formula(self.crystals[0].composition)}-{ending}"

    def _connect(self) -> None:
        self.inputs.code_changed.connect(self._follow_code)
        self.inputs.edited.connect(self.recipes.look)
        self.recipes.changed.connect(self._grow_soon)
        self.buttons.accepted.connect(self._export)
        self.buttons.rejected.connect(self.reject)
        if self.cells is not None:
            self.cells.plan_wanted.connect(self.ask_for_plan)
            self.cells.stop_wanted.connect(self.stop_wanted)
            self.cells.changed.connect(self._show_ready)
            self.cells.limits.edited.connect(self.recipes.look)
        if self.many is not None:
            self.many.edited.connect(self.recipes.look)

    def _lay_out(self) -> None:
        self.setWindowTitle("Hand off to a calculation")
        beside = QHBoxLayout()
        beside.setSpacing(24)
        beside.addLayout(self._left())
        right = self.cells or self.many
        if right is not None:
            right.setMinimumWidth(_CELLS_WIDTH)
            beside.addWidget(right, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(10)
        layout.addLayout(beside, 1)
        for widget in (self.left_out, self.target, self.problem, self.buttons):
            layout.addWidget(widget)
        self.left_out.setVisible(bool(self.left_out.text()))
        if self.cells is not None:
            self.resize(self.sizeHint().width(), _CELLS_HEIGHT)

    def _left(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(10)
        heading = Heading(parent=self)
        heading.setTextFormat(Qt.TextFormat.RichText)
        heading.setText(f"Inputs for {self._what()}")
        self.inputs.setMinimumWidth(_INPUTS_WIDTH)
        for widget in (heading, self.inputs, self.supplies):
            column.addWidget(widget)
        column.addStretch(1)
        return column

    def _grow_soon(self) -> None:
        QTimer.singleShot(0, self, self._grow)

    def _grow(self) -> None:
        """Text that takes more lines than before makes no dialog higher by itself."""
        layout = self.layout()
        assert layout is not None
        layout.activate()
        needed = layout.totalMinimumHeightForWidth(self.width())
        if self.isVisible() and needed > self.height():
            self.resize(self.width(), needed)

    def _what(self) -> str:
        if self._many:
            return f"{len(self.crystals):,} crystals, as one archive with an index"
        return formula_markup(formula(self.crystals[0].composition))

    # What is worked out

    def ask_for_plan(self) -> None:
        """For the first time once somebody listens."""
        if self.cells is None:
            self.plan_wanted.emit(self.inputs.code, self._base)
            return
        self.cells.show_busy("Looking for cells…")
        self.plan_wanted.emit(self.inputs.code, self.cells.limits.into(self._base))

    def show_progress(self, text: str) -> None:
        if self.cells is not None:
            self.cells.show_progress(text)

    def show_stopped(self) -> None:
        if self.cells is not None:
            self.cells.show_stopped()

    def show_proposal(self, proposal: Proposal) -> None:
        self.supplies.setText(proposal.supplies)
        self._grow_soon()
        if self.cells is not None:
            self.cells.show_proposal(proposal)

    def show_problem(self, error: Sc3dError) -> None:
        """Why there is no plan; an ordered crystal may be exported all the same, to be told."""
        if self.cells is not None:
            self.cells.show_problem(error)
        else:
            self.problem.show_error(error)

    def _follow_code(self) -> None:
        self.target.rename(self._name())
        self.recipes.look()
        self.ask_for_plan()

    # The form of a recipe

    def choices(self) -> Choices:
        """All but the cell. Raises ``HandOffError`` for a U that is none."""
        return hand_off_choices(self.inputs.code, self._options())

    def use(self, choices: Choices) -> None:
        """What no widget here is for is kept as well."""
        code, self._base = read_hand_off(choices)
        part = self.cells.limits if self.cells is not None else self.many
        if part is not None:
            part.show_options(self._base)
        with QSignalBlocker(self.inputs):
            self.inputs.choose(code)
            self.inputs.show_options(self._base)
        self._follow_code()

    # What is wanted

    def _show_ready(self) -> None:
        self.export.setEnabled(self.cells is None or self.cells.chosen is not None)

    def _options(self) -> Options:
        options, part = self.inputs.into(self._base), self.cells or self.many
        return options if part is None else part.into(options)

    def _export(self) -> None:
        self.problem.clear_error()
        try:
            options = replace(self._options(), recipe=self.recipes.used)
            check_target(self.target.path)
        except Sc3dError as error:
            self.problem.show_error(error)
            return
        self.export_wanted.emit(Wanted(self.crystals, self.inputs.code, options, self.target.path))
        self.accept()

"""Where a run begins: what is asked for, and the runs there are."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from sc3d_desktop.errors import Sc3dError
from sc3d_desktop.panels.generator import texts
from sc3d_desktop.panels.generator.beginning_form import BeginningForm
from sc3d_desktop.panels.generator.request_form import RequestForm
from sc3d_desktop.panels.generator.run_list import RunList
from sc3d_desktop.panels.parts import Heading, Note, Problem
from sc3d_desktop.panels.parts.recipe_line import RecipeLine
from sc3d_desktop.recipes import Kind
from sc3d_desktop.state.generation import Generation
from sc3d_desktop.state.recipes import Recipes, RequestChoices
from sc3d_desktop.state.request_plan import RequestPlan


class StartPage(QScrollArea):
    start_wanted = Signal()

    def __init__(
        self, plan: RequestPlan, generation: Generation, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._plan, self._generation = plan, generation
        self.recipes = Recipes(Kind.GENERATE, RequestChoices(plan))
        self.recipe = RecipeLine(self.recipes, self)
        self.form, self.beginning = RequestForm(plan, self), BeginningForm(plan, self)
        self.form.put_first("Recipe", self.recipe)
        self.name = QLineEdit(self)
        self.name.setAccessibleName("Name of the run")
        self.estimate, self.warnings = Note(parent=self), Note(parent=self)
        self.problem, self.failure = Problem(self), Problem(self)
        self.start = QPushButton("Start", self)
        self.start.setAccessibleName("Start generating")
        self.runs = RunList(self)
        self._lay_out()
        self.name.textEdited.connect(plan.call)
        self.name.returnPressed.connect(self._start)
        self.start.clicked.connect(self._start)
        plan.changed.connect(self._show_plan)
        plan.changed.connect(self.recipes.look)
        generation.runs_changed.connect(self._show_runs)
        self._show_plan()
        self._show_runs()

    def _lay_out(self) -> None:
        body = QWidget(self)
        layout = QVBoxLayout(body)
        layout.setContentsMargins(8, 6, 8, 8)
        layout.setSpacing(6)
        for widget in (
            Heading("What to make", parent=body), self.form,
            Heading("Begin with", parent=body), self.beginning,
            Heading("Name of the run", parent=body), self.name,
            self.estimate, self.warnings, self.problem, self.failure,
        ):  # fmt: skip
            layout.addWidget(widget)
        layout.addWidget(self.start, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addSpacing(10)
        layout.addWidget(Heading("Earlier runs", parent=body))
        layout.addWidget(self.runs)
        layout.addStretch(1)
        self.setWidget(body)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_failure(self, error: Sc3dError | None) -> None:
        """Why the last run could not begin; nothing in the form is to blame."""
        if error is None:
            self.failure.clear_error()
        else:
            self.failure.show_error(error)

    def _show_plan(self) -> None:
        plan = self._plan
        if self.name.text() != plan.name:
            self.name.setText(plan.name)
        self.name.setPlaceholderText(plan.folder.name)
        self.name.setToolTip(f"The run is kept in {plan.folder}")
        if plan.problem is None:
            self.problem.clear_error()
        else:
            self.problem.show_error(plan.problem)
        self.warnings.setText("\n".join(plan.warnings))
        self.warnings.setVisible(bool(plan.warnings))
        self._show_start()

    def _show_start(self) -> None:
        busy = self._generation.running is not None
        self.start.setEnabled(self._plan.ready and not busy)
        self.start.setToolTip("One run at a time: stop the other one first" if busy else "")
        ready = self._plan.ready
        said = texts.estimate(self._plan.request, self._generation.rate) if ready else ""
        self.estimate.setText(said)
        self.estimate.setVisible(ready)

    def _show_runs(self) -> None:
        self.runs.show_runs(self._generation.runs, self._generation.running)
        self._show_start()

    def _start(self) -> None:
        if self.start.isEnabled():
            self.start_wanted.emit()

"""Where a screening begins: sources, filters, the file of the run; and the runs there are."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from sc3d_desktop.panels.icsd_screening import texts
from sc3d_desktop.panels.icsd_screening.filters_before import FiltersBefore
from sc3d_desktop.panels.icsd_screening.run_list import RunList
from sc3d_desktop.panels.icsd_screening.source_list import SourceList
from sc3d_desktop.panels.parts import Heading, Note, Problem
from sc3d_desktop.panels.parts.recipe_line import RecipeLine
from sc3d_desktop.recipes import Kind
from sc3d_desktop.state.plan import Plan
from sc3d_desktop.state.recipes import Recipes, ScreenChoices
from sc3d_desktop.state.screening import Screening


class StartPage(QScrollArea):
    """``collection_wanted`` carries the name of a collection, empty for the whole catalogue.

    ``set_collections`` says which there are, whenever the menu of sources opens after
    ``collections_asked``.
    """

    files_wanted = Signal()
    folder_wanted = Signal()
    optimade_wanted = Signal()
    collections_asked = Signal()
    collection_wanted = Signal(str)
    start_wanted = Signal()

    def __init__(self, plan: Plan, screening: Screening, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plan, self._screening = plan, screening
        self.sources = SourceList(self)
        self.add, self.remove = QPushButton("Add", self), QPushButton("Remove", self)
        self.recipes = Recipes(Kind.SCREEN, ScreenChoices(plan, screening))
        self.recipe = RecipeLine(self.recipes, self)
        self.filters = FiltersBefore(self)
        self.filters.put_first("Recipe", self.recipe)
        self.hide_known = QCheckBox("Hide known superconductors of the catalogue", self)
        self.name = QLineEdit(self)
        self.name.setAccessibleName("Name of the run")
        self.estimate, self.problem = Note(parent=self), Problem(self)
        self.start = QPushButton("Start screening", self)
        self.left = Note(parent=self)
        self.go_on = QPushButton("Go on", self)
        self.runs = RunList(self)
        self.menu = QMenu(self)
        self._collections = QMenu("From the &catalogue", self.menu)
        self._fill_menu()
        self._lay_out()
        self._connect()
        self._show_plan()
        self._show_runs()

    def _fill_menu(self) -> None:
        self.menu.addAction("&Files or archives…", self.files_wanted.emit)
        self.menu.addAction("F&older…", self.folder_wanted.emit)
        self.menu.addMenu(self._collections)
        self.menu.addAction("&OPTIMADE database…", self.optimade_wanted.emit)
        self.menu.aboutToShow.connect(self.collections_asked)
        self.add.setMenu(self.menu)

    def _lay_out(self) -> None:
        body = QWidget(self)
        layout = QVBoxLayout(body)
        layout.setContentsMargins(8, 6, 8, 8)
        layout.setSpacing(6)
        layout.addLayout(_row(self.left, self.go_on, stretch=True))
        layout.addWidget(Heading("What to screen", parent=body))
        layout.addWidget(self.sources)
        layout.addLayout(_row(self.add, self.remove))
        for widget in (
            Heading("Which of them", parent=body), self.filters, self.hide_known,
            Heading("Name of the run", parent=body), self.name, self.estimate, self.problem,
        ):  # fmt: skip
            layout.addWidget(widget)
        layout.addLayout(_row(self.start))
        layout.addSpacing(10)
        layout.addWidget(Heading("Earlier runs", parent=body))
        layout.addWidget(self.runs)
        layout.addStretch(1)
        self.setWidget(body)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _connect(self) -> None:
        plan = self._plan
        self.sources.removed.connect(plan.remove)
        self.remove.clicked.connect(self.sources.remove_current)
        self.filters.changed.connect(plan.filter_by)
        self.name.textEdited.connect(plan.call)
        self.name.returnPressed.connect(self._start)
        self.start.clicked.connect(self._start)
        self.hide_known.clicked.connect(self._screening.hide_known)
        self.go_on.clicked.connect(self._go_on)
        plan.changed.connect(self._show_plan)
        plan.changed.connect(self.recipes.look)
        self._screening.runs_changed.connect(self._show_runs)
        self._screening.asked_changed.connect(self._show_known)
        self._screening.asked_changed.connect(self.recipes.look)

    def set_collections(self, names: Sequence[str]) -> None:
        menu = self._collections
        menu.clear()
        menu.addAction("The &whole catalogue", lambda: self.collection_wanted.emit(""))
        menu.addSeparator()
        for name in names:
            menu.addAction(name.replace("&", "&&"), partial(self.collection_wanted.emit, name))

    # What is shown

    def _show_plan(self) -> None:
        plan = self._plan
        self.sources.show_sources(plan.sources)
        self.remove.setEnabled(bool(plan.sources))
        self.filters.show_filters(plan.filters)
        if self.name.text() != plan.name:
            self.name.setText(plan.name)
        self.name.setPlaceholderText(plan.path.stem)
        self.name.setToolTip(f"The run is kept in {plan.path}")
        self.problem.clear_error()
        self._show_start()

    def _show_start(self) -> None:
        plan, screening = self._plan, self._screening
        busy = screening.running is not None
        self.start.setEnabled(plan.ready and not busy)
        self.start.setToolTip("One screening at a time: stop the other one first" if busy else "")
        said = texts.estimate(plan.total, screening.rate) if plan.sources else ""
        self.estimate.setText(said)
        self.estimate.setVisible(bool(said))

    def _show_runs(self) -> None:
        screening = self._screening
        self.runs.show_runs(screening.runs, screening.model, screening.running)
        left = screening.interrupted
        self.left.setVisible(left is not None)
        self.go_on.setVisible(left is not None)
        if left is not None:
            self.left.setText(f"{left.path.stem} is not finished: {texts.state(left)}.")
        self._show_start()

    def _show_known(self) -> None:
        self.hide_known.setChecked(self._screening.wanted.hide_known)

    # What the user does

    def _start(self) -> None:
        if self.start.isEnabled():
            self.start_wanted.emit()

    def _go_on(self) -> None:
        left = self._screening.interrupted
        if left is not None:
            self.runs.resume_wanted.emit(left.path)


def _row(*widgets: QWidget, stretch: bool = False) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(6)
    for i, widget in enumerate(widgets):
        row.addWidget(widget, 1 if stretch and i == 0 else 0)
    if not stretch:
        row.addStretch(1)
    return row

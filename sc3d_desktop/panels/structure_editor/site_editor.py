"""What sits on the selected sites: the scope of the edit, the species, a dopant to add."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.symmetry import Orbit
from sc3d_desktop.errors import Sc3dError
from sc3d_desktop.panels.parts import Heading, Note, Problem
from sc3d_desktop.panels.structure_editor.dopant_popup import DopantPopup
from sc3d_desktop.panels.structure_editor.species import SpeciesList, SpeciesView

_HINT = "Click an orbit in the table or an atom in the picture to change what occupies it."


class SiteEditor(QWidget):
    """Shows an orbit and hands on wishes; it changes nothing itself."""

    whole_orbit_wanted = Signal(bool)
    dopant_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = Heading(parent=self)
        self.hint = Note(_HINT, self)
        self.all_sites = QRadioButton(self)
        self.one_site = QRadioButton("Only this site", self)
        self.scope = QButtonGroup(self)
        self.species = SpeciesList(self)
        self.problem = Problem(self)
        self.add_dopant = QPushButton("Add dopant…", self)
        self.add_dopant.setToolTip("Choose an element that replaces part of the balancing species")
        self._popup: DopantPopup | None = None
        self._marked: tuple[str, ...] = ()
        self._lay_out()
        self.all_sites.clicked.connect(lambda: self.whole_orbit_wanted.emit(True))
        self.one_site.clicked.connect(lambda: self.whole_orbit_wanted.emit(False))
        self.add_dopant.clicked.connect(self.choose_dopant)
        self.show_nothing()

    def show_nothing(self) -> None:
        self._set_active(False)
        self.species.show_views(())
        self.clear_problem()

    def show_sites(
        self, crystal: Crystal, orbit: Orbit, sites: tuple[int, ...], views: tuple[SpeciesView, ...]
    ) -> None:
        self._set_active(True)
        whole = len(sites) == len(orbit.sites)
        self.title.setText(f"Occupancy of {orbit.label}")
        self.all_sites.setText(f"All {len(orbit.sites)} sites of {orbit.label}")
        self.all_sites.setChecked(whole)
        self.one_site.setChecked(not whole)
        several = len(orbit.sites) > 1
        self.all_sites.setVisible(several)
        self.one_site.setVisible(several)
        self._marked = tuple(crystal.composition)
        self.species.show_views(views)

    def show_problem(self, error: Sc3dError, element: str | None = None) -> None:
        self.problem.show_error(error)
        if element is not None:
            self.species.mark_problem(element)

    def clear_problem(self) -> None:
        self.problem.clear_error()

    def choose_dopant(self) -> None:
        if self._popup is None:
            self._popup = DopantPopup(self)
            self._popup.chosen.connect(self.dopant_chosen)
        self._popup.open_below(self.add_dopant, "Choose a dopant", self._marked)

    @property
    def popup(self) -> DopantPopup | None:
        return self._popup

    def _set_active(self, active: bool) -> None:
        self.hint.setVisible(not active)
        for widget in (self.title, self.species, self.add_dopant):
            widget.setVisible(active)
        if not active:
            self.all_sites.hide()
            self.one_site.hide()

    def _lay_out(self) -> None:
        self.scope.addButton(self.all_sites)
        self.scope.addButton(self.one_site)
        scope = QHBoxLayout()
        scope.setSpacing(16)
        scope.addWidget(self.all_sites)
        scope.addWidget(self.one_site)
        scope.addStretch(1)
        top = QHBoxLayout()
        top.addWidget(self.title, 1)
        top.addWidget(self.add_dopant)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(top)
        layout.addWidget(self.hint)
        layout.addLayout(scope)
        layout.addWidget(self.species)
        layout.addWidget(self.problem)

"""The structure editor: binds the document to the header, the cell, the orbits and the species."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from sc3d_desktop.crystal import Crystal, Species
from sc3d_desktop.crystal.edits import VACANCY, DopingLine
from sc3d_desktop.crystal.symmetry import Orbit
from sc3d_desktop.errors import CrystalError, Sc3dError
from sc3d_desktop.panels.parts import Note, Problem
from sc3d_desktop.panels.parts.move import move_along
from sc3d_desktop.panels.structure_editor.cell import CellEditor
from sc3d_desktop.panels.structure_editor.header import CrystalHeader
from sc3d_desktop.panels.structure_editor.lines import (
    Choice,
    default_choice,
    fits,
    limit_of,
    line_of,
    listed,
    moving,
    same_line,
    share,
    x_for,
)
from sc3d_desktop.panels.structure_editor.orbits import OrbitTable
from sc3d_desktop.panels.structure_editor.site_editor import SiteEditor
from sc3d_desktop.panels.structure_editor.species import SpeciesView
from sc3d_desktop.state.document import Document

_SAME_OCCUPANCY = 5e-5


class StructureEditor(QStackedWidget):
    """Shows the document's crystal and edits it. All edits go through the document."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._whole_orbit = True
        self._choices: dict[tuple[int, ...], Choice] = {}
        self.header = CrystalHeader()
        self.cell = CellEditor()
        self.cell_problem = Problem()
        self.orbits = OrbitTable()
        self.site = SiteEditor()
        self._lay_out()
        self._connect()
        self._show_crystal()

    def pick_site(self, site: int) -> None:
        """An atom was clicked in the picture; -1 is empty space."""
        orbit = self._orbit_of(site)
        if orbit is None:
            self._document.select(())
        else:
            self._document.select(orbit.sites if self._whole_orbit else (site,))

    def choose_dopant(self) -> None:
        """Open the periodic table for the selected sites, or for the first orbit."""
        if self._document.crystal is not None and not self._sites():
            self._pick_orbit(self._document.symmetry.orbits[0].sites)
        self.site.choose_dopant()

    def _lay_out(self) -> None:
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(12, 8, 12, 12)
        layout.setSpacing(8)
        for widget in (self.header, self.cell, self.cell_problem):
            layout.addWidget(widget)
        layout.addWidget(self.orbits, 1)
        layout.addWidget(self.site)
        empty = Note("Open a crystal to edit it.")
        empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.addWidget(empty)
        self.addWidget(body)

    def _connect(self) -> None:
        self._document.crystal_changed.connect(self._show_crystal)
        self._document.selection_changed.connect(self._on_selection)
        self._document.doping_changed.connect(self._show_sites)
        self.orbits.picked.connect(self._pick_orbit)
        self.cell.cell_wanted.connect(self._set_cell)
        self.cell.abandoned.connect(self.cell_problem.clear_error)
        self.site.whole_orbit_wanted.connect(self._set_scope)
        self.site.dopant_chosen.connect(self._add_dopant)
        self.site.species.wanted.connect(self._set_occupancy)
        self.site.species.balance_chosen.connect(self._set_host)
        self.site.species.removed.connect(self._remove)
        self.site.species.abandoned.connect(self.site.clear_problem)

    # What is shown

    def _show_crystal(self, _crystal: Crystal | None = None) -> None:
        crystal = self._document.crystal
        self.setCurrentIndex(0 if crystal is None else 1)
        if crystal is None:
            return
        symmetry = self._document.symmetry
        self.header.show_crystal(crystal, symmetry)
        self.cell.show_cell(crystal, symmetry)
        self.cell_problem.clear_error()
        species = tuple(crystal.sites[orbit.sites[0]].species for orbit in symmetry.orbits)
        self.orbits.orbit_model.show_orbits(symmetry.orbits, species)
        self.orbits.show_selected(self._sites())
        self.orbits.updateGeometry()
        self.site.clear_problem()
        self._follow_line()
        self._show_sites()

    def _on_selection(self, _sites: tuple[int, ...]) -> None:
        sites = self._sites()
        if not sites:
            self._choices.clear()
        self.orbits.show_selected(sites)
        self.site.clear_problem()
        self._follow_line()
        self._show_sites()

    def _show_sites(self, _line: DopingLine | None = None) -> None:
        sites, crystal = self._sites(), self._document.crystal
        orbit = self._orbit_of(sites[0]) if sites else None
        if crystal is None or orbit is None:
            self.site.show_nothing()
            return
        species, choice = self._species(), self._choice()
        elements = (*listed(choice, species), VACANCY)
        views = tuple(
            SpeciesView(
                el,
                share(species, el),
                limit_of(choice, el, species),
                balances=el == choice.host,
                removable=el != choice.host and len(elements) > 2,
            )
            for el in elements
        )
        self.site.show_sites(crystal, orbit, sites, views)

    # What the user wants

    def _pick_orbit(self, sites: tuple[int, ...]) -> None:
        self._document.select(sites if self._whole_orbit else sites[:1])

    def _set_scope(self, whole_orbit: bool) -> None:
        self._whole_orbit = whole_orbit
        sites = self._sites()
        orbit = self._orbit_of(sites[0]) if sites else None
        if orbit is not None:
            self._document.select(orbit.sites if whole_orbit else sites[:1])

    def _set_occupancy(self, element: str, occupancy: float, gesture: object) -> None:
        species = self._species()
        if abs(share(species, element) - occupancy) < _SAME_OCCUPANCY:
            self._show_crystal()
            return
        choice = moving(self._choice(), element, species)
        line = line_of(choice, self._sites(), species)
        if line is None:
            return
        x = x_for(line, element, occupancy)
        if self._tried(lambda: move_along(self._document, line, x, gesture), element):
            self._choose(choice)

    def _set_host(self, element: str) -> None:
        choice = self._choice()
        self._choose(Choice(element, choice.dopant if choice.dopant != element else choice.host))

    def _add_dopant(self, element: str) -> None:
        choice = self._choice()
        if element != choice.host:
            self._choose(Choice(choice.host, element))
        self.site.species.focus(element)

    def _remove(self, element: str) -> None:
        species, sites = self._species(), self._sites()
        choice = self._choice()
        if element in species:
            rest = {el: w for el, w in species.items() if el != element}
            if choice.host != VACANCY:
                rest[choice.host] = rest.get(choice.host, 0.0) + species[element]
            if not self._tried(lambda: self._document.set_species(sites, rest), element):
                return
        if element == choice.dopant:
            self._choose(default_choice(self._species()))

    def _set_cell(self, parameters: tuple[float, ...], gesture: object, index: int) -> None:
        try:
            a, b, c, alpha, beta, gamma = parameters
            self._document.set_cell(a, b, c, alpha, beta, gamma, gesture)
        except CrystalError as error:
            self.cell_problem.show_error(error)
            self.cell.boxes[index].mark_problem(True)

    def _tried(self, edit: Callable[[], None], element: str) -> bool:
        """Do an edit; one that cannot be is explained beside the species and changes nothing."""
        try:
            edit()
        except Sc3dError as error:
            self.site.show_problem(error, element)
            return False
        return True

    # The doping line of the selected sites

    def _choose(self, choice: Choice) -> None:
        self._choices[self._sites()] = choice
        self._follow_line()
        self._show_sites()

    def _follow_line(self) -> None:
        """Keep the document's doping line in step with what the selected sites hold."""
        if self._document.crystal is None:
            return
        sites = self._sites()
        line = line_of(self._choice(), sites, self._species()) if sites else None
        if not same_line(line, self._document.doping):
            self._document.set_doping(line)

    def _choice(self) -> Choice:
        sites, species = self._sites(), self._species()
        known = self._choices.get(sites)
        if known is None or not fits(known, species):
            self._choices[sites] = default_choice(species)
        return self._choices[sites]

    def _species(self) -> Species:
        assert self._document.crystal is not None
        return self._document.crystal.sites[self._sites()[0]].species

    def _sites(self) -> tuple[int, ...]:
        crystal = self._document.crystal
        return tuple(i for i in self._document.selection if crystal and i < len(crystal))

    def _orbit_of(self, site: int) -> Orbit | None:
        if self._document.crystal is None:
            return None
        return next((o for o in self._document.symmetry.orbits if site in o.sites), None)

"""Moving a crystal along a doping line, as the slider and the curve both do."""

from __future__ import annotations

from sc3d_desktop.crystal.edits import VACANCY, DopingLine
from sc3d_desktop.state.document import Document


def move_along(document: Document, line: DopingLine, x: float, gesture: object) -> None:
    """Put the document's crystal at ``x`` of the line; ``CrystalError`` changes nothing."""
    assert document.crystal is not None
    species = document.crystal.sites[line.sites[0]].species
    if line.dopant == VACANCY and line.host not in species:
        # A new element fills a vacancy: there is no host yet that could give way.
        filled = {**species, line.host: line.budget - x}
        document.set_species(line.sites, filled, gesture=gesture)
    else:
        document.substitute(line.sites, line.host, line.dopant, x, gesture=gesture)

"""What the canvas shows of a crystal, as plain arrays: no Qt, no OpenGL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.viz import pies, scene
from sc3d_desktop.viz.bonds import (
    Bonds,
    Neighbours,
    Polyhedra,
    coordination_polyhedra,
    drawn_bonds,
    find_neighbours,
)
from sc3d_desktop.viz.camera import Camera
from sc3d_desktop.viz.legend import ColourBy
from sc3d_desktop.viz.picking import visible_centres

MAX_LABELS = 300


@dataclass(frozen=True)
class Picture:
    """The geometry of one crystal; a change of occupancies keeps what does not depend on it."""

    crystal: Crystal
    atoms: scene.Atoms
    _known_neighbours: Neighbours | None = field(default=None, repr=False)

    @classmethod
    def of(cls, crystal: Crystal) -> Picture:
        return cls(crystal, scene.drawn_atoms(crystal))

    def with_occupancies(self, crystal: Crystal) -> Picture:
        """The picture of a crystal with the same positions and lattice."""
        radius = scene.site_radii(crystal)[self.atoms.site]
        same = scene.main_elements(crystal) == scene.main_elements(self.crystal)
        kept = self.__dict__.get("neighbours", self._known_neighbours) if same else None
        return Picture(crystal, replace(self.atoms, radius=radius), kept)

    @cached_property
    def neighbours(self) -> Neighbours:
        return self._known_neighbours or find_neighbours(self.crystal)

    @cached_property
    def bonds(self) -> Bonds:
        return drawn_bonds(self.atoms, self.neighbours, self.crystal.lattice)

    @cached_property
    def polyhedra(self) -> Polyhedra:
        return coordination_polyhedra(self.crystal, self.atoms, self.neighbours)

    def lines(self, cell: bool, polyhedra: bool) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Start and end points of all thin lines."""
        start, end = self.cell if cell else (np.zeros((0, 3)), np.zeros((0, 3)))
        if polyhedra:
            edges = self.polyhedra.edges
            start, end = np.concatenate([start, edges[:, 0]]), np.concatenate([end, edges[:, 1]])
        return start, end

    @cached_property
    def cell(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return scene.cell_edges(self.crystal.lattice)

    def labels(self, camera: Camera) -> list[tuple[float, float, str]]:
        """Pixel and text of the atoms seen at their centres; none where they would be a blur."""
        if len(self.atoms) > MAX_LABELS:
            return []
        shown = np.flatnonzero(visible_centres(self.atoms, camera))
        places = camera.project(self.atoms.centre[shown])
        names = [self.crystal.sites[site].label for site in self.atoms.site[shown]]
        return [(x, y, name) for (x, y, _), name in zip(places, names, strict=True)]

    def extent(
        self, polyhedra: bool, bonds: bool = True
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Points and radii that the picture must hold: atoms and cell, and bonds and polyhedra
        where these are shown. In a cell that is nearly flat, bonds take seconds to find.
        """
        corners = self.polyhedra.corners.reshape(-1, 3) if polyhedra else np.zeros((0, 3))
        ends = self.bonds.end if bonds else np.zeros((0, 3))
        others = np.concatenate([*self.cell, ends, corners])
        points = np.concatenate([self.atoms.centre, others])
        return points, np.concatenate([self.atoms.radius, np.full(len(others), 0.1)])


def colour_rows(
    crystal: Crystal,
    colour_by: ColourBy,
    contributions: Sequence[float] | None,
    ends: tuple[float, float] | None = None,
) -> NDArray[np.uint8]:
    """The table of wedges and colours, one row of texels for each site."""
    if colour_by == "disorder":
        return pies.disorder_rows(crystal)
    if colour_by == "contribution":
        return pies.contribution_rows(crystal, contributions, ends)
    return pies.element_rows(crystal)

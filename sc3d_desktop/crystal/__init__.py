"""Crystals with partial occupancies: the data type, edits, disorder, symmetry, files, graph."""

from sc3d_desktop.crystal.crystal import Crystal, Site, Species, lattice_from_parameters

__all__ = ["Crystal", "Site", "Species", "lattice_from_parameters"]

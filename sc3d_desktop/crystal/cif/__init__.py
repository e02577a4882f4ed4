"""CIF files in and out, with partial occupancies and symmetry."""

from sc3d_desktop.crystal.cif.read import blocks_of_text, parse_cif, read_blocks, read_cif
from sc3d_desktop.crystal.cif.write import write_cif

__all__ = ["blocks_of_text", "parse_cif", "read_blocks", "read_cif", "write_cif"]

"""Structure editor: orbits, species and their occupancies, cell."""

from sc3d_desktop.panels.structure_editor.editor import StructureEditor

__all__ = ["StructureEditor"]

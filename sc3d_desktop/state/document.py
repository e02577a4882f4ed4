"""The crystal the user is working on, its orbits, its undo history and what is selected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from psygnal import Signal

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.edits import DopingLine, set_cell, set_species, substitute
from sc3d_desktop.crystal.symmetry import Symmetry, find_symmetry, keeps_orbits
from sc3d_desktop.state.history import History

_NO_SYMMETRY = Symmetry("", 0, ())


@dataclass
class _Snapshot:
    """What undo brings back: a crystal, and the orbits it was shown with."""

    crystal: Crystal
    symmetry: Symmetry | None = field(default=None, compare=False)


class Document:
    """One crystal at a time. Edits go through ``crystal.edits``; one that fails changes nothing.

    ``revision`` rises with every ``crystal_changed``, so an answer can tell which crystal it is
    for. ``opened`` is the crystal as it was opened, the parent of all edits.
    """

    crystal_changed = Signal(object)
    selection_changed = Signal(tuple)
    history_changed = Signal()
    doping_changed = Signal(object)

    def __init__(self) -> None:
        self._history: History[_Snapshot] | None = None
        self.revision = 0
        self.path: Path | None = None
        self.opened: Crystal | None = None
        self.selection: tuple[int, ...] = ()
        self.doping: DopingLine | None = None

    @property
    def crystal(self) -> Crystal | None:
        return self._history.state.crystal if self._history else None

    @property
    def symmetry(self) -> Symmetry:
        """Space group and orbits; they stay while edits keep each orbit uniform, so that the rows
        of a table do not change under a slider. Undo brings back those of the earlier state.
        """
        if self._history is None:
            return _NO_SYMMETRY
        shown = self._history.state
        if shown.symmetry is None:
            shown.symmetry = find_symmetry(shown.crystal)
        return shown.symmetry

    # Opening and saving

    def open(self, crystal: Crystal, path: Path | None = None) -> None:
        """Show another crystal; the history starts anew."""
        self._history = History(_Snapshot(crystal))
        self.opened, self.path = crystal, path
        self.select(())
        self.set_doping(None)
        self._announce()

    def restore(self, opened: Crystal, crystal: Crystal, path: Path | None) -> None:
        """Bring back unsaved edits of ``opened``: the document is modified."""
        self.open(opened, path)
        if crystal != opened:
            self.edit(crystal, "Restored edits")
        elif self._history is not None:  # another state had been saved, then this one was undone to
            self._history.mark_unsaved()
            self.history_changed.emit()

    def mark_saved(self, path: Path) -> None:
        if self._history is None:
            return
        self.path = path
        self._history.mark_saved()
        self.history_changed.emit()

    @property
    def modified(self) -> bool:
        """Whether the crystal differs from what is on disk."""
        return self._history is not None and self._history.modified

    # Edits

    def edit(self, crystal: Crystal, text: str, gesture: object | None = None) -> None:
        """Show ``crystal``; edits that share a gesture are one step of undo."""
        if self._history is None:
            raise RuntimeError("no crystal is open")
        before = self._history.state.crystal
        if crystal == before:
            return
        keeps = keeps_orbits(before, crystal, self.symmetry)
        kept = self.symmetry.with_species_of(crystal) if keeps else None
        self._history.push(_Snapshot(crystal, kept), text, gesture)
        self._announce()

    def set_species(
        self, sites: Iterable[int], species: Mapping[str, float], gesture: object | None = None
    ) -> None:
        """Raises ``CrystalError`` for what cannot be on a site; nothing changes then."""
        crystal, sites = self._open_crystal(), tuple(sites)
        new = set_species(crystal, sites, species)
        self.edit(new, f"Change {crystal.sites[sites[0]].label}" if sites else "", gesture)

    def substitute(
        self, sites: Iterable[int], host: str, dopant: str, x: float, gesture: object | None = None
    ) -> None:
        """``dopant`` (a vacancy when empty) gets the occupancy x, ``host`` what is left."""
        crystal, sites = self._open_crystal(), tuple(sites)
        new = substitute(crystal, sites, host, dopant, x)
        label = crystal.sites[sites[0]].label if sites else ""
        self.edit(new, f"{dopant or 'Vacancies'} on {label}", gesture)

    def set_cell(
        self,
        a: float,
        b: float,
        c: float,
        alpha: float,
        beta: float,
        gamma: float,
        gesture: object | None = None,
    ) -> None:
        new = set_cell(self._open_crystal(), a, b, c, alpha, beta, gamma)
        self.edit(new, "Change the cell", gesture)

    def undo(self) -> None:
        if self._history and self._history.can_undo:
            self._history.undo()
            self._announce()

    def redo(self) -> None:
        if self._history and self._history.can_redo:
            self._history.redo()
            self._announce()

    @property
    def can_undo(self) -> bool:
        return self._history is not None and self._history.can_undo

    @property
    def can_redo(self) -> bool:
        return self._history is not None and self._history.can_redo

    @property
    def edits(self) -> tuple[str, ...]:
        """What was done to the crystal since it was opened, step by step."""
        return self._history.done if self._history else ()

    @property
    def undo_text(self) -> str:
        return self._history.undo_text if self._history else ""

    @property
    def redo_text(self) -> str:
        return self._history.redo_text if self._history else ""

    # What the user looks at

    def select(self, sites: Iterable[int]) -> None:
        """Select sites of the open crystal; indices it does not have are left out."""
        n = len(self.crystal) if self.crystal else 0
        chosen = tuple(i for i in sites if 0 <= i < n)
        if chosen != self.selection:
            self.selection = chosen
            self.selection_changed.emit(chosen)

    def set_doping(self, line: DopingLine | None) -> None:
        """Choose the line along which Tc(x) is drawn."""
        if line != self.doping:
            self.doping = line
            self.doping_changed.emit(line)

    def _open_crystal(self) -> Crystal:
        if self.crystal is None:
            raise RuntimeError("no crystal is open")
        return self.crystal

    def _announce(self) -> None:
        self.revision += 1
        self._drop_what_no_longer_fits()
        self.crystal_changed.emit(self.crystal)
        self.history_changed.emit()

    def _drop_what_no_longer_fits(self) -> None:
        """A line whose host and dopant have both left its sites means nothing any more."""
        crystal = self._open_crystal()
        self.select(self.selection)
        line = self.doping
        if line is None:
            return
        inside = all(i < len(crystal) for i in line.sites)
        if not inside or not line.fits(crystal):
            self.set_doping(None)

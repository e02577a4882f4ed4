"""Relaxing a crystal with CHGNet, step by step; for the extra ``stability``."""

from __future__ import annotations

import warnings
from collections.abc import Generator
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from io import StringIO
from typing import Any

import numpy as np

from sc3d_desktop.crystal import Crystal, Site
from sc3d_desktop.crystal.elements import atomic_number
from sc3d_desktop.errors import CrystalError, GenerationError, ModelError

MOST_FORCE = 0.05
"""eV/Å, on atoms and, by ASE's filter, on the cell."""

MOST_STEPS = 300
_HEAVIEST = 94


@dataclass(frozen=True)
class Relaxed:
    """Energies in eV an atom; ``displacement`` is the root mean square in Å of the atoms' moves
    within the cell, ``volume_change`` a share. ``converged`` is False where the steps ran out.
    """

    crystal: Crystal
    energy: float
    displacement: float
    volume_change: float
    converged: bool


class Relaxer:
    """CHGNet with its weights. Raises ``ModelError`` where the extra is not installed."""

    def __init__(self) -> None:
        self._model = _load()

    def relax(
        self, crystal: Crystal, most_steps: int = MOST_STEPS
    ) -> Generator[int, None, Relaxed]:
        """Of an ordered crystal; yields the number of each step. Raises ``GenerationError`` for
        what CHGNet cannot calculate.
        """
        from ase.filters import FrechetCellFilter
        from ase.optimize import FIRE

        atoms = _atoms(crystal, self._model)
        optimiser = FIRE(FrechetCellFilter(atoms), logfile=None)
        converged = False
        for step, now in enumerate(optimiser.irun(fmax=MOST_FORCE, steps=most_steps)):
            converged = bool(now)
            yield step
        return _relaxed(crystal, atoms, converged)


def _load() -> Any:
    try:
        from chgnet.model.model import CHGNet
    except ImportError as error:
        raise ModelError(
            "Relaxing needs CHGNet, which is not installed.",
            'Install it with pip install "sc3d-desktop[stability]".',
        ) from error
    with redirect_stdout(StringIO()):  # it prints what it has loaded
        model = CHGNet.load(use_device="cpu", verbose=False)
    model.graph_converter.set_isolated_atom_response("error")
    return model


def _atoms(crystal: Crystal, model: Any) -> Any:
    from ase import Atoms

    numbers = [atomic_number(next(iter(site.species))) for site in crystal.sites]
    if not crystal.is_ordered or max(numbers) > _HEAVIEST:
        raise GenerationError(
            "CHGNet knows ordered crystals of the elements up to Pu alone.", "Relax another one."
        )
    atoms = Atoms(numbers, cell=crystal.lattice, scaled_positions=crystal.frac_coords, pbc=True)
    atoms.calc = _calculator(model)
    return atoms


def _calculator(model: Any) -> Any:
    """Not CHGNet's own, which prints as it starts."""
    from ase.calculators.calculator import Calculator
    from ase.stress import full_3x3_to_voigt_6_stress
    from ase.units import GPa

    class OfModel(Calculator):  # type: ignore[misc, unused-ignore]
        implemented_properties = ("energy", "forces", "stress")

        def calculate(self, atoms: Any, properties: Any, system_changes: Any) -> None:
            super().calculate(atoms, properties, system_changes)
            said = _predicted(model, atoms)
            self.results = {
                "energy": float(said["e"]) * len(atoms),
                "forces": said["f"],
                "stress": full_3x3_to_voigt_6_stress(said["s"] * GPa),
            }

    return OfModel()


def _predicted(model: Any, atoms: Any) -> Any:
    from pymatgen.core import Lattice, Structure

    structure = Structure(Lattice(atoms.cell.array), atoms.numbers, atoms.get_scaled_positions())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # CHGNet's own code, with a newer torch
        try:
            return model.predict_structure(structure, task="efs")
        except ValueError as error:
            raise GenerationError(
                "An atom has no other within CHGNet's reach.", "Relax another one."
            ) from error


def _relaxed(before: Crystal, atoms: Any, converged: bool) -> Relaxed:
    places = atoms.get_scaled_positions(wrap=False)
    moves = places - before.frac_coords
    moves = (moves - np.round(moves)) @ atoms.cell.array
    moves -= moves.mean(axis=0)
    sites = tuple(_at(site, place) for site, place in zip(before.sites, places, strict=True))
    try:
        crystal = replace(before, lattice=atoms.cell.array, sites=sites)
    except CrystalError as error:
        raise GenerationError("The crystal falls apart as it relaxes.", "Discard it.") from error
    return Relaxed(
        crystal,
        float(atoms.get_potential_energy()) / len(atoms),
        float(np.sqrt((moves**2).sum(axis=1).mean())),
        crystal.volume / before.volume - 1,
        converged,
    )


def _at(site: Site, place: Any) -> Site:
    return replace(site, frac=tuple(place.tolist()))

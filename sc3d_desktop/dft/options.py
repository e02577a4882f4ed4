"""What a hand-off can be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from sc3d_desktop.crystal.elements import element, is_element
from sc3d_desktop.dft.approximants import (
    DEFAULT_COUNT,
    DEFAULT_MAX_SITES,
    DEFAULT_TOLERANCE,
    Method,
)
from sc3d_desktop.errors import HandOffError

DEFAULT_TIME_LIMIT_SECONDS = 300.0
_LARGEST_U = 15.0


METHODS = {
    "auto": None,
    "enumeration": Method.ENUMERATION,
    "ewald": Method.EWALD,
    "quasirandom": Method.QUASIRANDOM,
}
"""By the names a user gives them; None leaves the choice to the program."""


class FElectrons(StrEnum):
    """Where the f electrons of lanthanides are: as pymatgen's sets have it (valence for Ce, Eu and
    Gd), in the core, or in the valence.
    """

    AUTO = "auto"
    CORE = "core"
    VALENCE = "valence"


class Magnetism(StrEnum):
    """Which magnetic orders are calculated: those that suit the family, of these only the ones
    with moments, or none at all.
    """

    AUTO = "auto"
    MAGNETIC = "magnetic"
    NONE = "none"


class Scripts(StrEnum):
    """The batch systems that job scripts are written for, beside the plain ``run.sh``."""

    ALL = "all"
    SLURM = "slurm"
    PBS = "pbs"
    PLAIN = "plain"


STEPS = ("relax", "static", "dos", "bands")
"""What may be calculated of each cell, in this order; the last two start from “static”."""


@dataclass(frozen=True)
class Options:
    """``hubbard``: (element, U in eV). ``size`` asks for the cell of so many primitive ones,
    however far its composition is off; ``kpoints_files`` for meshes written out, where VASP would
    make them from a spacing. ``recipe`` names the one that these came from, for the record. The
    rest is of ``plan`` and ``approximants``.
    """

    preset: str = "recommended"
    steps: tuple[str, ...] = STEPS
    magnetism: Magnetism = Magnetism.AUTO
    kpoints_files: bool = False
    scripts: Scripts = Scripts.ALL
    size: int | None = None
    tolerance: float = DEFAULT_TOLERANCE
    min_sites: int = 1
    max_sites: int = DEFAULT_MAX_SITES
    count: int = DEFAULT_COUNT
    seed: int = 0
    method: Method | None = None
    f_electrons: FElectrons = FElectrons.AUTO
    hubbard: tuple[tuple[str, float], ...] = ()
    time_limit_seconds: float = DEFAULT_TIME_LIMIT_SECONDS
    recipe: str = ""

    def __post_init__(self) -> None:
        self._check_steps()
        for el, u in self.hubbard:
            if not is_element(el) or element(el).block not in "df":
                raise HandOffError(f"“{el}” has no d or f electrons for a U.", "Give Cu=4, say.")
            if not 0 < u <= _LARGEST_U:
                raise HandOffError(
                    f"A U of {u:g} eV for {el} is out of range.", f"Give 0 to {_LARGEST_U:g} eV."
                )

    def _check_steps(self) -> None:
        strange = [step for step in self.steps if step not in STEPS]
        if strange or not self.steps:
            said = f"There is no step “{strange[0]}”." if strange else "No step was chosen."
            raise HandOffError(said, f"The steps are: {', '.join(STEPS)}.")
        if "static" not in self.steps and {"dos", "bands"} & set(self.steps):
            raise HandOffError(
                "DOS and bands start from the charge of the static step.", "Ask for it as well."
            )

    def anything_goes(self) -> Options:
        """The same with any difference of composition, to see what there is."""
        return replace(self, tolerance=0.5, size=None)

    def as_json(self) -> Mapping[str, object]:
        """For the record kept beside the inputs."""
        return {
            "preset": self.preset,
            "steps": list(self.steps),
            "magnetism": self.magnetism.value,
            "kpoints_files": self.kpoints_files,
            "scripts": self.scripts.value,
            "size": self.size,
            "tolerance": self.tolerance,
            "min_sites": self.min_sites,
            "max_sites": self.max_sites,
            "count": self.count,
            "seed": self.seed,
            "method": self.method.value if self.method else "automatic",
            "f_electrons": self.f_electrons.value,
            "hubbard_ev": dict(self.hubbard),
            "time_limit_seconds": self.time_limit_seconds,
        }

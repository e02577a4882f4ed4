"""What a hand-off can be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Options:
    """``hubbard``: (element, U in eV). The rest is of ``plan`` and ``approximants``."""

    preset: str = "recommended"
    tolerance: float = DEFAULT_TOLERANCE
    min_sites: int = 1
    max_sites: int = DEFAULT_MAX_SITES
    count: int = DEFAULT_COUNT
    seed: int = 0
    method: Method | None = None
    f_electrons: FElectrons = FElectrons.AUTO
    hubbard: tuple[tuple[str, float], ...] = ()
    time_limit_seconds: float = DEFAULT_TIME_LIMIT_SECONDS

    def __post_init__(self) -> None:
        for el, u in self.hubbard:
            if not is_element(el) or element(el).block not in "df":
                raise HandOffError(f"“{el}” has no d or f electrons for a U.", "Give Cu=4, say.")
            if not 0 < u <= _LARGEST_U:
                raise HandOffError(
                    f"A U of {u:g} eV for {el} is out of range.", f"Give 0 to {_LARGEST_U:g} eV."
                )

    def as_json(self) -> Mapping[str, object]:
        """For the record kept beside the inputs."""
        return {
            "preset": self.preset,
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

"""Which structures a screening looks at, decided before anything is predicted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.disorder import classify
from sc3d_desktop.errors import ScreeningError

_LONG_LIVED = ("Th", "U")
RADIOACTIVE = ("Tc", "Pm", "Po", "At", "Rn", "Fr", "Ra", "Ac", "Pa", "Np", "Pu", "Am", "Cm", "Bk",
               "Cf", "Es", "Fm", "Md", "No", "Lr")  # fmt: skip
"""Elements that have to be handled as radioactive; Th and U are among what laboratories use."""

TOXIC = ("Be", "As", "Cd", "Hg", "Tl", "Pb", "Se", "Os")
AIR_SENSITIVE = ("Li", "Na", "K", "Rb", "Cs", "Ca", "Sr", "Ba", "Eu", "Yb", "La", "Ce", "Pr", "Nd")
SCARCE = ("Ru", "Rh", "Pd", "Re", "Os", "Ir", "Pt", "Te", "Sc", "Au", "In", "Lu", "Tm")
FLAGS = {
    "toxic": TOXIC,
    "air-sensitive": AIR_SENSITIVE,
    "scarce": SCARCE,
    "radioactive": (*RADIOACTIVE, *_LONG_LIVED),
}
"""What to know before making it, and the elements that say so."""


@dataclass(frozen=True)
class Filters:
    """Elements: all of ``must``, none of ``must_not``, and where ``may`` is not empty, nothing
    outside ``must`` and ``may``. ``disorders`` is empty for all classes. Sites are counted in the
    cell as it stands.
    """

    must: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    radioactive: bool = False
    disorders: tuple[str, ...] = ()
    fewest_sites: int = 1
    most_sites: int = 400

    def refusal(self, crystal: Crystal) -> str:
        """Why the crystal is passed over; empty where it is not."""
        elements = set(crystal.composition)
        if not self.fewest_sites <= len(crystal) <= self.most_sites:
            return f"{len(crystal)} sites"
        if missing := set(self.must) - elements:
            return f"without {', '.join(sorted(missing))}"
        if barred := set(self.must_not) & elements:
            return f"with {', '.join(sorted(barred))}"
        if self.may and (others := elements - set(self.must) - set(self.may)):
            return f"with {', '.join(sorted(others))}"
        if not self.radioactive and (hot := elements & set(RADIOACTIVE)):
            return f"radioactive: {', '.join(sorted(hot))}"
        if self.disorders and (kind := str(classify(crystal))) not in self.disorders:
            return f"of class {kind}"
        return ""

    def as_json(self) -> dict[str, Any]:
        return {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(self).items()}


def filters_from_json(data: Mapping[str, Any]) -> Filters:
    """The filters that ``as_json`` wrote. Raises ``ScreeningError`` for anything else."""
    try:
        plain: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in data.items()
        }
        return Filters(**plain)
    except TypeError as error:
        raise ScreeningError(f"These are no filters: {error}.", "Start a new run.") from error


def flags(elements: set[str]) -> tuple[str, ...]:
    """The ``FLAGS`` of what holds these elements."""
    return tuple(kind for kind, listed in FLAGS.items() if elements & set(listed))

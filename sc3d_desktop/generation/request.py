"""What is asked of the generator, checked before anything is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.elements import element
from sc3d_desktop.crystal.formula import parse_formula
from sc3d_desktop.errors import CrystalError, GenerationError

Sampling = Literal["quick", "paper"]

MOST_COUNT = 100_000
MOST_ATOMS = 52
LEARNED_ATOMS = 20
"""The superconductors the model has seen have at most so many in a primitive cell."""

QUICK_STEPS = 100
PAPER_STEPS = 1000
HIGHEST_TC_KELVIN = 250.0
"""About the highest Tc of the training data; what is asked for beyond is a guess in the dark."""


@dataclass(frozen=True)
class Seed:
    """A structure to start from: it is noised up to the share ``change`` of all times, then made
    anew. With ``keep_symmetry`` the noise stays on its orbits, so that its space group is kept.
    ``keep_elements`` makes only cell and positions anew.
    """

    crystal: Crystal
    change: float = 0.4
    keep_symmetry: bool = False
    keep_elements: bool = False


@dataclass(frozen=True)
class Request:
    """``tc_kelvin`` is the Tc to aim at; None for as high as possible where ``guidance`` is above
    0, which is not asked at all at 0. ``energy`` is the strength of the paper's guidance by a Tc
    model, besides. Elements: all of ``required``; where ``allowed`` is not empty, nothing outside
    both; none of ``excluded``. ``formula`` fixes the composition, in one or more formula units of
    the atoms' range. ``steps`` are those of the quick sampler; the paper's has its own. The same
    ``seed`` gives the same candidates on the same device. ``recipe`` names the one that this came
    from.
    """

    count: int = 20
    tc_kelvin: float | None = None
    required: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    fewest_atoms: int = 2
    most_atoms: int = LEARNED_ATOMS
    formula: str = ""
    start: Seed | None = None
    guidance: float = 1.0
    energy: float = 0.0
    sampling: Sampling = "quick"
    steps: int = QUICK_STEPS
    seed: int = 0
    recipe: str = ""

    @property
    def denoising_steps(self) -> int:
        return PAPER_STEPS if self.sampling == "paper" else self.steps

    def sizes(self) -> tuple[int, ...]:
        """Numbers of atoms that a candidate may have. Raises as ``check`` does."""
        if self.start is not None:
            return (len(self.start.crystal),)
        wanted = range(self.fewest_atoms, self.most_atoms + 1)
        if not self.formula:
            return tuple(wanted)
        unit = sum(self.formula_unit().values())
        return tuple(n for n in wanted if n % unit == 0)

    def formula_unit(self) -> dict[str, int]:
        """Whole numbers of atoms of the formula. Raises ``GenerationError``."""
        found = parse_formula(self.formula)
        if not found:
            raise GenerationError(
                f"“{self.formula}” is no chemical formula.", "Write it as in LaH10 or YBa2Cu3O7."
            )
        if any(abs(n - round(n)) > 1e-6 for n in found.values()):
            raise GenerationError(
                f"{self.formula} has parts of atoms; the generator makes ordered crystals.",
                "Give whole numbers, and dope a candidate afterwards in the editor.",
            )
        return {el: round(n) for el, n in found.items()}

    def as_json(self) -> dict[str, Any]:
        """All but ``start``, whose crystal is kept in a file of its own."""
        plain = asdict(self)
        del plain["start"]
        return {k: list(v) if isinstance(v, tuple) else v for k, v in plain.items()}


def request_from_json(data: Mapping[str, Any], start: Seed | None = None) -> Request:
    """What ``as_json`` wrote. Raises ``GenerationError`` for anything else."""
    try:
        plain: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in data.items()}
        return Request(**plain, start=start)
    except TypeError as error:
        raise GenerationError(f"This is no request: {error}.", "Start a new run.") from error


def check(request: Request) -> tuple[str, ...]:
    """Warnings in words. Raises ``GenerationError`` for what cannot be made at all."""
    _check_numbers(request)
    _check_elements(request)
    if not request.sizes():
        unit = sum(request.formula_unit().values())
        raise GenerationError(
            f"{request.formula} has {unit} atoms a formula unit, and no multiple of it lies "
            f"between {request.fewest_atoms} and {request.most_atoms} atoms.",
            f"Allow at least {unit} atoms." if unit <= MOST_ATOMS else "Choose a smaller formula.",
        )
    return _warnings(request)


def _check_numbers(request: Request) -> None:
    if not 1 <= request.count <= MOST_COUNT:
        raise GenerationError(
            f"{request.count:,} candidates cannot be made.", f"Ask for 1 to {MOST_COUNT:,}."
        )
    if not 1 <= request.fewest_atoms <= request.most_atoms <= MOST_ATOMS:
        raise GenerationError(
            f"{request.fewest_atoms} to {request.most_atoms} atoms cannot be made.",
            f"Give a range within 1 to {MOST_ATOMS}.",
        )
    if request.tc_kelvin is not None and not 0.01 <= request.tc_kelvin <= 1000:
        raise GenerationError(
            f"A Tc of {request.tc_kelvin:g} K cannot be aimed at.", "Give 0.01 to 1000 K."
        )
    if not 0 <= request.guidance <= 20:
        raise GenerationError(
            f"A guidance of {request.guidance:g} cannot be used.", "Give 0 to 20; 1 is usual."
        )
    if not 0 <= request.energy <= 20:
        raise GenerationError(
            f"An energy guidance of {request.energy:g} cannot be used.", "Give 0 to 20."
        )
    if not 4 <= request.steps <= PAPER_STEPS:
        raise GenerationError(
            f"{request.steps} steps cannot be taken.", f"Give 4 to {PAPER_STEPS}."
        )
    start = request.start
    if start is not None and not start.crystal.is_ordered:
        raise GenerationError(
            "The structure to start from is disordered; the generator makes ordered ones.",
            "Order it first, or start from its parent.",
        )
    if start is not None and not 0.02 <= start.change <= 1:
        raise GenerationError(
            f"A change of {start.change:g} cannot be made.", "Give a share of 0.02 to 1."
        )
    if start is not None and len(start.crystal) > MOST_ATOMS:
        raise GenerationError(
            f"The structure to start from has {len(start.crystal)} atoms.",
            f"Take its primitive cell, or one of at most {MOST_ATOMS} atoms.",
        )


def _check_elements(request: Request) -> None:
    for symbol in (*request.required, *request.allowed, *request.excluded):
        try:
            element(symbol)
        except CrystalError as error:
            raise GenerationError(
                f"“{symbol}” is no element.", "Write it as in La or H."
            ) from error
    if both := set(request.required) & set(request.excluded):
        raise GenerationError(
            f"{', '.join(sorted(both))} cannot be both required and excluded.", "Choose one."
        )
    usable = {*request.allowed, *request.required} - set(request.excluded)
    if request.allowed and not usable:
        raise GenerationError("Every allowed element is excluded.", "Allow another.")
    if len(request.required) > request.most_atoms:
        raise GenerationError(
            f"{len(request.required)} required elements do not fit into {request.most_atoms} "
            "atoms.",
            "Require fewer, or allow more atoms.",
        )
    if not request.formula:
        return
    unit = set(request.formula_unit())
    if barred := unit & set(request.excluded):
        raise GenerationError(
            f"{request.formula} holds {', '.join(sorted(barred))}, which is excluded.", "Allow it."
        )
    if missing := set(request.required) - unit:
        raise GenerationError(
            f"{request.formula} is without {', '.join(sorted(missing))}, which is required.",
            "Leave out one of the two.",
        )


def _warnings(request: Request) -> tuple[str, ...]:
    found = []
    if request.tc_kelvin is not None and request.tc_kelvin > HIGHEST_TC_KELVIN:
        found.append(
            f"{request.tc_kelvin:g} K lies above nearly all of what the model has learned from "
            f"(up to about {HIGHEST_TC_KELVIN:g} K): expect a guess."
        )
    if request.most_atoms > LEARNED_ATOMS and not request.start:
        found.append(
            f"The superconductors the model has seen have at most {LEARNED_ATOMS} atoms a cell; "
            "larger ones are seldom sensible."
        )
    if request.guidance > 3:
        found.append(
            f"A guidance of {request.guidance:g} is strong: expect few sorts of candidates."
        )
    return tuple(found)

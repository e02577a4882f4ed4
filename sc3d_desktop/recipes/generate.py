"""The choices of the generator: what is asked for, and how a structure is begun with."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

from sc3d_desktop.errors import GenerationError, RecipeError
from sc3d_desktop.generation.request import (
    MOST_ATOMS,
    MOST_COUNT,
    PAPER_STEPS,
    Request,
    check,
)
from sc3d_desktop.recipes.fields import (
    Reader,
    elements,
    flag,
    maybe,
    number,
    one_of,
    part,
    read,
    text,
    whole,
)
from sc3d_desktop.recipes.recipe import Choices


@dataclass(frozen=True)
class Like:
    """How a structure is begun with; which one it is, is not part of a recipe."""

    change: float = 0.4
    keep_symmetry: bool = False
    keep_elements: bool = False


_LIKE: dict[str, Reader] = {
    "change": number(0.02, 1.0),
    "keep_symmetry": flag,
    "keep_elements": flag,
}
_READERS: dict[str, Reader] = {
    "count": whole(1, MOST_COUNT),
    "tc_kelvin": maybe(number(0.01, 1000.0)),
    "required": elements,
    "allowed": elements,
    "excluded": elements,
    "fewest_atoms": whole(1, MOST_ATOMS),
    "most_atoms": whole(1, MOST_ATOMS),
    "formula": text,
    "guidance": number(0.0, 20.0),
    "energy": number(0.0, 20.0),
    "sampling": one_of("quick", "paper"),
    "steps": whole(4, PAPER_STEPS),
    "seed": whole(0, 2**31 - 1),
    "like": maybe(part(_LIKE, "like")),
}


def generate_choices(request: Request, like: Like | None = None) -> Choices:
    """``like`` where a structure is to be begun with."""
    asked = {name: value for name, value in request.as_json().items() if name in _READERS}
    return {**asked, "like": None if like is None else asdict(like)}


def read_generate(choices: Choices) -> tuple[Request, Like | None]:
    """Raises ``RecipeError`` for what ``generate_choices`` cannot have given, or cannot be made."""
    found = read(choices, _READERS)
    told = found.pop("like", None)
    request = Request(**found)
    try:
        check(request if told is None else replace(request, formula=""))
    except GenerationError as error:
        raise RecipeError(error.message, error.hint) from error
    return request, None if told is None else Like(**told)

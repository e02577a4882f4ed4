"""The choices of a hand-off: program, preset, steps, moments, and how large cells may be."""

from __future__ import annotations

from typing import Any

from sc3d_desktop.dft import METHODS, STEPS, Code, FElectrons, Magnetism, Options, Qe, Scripts, Vasp
from sc3d_desktop.errors import HandOffError, RecipeError
from sc3d_desktop.recipes.fields import Reader, flag, number, one_of, read, some_of, text, whole
from sc3d_desktop.recipes.recipe import Choices

PROGRAMS: dict[str, Code] = {"vasp": Vasp(), "qe": Qe()}
MOST_SITES, MOST_CELLS, LARGEST_SEED = 1000, 100, 2**31 - 1
_DAY_SECONDS = 86_400.0


def _hubbard(value: Any) -> tuple[tuple[str, float], ...]:
    """The elements and the range of U are checked with the options."""
    if not isinstance(value, dict) or not all(type(u) in (int, float) for u in value.values()):
        raise ValueError("elements with a U in eV, as in {“Cu”: 4}")
    return tuple((el, float(u)) for el, u in value.items())


_READERS: dict[str, Reader] = {
    "program": one_of(*PROGRAMS),
    "preset": text,
    "steps": some_of(*STEPS),
    "magnetism": one_of(*Magnetism),
    "kpoints_files": flag,
    "scripts": one_of(*Scripts),
    "tolerance": number(0.0, 0.5),
    "min_sites": whole(1, MOST_SITES),
    "max_sites": whole(1, MOST_SITES),
    "count": whole(1, MOST_CELLS),
    "seed": whole(0, LARGEST_SEED),
    "method": one_of(*METHODS),
    "f_electrons": one_of(*FElectrons),
    "hubbard": _hubbard,
    "time_limit_seconds": number(0.1, _DAY_SECONDS),
}


def hand_off_choices(code: Code, options: Options) -> Choices:
    """All but the size of the cell, which is chosen for one crystal."""
    return {
        "program": next(name for name, there in PROGRAMS.items() if there == code),
        "preset": options.preset,
        "steps": list(options.steps),
        "magnetism": options.magnetism.value,
        "kpoints_files": options.kpoints_files,
        "scripts": options.scripts.value,
        "tolerance": options.tolerance,
        "min_sites": options.min_sites,
        "max_sites": options.max_sites,
        "count": options.count,
        "seed": options.seed,
        "method": next(name for name, method in METHODS.items() if method == options.method),
        "f_electrons": options.f_electrons.value,
        "hubbard": dict(options.hubbard),
        "time_limit_seconds": options.time_limit_seconds,
    }


def read_hand_off(choices: Choices) -> tuple[Code, Options]:
    """Raises ``RecipeError`` for what ``hand_off_choices`` cannot have given."""
    found = read(choices, _READERS)
    code = PROGRAMS[found.pop("program", "vasp")]
    for name, kind in (
        ("magnetism", Magnetism), ("scripts", Scripts), ("f_electrons", FElectrons),
        ("method", METHODS.__getitem__),
    ):  # fmt: skip
        if name in found:
            found[name] = kind(found[name])
    try:
        options = Options(**found)
        code.check(options)
    except HandOffError as error:
        raise RecipeError(error.message, error.hint) from error
    if options.min_sites > options.max_sites:
        raise RecipeError(
            f"Cells of at least {options.min_sites} and at most {options.max_sites} atoms are "
            "none.",
            "Make and save the recipe anew.",
        )
    return code, options

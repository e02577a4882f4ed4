"""Recipes of every kind with choices at random."""

from __future__ import annotations

from typing import Any

import numpy as np

from sc3d_desktop.dft import METHODS, STEPS, Code, FElectrons, Magnetism, Options, Qe, Scripts, Vasp
from sc3d_desktop.dft.qe import QE_PRESETS
from sc3d_desktop.dft.vasp import PRESETS
from sc3d_desktop.generation.request import Request
from sc3d_desktop.recipes import Choices, Kind, Recipe, new_recipe
from sc3d_desktop.recipes.generate import Like, generate_choices
from sc3d_desktop.recipes.hand_off import hand_off_choices
from sc3d_desktop.recipes.screen import screen_choices
from sc3d_desktop.screening.filters import FLAGS, Filters
from sc3d_desktop.screening.ranking import DOMAINS, Wanted

Rng = np.random.Generator
_METALS = ("La", "Sr", "Cu", "Fe", "Mg", "Nb", "Y", "Ba")


def some(rng: Rng, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if rng.random() < 0.4)


def one(rng: Rng, names: Any) -> Any:
    there = list(names)
    return there[int(rng.integers(len(there)))]


def random_hand_off(rng: Rng) -> tuple[Code, Options]:
    code: Code = one(rng, (Vasp(), Qe()))
    least = int(rng.integers(1, 40))
    return code, Options(
        preset=one(rng, PRESETS if isinstance(code, Vasp) else QE_PRESETS),
        steps=tuple(step for step in STEPS if step == "static" or rng.random() < 0.5),
        magnetism=one(rng, Magnetism),
        kpoints_files=bool(rng.random() < 0.5),
        scripts=one(rng, Scripts),
        tolerance=float(rng.uniform(0, 0.5)),
        min_sites=least,
        max_sites=least + int(rng.integers(0, 300)),
        count=int(rng.integers(1, 100)),
        seed=int(rng.integers(1 << 31)),
        method=one(rng, METHODS.values()),
        f_electrons=one(rng, FElectrons),
        hubbard=tuple((el, float(rng.uniform(0.5, 9))) for el in some(rng, ("Cu", "Fe", "Ce"))),
        time_limit_seconds=float(rng.uniform(1, 900)),
    )


def random_request(rng: Rng) -> tuple[Request, Like | None]:
    least = int(rng.integers(1, 12))
    request = Request(
        count=int(rng.integers(1, 500)),
        tc_kelvin=float(rng.uniform(1, 200)) if rng.random() < 0.5 else None,
        required=some(rng, ("H", "O")),
        allowed=some(rng, _METALS),
        excluded=some(rng, ("Hg", "Tl", "U")),
        fewest_atoms=least,
        most_atoms=least + int(rng.integers(2, 20)),
        guidance=float(rng.uniform(0, 20)),
        energy=float(rng.uniform(0, 20)),
        sampling=one(rng, ("quick", "paper")),
        steps=int(rng.integers(4, 1000)),
        seed=int(rng.integers(1 << 31)),
    )
    like = Like(float(rng.uniform(0.02, 1)), bool(rng.random() < 0.5), bool(rng.random() < 0.5))
    return request, like if rng.random() < 0.5 else None


def random_screen(rng: Rng) -> tuple[Filters, Wanted]:
    filters = Filters(
        must=some(rng, ("O",)),
        may=some(rng, _METALS),
        must_not=some(rng, ("Hg",)),
        radioactive=bool(rng.random() < 0.5),
        disorders=some(rng, ("O", "SD", "PD", "SPD")),
        fewest_sites=int(rng.integers(1, 5)),
        most_sites=int(rng.integers(5, 900)),
    )
    return filters, Wanted(
        p_superconductor=float(rng.random()),
        tc_low=float(rng.uniform(0, 100)),
        domains=frozenset(some(rng, DOMAINS)),
        no_flags=frozenset(some(rng, tuple(FLAGS))),
        hide_trained=bool(rng.random() < 0.5),
        hide_known=bool(rng.random() < 0.5),
    )


def random_choices(kind: Kind, rng: Rng) -> Choices:
    match kind:
        case Kind.HAND_OFF:
            return hand_off_choices(*random_hand_off(rng))
        case Kind.GENERATE:
            return generate_choices(*random_request(rng))
        case Kind.SCREEN:
            return screen_choices(*random_screen(rng))


def random_recipe(kind: Kind, name: str, rng: Rng) -> Recipe:
    return new_recipe(kind, name, random_choices(kind, rng))

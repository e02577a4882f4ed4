"""What recipes hold: each choice comes back as it was, and what cannot be one is told."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from recipe_cases import random_choices, random_hand_off, random_request, random_screen

from sc3d_desktop.errors import RecipeError
from sc3d_desktop.recipes import Kind, Recipe, new_recipe, recipe_from_json, understood
from sc3d_desktop.recipes.generate import generate_choices, read_generate
from sc3d_desktop.recipes.hand_off import hand_off_choices, read_hand_off
from sc3d_desktop.recipes.screen import read_screen, screen_choices

SEEDS = range(25)


def through_json(choices: Any) -> Any:
    return json.loads(json.dumps(choices, allow_nan=False))


@pytest.mark.parametrize("seed", SEEDS)
def test_all_choices_of_a_hand_off_come_back(seed: int) -> None:
    code, options = random_hand_off(np.random.default_rng(seed))
    back = read_hand_off(through_json(hand_off_choices(code, options)))
    assert back == (code, options)
    other = replace(options, size=4)
    assert read_hand_off(hand_off_choices(code, other)) == (code, options), "one crystal's own"


@pytest.mark.parametrize("seed", SEEDS)
def test_all_choices_of_the_generator_come_back(seed: int) -> None:
    request, like = random_request(np.random.default_rng(seed))
    assert read_generate(through_json(generate_choices(request, like))) == (request, like)


@pytest.mark.parametrize("seed", SEEDS)
def test_all_choices_of_a_screening_come_back(seed: int) -> None:
    filters, wanted = random_screen(np.random.default_rng(seed))
    assert read_screen(through_json(screen_choices(filters, wanted))) == (filters, wanted)


@pytest.mark.parametrize("kind", Kind)
def test_a_recipe_comes_back_and_what_it_leaves_out_is_as_usual(kind: Kind) -> None:
    rng = np.random.default_rng(5)
    recipe = new_recipe(kind, "  Mine, für später ", random_choices(kind, rng))
    assert recipe.name == "Mine, für später"
    assert recipe_from_json(through_json(recipe.as_json())) == recipe
    assert understood(recipe) == recipe.choices
    usual = understood(new_recipe(kind, "empty", {}))
    assert usual.keys() == recipe.choices.keys()


def bad(kind: Kind, **choices: Any) -> RecipeError:
    with pytest.raises(RecipeError) as caught:
        understood(new_recipe(kind, "mine", choices))
    assert caught.value.message.startswith("The recipe “mine” cannot be used: ")
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ({"flavour": 1}, "“flavour” is no choice that this version knows"),
        ({"size": 4}, "“size” is no choice"),
        ({"count": 0}, "“count” is 0 and should be a whole number from 1 to 100"),
        ({"count": True}, "“count” is True"),
        ({"count": 3.0}, "“count” is 3.0"),
        ({"tolerance": 0.7}, "a number from 0 to 0.5"),
        ({"tolerance": float("nan")}, "“tolerance” is nan"),
        ({"time_limit_seconds": 10**400}, "“time_limit_seconds”"),
        ({"steps": ["relax", "dos"]}, "start from the charge of the static step"),
        ({"steps": []}, "No step was chosen"),
        ({"steps": "relax"}, "“steps” is 'relax'"),
        ({"magnetism": ["auto"]}, "“magnetism”"),
        ({"preset": "best"}, "There is no preset “best”"),
        ({"program": "qe", "preset": "paper"}, "that of the paper is for VASP"),
        ({"program": "abinit"}, "one of vasp, qe"),
        ({"hubbard": {"Cu": 40}}, "out of range"),
        ({"hubbard": {"Xx": 4}}, "no d or f electrons"),
        ({"hubbard": [["Cu", 4]]}, "elements with a U in eV"),
        ({"min_sites": 90, "max_sites": 80}, "at least 90 and at most 80 atoms"),
    ],
)
def test_what_a_hand_off_cannot_be_told_is_said(choices: dict[str, Any], said: str) -> None:
    assert said in bad(Kind.HAND_OFF, **choices).message


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ({"count": 10**9}, "whole number from 1 to 100,000"),
        ({"required": ["Cu", "Xx"]}, "a list of chemical elements"),
        ({"required": ["Cu"], "excluded": ["Cu"]}, "both required and excluded"),
        ({"formula": "Mg0.9B2"}, "parts of atoms"),
        ({"formula": "x" * 1000}, "a short text"),
        ({"fewest_atoms": 30, "most_atoms": 20}, "30 to 20 atoms"),
        ({"like": {"change": 2}}, "a number from 0.02 to 1"),
        ({"like": {"crystal": {}}}, "“crystal” is no choice"),
        ({"like": [1]}, "“like” holds no choices"),
        ({"start": None}, "“start” is no choice"),
    ],
)
def test_what_the_generator_cannot_be_asked_is_said(choices: dict[str, Any], said: str) -> None:
    assert said in bad(Kind.GENERATE, **choices).message


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ({"filters": {"must": ["O", "O"]}}, "a list of chemical elements"),
        ({"filters": {"most_sites": -1}}, "whole number from 1"),
        ({"filters": None}, "“filters” holds no choices"),
        ({"wanted": {"p_superconductor": 40}}, "a number from 0 to 1"),
        ({"wanted": {"domains": ["nowhere"]}}, "some of inside, edge, outside"),
        ({"wanted": {"hide_known": 1}}, "true or false"),
    ],
)
def test_what_a_screening_cannot_be_told_is_said(choices: dict[str, Any], said: str) -> None:
    assert said in bad(Kind.SCREEN, **choices).message


@pytest.mark.parametrize(
    "name", ["", "  ", "two\nlines", "nul\0", "\u202egpj", "x" * 81, " mine", "mine (changed)"]
)
def test_a_name_that_would_mislead_is_refused(name: str) -> None:
    with pytest.raises(RecipeError) as caught:
        Recipe(Kind.SCREEN, name, {}, "", "")
    assert caught.value.hint


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "soup"}, {"kind": ["screen"]}, {"name": 3}, {"choices": []}, {"made_at": None},
        {"more": 1},
    ],
)  # fmt: skip
def test_what_is_no_recipe_is_told(change: dict[str, Any]) -> None:
    whole = new_recipe(Kind.SCREEN, "mine", {}).as_json()
    assert recipe_from_json(whole).name == "mine"
    with pytest.raises(RecipeError, match="no recipe of this version"):
        recipe_from_json(whole | change)
    for other in (None, [], "recipe", 7, {}):
        with pytest.raises(RecipeError):
            recipe_from_json(other)

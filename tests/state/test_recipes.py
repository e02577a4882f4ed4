"""Recipes of a form: it is filled with one, and what changes afterwards is known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from generated_cases import ordered
from recipe_cases import random_recipe, random_screen

from sc3d_desktop.errors import HandOffError
from sc3d_desktop.recipes import Choices, Kind, RecipeStore, new_recipe, understood
from sc3d_desktop.recipes.generate import read_generate
from sc3d_desktop.recipes.screen import screen_choices
from sc3d_desktop.state.plan import Plan
from sc3d_desktop.state.recipes import Recipes, RequestChoices, ScreenChoices
from sc3d_desktop.state.request_plan import RequestPlan
from sc3d_desktop.state.screening import Screening


@pytest.fixture
def plan(tmp_path: Path) -> RequestPlan:
    return RequestPlan(tmp_path / "generated")


@pytest.fixture
def recipes(plan: RequestPlan) -> Recipes:
    made = Recipes(Kind.GENERATE, RequestChoices(plan))
    plan.changed.connect(made.look)
    return made


def problem(recipes: Recipes) -> str:
    assert recipes.problem is not None
    assert recipes.problem.hint
    return recipes.problem.message


def test_what_is_saved_is_chosen_and_fills_another_form(
    recipes: Recipes, plan: RequestPlan, tmp_path: Path
) -> None:
    plan.ask(count=7, tc_kelvin=40.0, required=("H",), seed=11)
    recipes.save("hydrides")
    assert (recipes.names, recipes.used) == (("hydrides",), "hydrides")
    other = RequestPlan(tmp_path / "other")
    Recipes(Kind.GENERATE, RequestChoices(other)).choose("hydrides")
    assert other.asked == plan.asked


def test_a_change_is_seen_and_gone_when_it_is_taken_back(
    recipes: Recipes, plan: RequestPlan
) -> None:
    recipes.save("mine")
    told: list[bool] = []
    recipes.changed.connect(lambda: told.append(recipes.is_changed))
    plan.ask(count=33)
    plan.ask(count=34)
    assert recipes.used == "mine (changed)"
    plan.ask(count=20)
    assert recipes.used == "mine"
    assert told == [True, False], "said once each"
    plan.ask(count=33)
    recipes.choose("mine")
    assert (plan.asked.count, recipes.used) == (20, "mine")
    recipes.choose("")
    assert recipes.used == ""


@pytest.mark.parametrize("seed", range(8))
def test_any_recipe_fills_the_form_and_is_unchanged_then(
    recipes: Recipes, plan: RequestPlan, seed: int
) -> None:
    recipe = random_recipe(Kind.GENERATE, "any", np.random.default_rng(seed))
    RecipeStore().put(recipe)
    plan.use_crystal(ordered(2, 3))
    recipes.choose("any")
    request, like = read_generate(recipe.choices)
    assert recipes.used == "any"
    assert plan.asked == request
    assert plan.beginning.wanted == (like is not None)
    if like is not None:
        assert plan.request.start is not None
        assert plan.request.start.change == like.change


def test_only_the_recipe_in_use_is_replaced_and_that_can_be_undone(
    recipes: Recipes, plan: RequestPlan
) -> None:
    recipes.save("one")
    recipes.choose("")
    plan.ask(count=5)
    recipes.save("one")
    assert "already" in problem(recipes)
    recipes.save("two")
    assert recipes.done == ""
    plan.ask(count=6)
    recipes.save("two")
    assert (recipes.done, recipes.used) == ("“two” is replaced.", "two")
    assert RecipeStore().get(Kind.GENERATE, "two").choices["count"] == 6
    recipes.undo()
    assert RecipeStore().get(Kind.GENERATE, "two").choices["count"] == 5
    assert (recipes.done, recipes.used) == ("", "two (changed)")


def test_what_was_deleted_comes_back_with_undo(recipes: Recipes, plan: RequestPlan) -> None:
    plan.ask(count=5)
    recipes.save("mine")
    kept = RecipeStore().get(Kind.GENERATE, "mine")
    recipes.delete()
    assert (recipes.names, recipes.used, recipes.done) == ((), "", "“mine” is deleted.")
    assert plan.asked.count == 5, "the form stays as it is"
    recipes.undo()
    assert recipes.used == "mine"
    assert RecipeStore().get(Kind.GENERATE, "mine") == kept
    recipes.undo()
    assert recipes.names == ("mine",)


def test_a_form_that_makes_no_sense_is_not_saved(recipes: Recipes, plan: RequestPlan) -> None:
    plan.ask(formula="Xx2")
    recipes.save("mine")
    assert "“Xx2” is no chemical formula" in problem(recipes)
    assert RecipeStore().all().recipes == ()
    plan.ask(formula="")
    recipes.save("two\nlines")
    assert "cannot be the name" in problem(recipes)
    recipes.save("mine")
    assert recipes.problem is None


def test_a_recipe_that_cannot_be_used_leaves_the_form_alone(
    recipes: Recipes, plan: RequestPlan
) -> None:
    recipes.save("good")
    RecipeStore().put(new_recipe(Kind.GENERATE, "later", {"flavour": 1}))
    before = plan.asked
    recipes.choose("later")
    assert "“flavour” is no choice that this version knows" in problem(recipes)
    assert (plan.asked, recipes.used) == (before, "good")


def test_what_others_save_and_delete_is_seen_when_listed_again(recipes: Recipes) -> None:
    recipes.save("mine")
    RecipeStore().put(new_recipe(Kind.GENERATE, "yours", {}))
    RecipeStore().put(new_recipe(Kind.SCREEN, "another kind", {}))
    RecipeStore().delete(Kind.GENERATE, "mine")
    (RecipeStore().folder / "generate-x.json").write_text("{", encoding="utf-8")
    recipes.list_again()
    assert (recipes.names, recipes.used) == (("yours",), "")
    assert "generate-x.json cannot be read" in problem(recipes)


class Broken:
    """A form in which something is being typed."""

    def choices(self) -> Choices:
        raise HandOffError("“Cu=” is not a Hubbard U.", "Write it as Cu=4, in eV.")

    def use(self, choices: Choices) -> None:
        self.used = choices


def test_a_form_that_cannot_be_read_is_another_and_is_not_saved() -> None:
    form = Broken()
    recipe = random_recipe(Kind.HAND_OFF, "mine", np.random.default_rng(1))
    RecipeStore().put(recipe)
    recipes = Recipes(Kind.HAND_OFF, form)
    recipes.choose("mine")
    assert form.used == understood(recipe)
    assert recipes.used == "mine (changed)"
    recipes.save("another")
    assert "not a Hubbard U" in problem(recipes)
    assert recipes.names == ("mine",)


def test_a_screening_is_filled_with_filters_and_with_what_is_looked_at(tmp_path: Path) -> None:
    plan, screening = Plan(tmp_path), Screening()
    recipes = Recipes(Kind.SCREEN, ScreenChoices(plan, screening))
    filters, wanted = random_screen(np.random.default_rng(3))
    RecipeStore().put(new_recipe(Kind.SCREEN, "mine", screen_choices(filters, wanted)))
    recipes.choose("mine")
    assert (plan.filters, screening.wanted) == (filters, wanted)
    screening.want(replace(wanted, tc_low=wanted.tc_low + 1))
    assert recipes.used == "mine (changed)"

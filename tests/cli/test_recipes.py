"""``--recipe``, and ``sc3d recipes``: choices saved once and used again."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from recipe_cases import random_hand_off, random_recipe, random_request, random_screen

from sc3d_desktop.cli.generate_choices import request_of
from sc3d_desktop.cli.hand_off_choices import options_of
from sc3d_desktop.cli.parser import parse
from sc3d_desktop.cli.screen_choices import filters_of, wanted_of
from sc3d_desktop.crystal.files import read_all
from sc3d_desktop.data import Catalogue, Query
from sc3d_desktop.dft import Magnetism, Options, Qe, Vasp
from sc3d_desktop.errors import RecipeError
from sc3d_desktop.generation.folder import RunFolder, read_run
from sc3d_desktop.generation.request import Request
from sc3d_desktop.recipes import Kind, RecipeStore, new_recipe
from sc3d_desktop.recipes.generate import Like, generate_choices
from sc3d_desktop.recipes.hand_off import hand_off_choices
from sc3d_desktop.recipes.screen import screen_choices
from sc3d_desktop.screening.filters import RADIOACTIVE, TOXIC, Filters
from sc3d_desktop.screening.ranking import Wanted

SEEDS = range(6)


def keep(kind: Kind, choices: Any, name: str = "mine") -> None:
    RecipeStore().put(new_recipe(kind, name, choices))


def options(*words: str, form: str = "vasp") -> Options:
    return options_of(parse(["export", form, "a.cif", "--out", "b", *words]))


def request(*words: str) -> Request:
    return request_of(parse(["generate", "--out", "b", *words]))


# The hand-off


def test_without_a_recipe_options_are_as_usual() -> None:
    assert options() == Options()
    assert options("--count", "2", "--hubbard", "Cu=4") == Options(count=2, hubbard=(("Cu", 4.0),))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_recipe_gives_all_options_and_those_on_the_line_win(seed: int) -> None:
    code, kept = random_hand_off(np.random.default_rng(seed))
    keep(Kind.HAND_OFF, hand_off_choices(code, kept))
    form = "vasp" if isinstance(code, Vasp) else "qe"
    assert options("--recipe", "mine", form=form) == replace(kept, recipe="mine")
    given = ("--max-sites", "901", "--magnetism", "none", "--no-kpoints-files", "--size", "3")
    wanted = replace(
        kept, max_sites=901, magnetism=Magnetism.NONE, kpoints_files=False, size=3,
        recipe="mine (changed)",
    )  # fmt: skip
    assert options("--recipe", "mine", *given, form=form) == wanted


def test_a_recipe_of_the_other_program_is_refused_with_the_way_out() -> None:
    keep(Kind.HAND_OFF, hand_off_choices(Qe(), Options()))
    with pytest.raises(RecipeError) as caught:
        options("--recipe", "mine")
    assert caught.value.message == "The recipe “mine” is for Quantum ESPRESSO."
    assert "sc3d export qe" in caught.value.hint


def test_an_export_says_which_recipe_it_came_from(sc3d, example, tmp_path: Path) -> None:
    keep(Kind.HAND_OFF, hand_off_choices(Vasp(), Options("screening", ("relax",))))
    for out, given, said in (
        ("plain", (), None),
        ("same", ("--recipe", "mine"), "mine"),
        ("other", ("--recipe", "mine", "--preset", "paper"), "mine (changed)"),
    ):
        done = sc3d("export", "vasp", example("MgB2"), "--out", tmp_path / out, *given)
        assert done.status == 0, done.err
        record = json.loads((tmp_path / out / "record.json").read_text("utf-8"))
        assert record["recipe"] == said
    assert not (tmp_path / "same" / "2-static").exists()
    assert "GGA = PE" in (tmp_path / "same" / "1-relax" / "INCAR").read_text("utf-8")
    assert "METAGGA" in (tmp_path / "other" / "1-relax" / "INCAR").read_text("utf-8").upper()
    done = sc3d("export", "vasp", example("MgB2"), "--out", tmp_path / "none", "--recipe", "yours")
    assert done.status == 1
    assert "There is no recipe “yours”" in done.err
    assert "There is: mine" in done.err


# The generator


def test_without_a_recipe_a_request_is_as_usual() -> None:
    usual = Request(excluded=tuple(sorted({*RADIOACTIVE, *TOXIC})))
    assert request() == usual
    asked = request("--elements", "Hg,O", "--atoms", "4-9", "--paper")
    assert asked.required == ("Hg", "O")
    assert "Hg" not in asked.excluded
    assert (asked.fewest_atoms, asked.most_atoms, asked.sampling) == (4, 9, "paper")
    assert request("--formula", "HgBa2CuO4").excluded == tuple(
        el for el in usual.excluded if el != "Hg"
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_a_recipe_asks_and_what_is_on_the_line_wins(seed: int, example) -> None:
    kept, like = random_request(np.random.default_rng(seed))
    keep(Kind.GENERATE, generate_choices(kept, like))
    file = () if like is None else ("--like", str(example("MgB2")))
    asked = request("--recipe", "mine", *file)
    assert replace(asked, start=None) == replace(kept, recipe="mine")
    if like is None:
        assert asked.start is None
    else:
        (read,) = read_all([Path(file[1])])
        assert asked.start is not None
        assert asked.start.crystal == read.crystal
        assert Like(*(getattr(asked.start, name) for name in vars(like))) == like
    other = request("--recipe", "mine", "--seed", "8", "--tc", "77", "--no-paper", *file)
    assert replace(other, start=None) == replace(
        kept, seed=8, tc_kelvin=77.0, sampling="quick", recipe="mine (changed)"
    )


def test_elements_on_the_line_are_allowed_whatever_the_recipe_excludes() -> None:
    keep(Kind.GENERATE, generate_choices(Request(excluded=("Hg", "Li"))))
    assert request("--recipe", "mine", "--elements", "Hg").excluded == ("Li",)
    assert request("--recipe", "mine", "--formula", "LiH").excluded == ("Hg",)
    assert request("--recipe", "mine", "--all-elements").excluded == ()
    assert request("--recipe", "mine", "--without", "Na").excluded[0] == "Na"


def test_a_recipe_that_begins_with_a_structure_asks_for_it() -> None:
    keep(Kind.GENERATE, generate_choices(Request(), Like()))
    with pytest.raises(RecipeError, match="Name it with --like"):
        request("--recipe", "mine")


def test_a_run_says_which_recipe_it_came_from(tmp_path: Path) -> None:
    keep(Kind.GENERATE, generate_choices(Request(count=3)))
    folder = tmp_path / "run"
    RunFolder.create(folder, request("--recipe", "mine"), "m").close()
    kept = json.loads((folder / "request.json").read_text("utf-8"))
    assert kept["request"]["recipe"] == "mine"
    assert read_run(folder).request.recipe == "mine"
    del kept["request"]["recipe"]  # as runs were written before
    (folder / "request.json").write_text(json.dumps(kept), encoding="utf-8")
    assert read_run(folder).request == Request(count=3)


def test_a_run_that_goes_on_takes_no_recipe(sc3d, tmp_path: Path) -> None:
    done = sc3d("generate", "--out", tmp_path, "--resume", "--recipe", "mine")
    assert done.status == 1
    assert "Leave out --recipe" in done.err
    done = sc3d("screen", "--run", tmp_path / "a.sqlite", "--resume", "--recipe", "mine")
    assert done.status == 1
    assert "Leave out --recipe" in done.err


# Screenings


def test_filters_come_from_the_recipe_and_the_line() -> None:
    def filters(*words: str) -> Filters:
        return filters_of(parse(["screen", "a", "--run", "b", *words]))

    def wanted(*words: str) -> Wanted:
        return wanted_of(parse(["screen", "report", "b", *words]))

    assert filters() == Filters()
    assert wanted() == Wanted()
    for seed in SEEDS:
        kept, looked_at = random_screen(np.random.default_rng(seed))
        keep(Kind.SCREEN, screen_choices(kept, looked_at), f"no. {seed}")
        name = ("--recipe", f"no. {seed}")
        assert filters(*name) == kept
        assert wanted(*name) == looked_at
        given = ("--elements", "O,Cu", "--no-radioactive", "--most-sites", "7")
        other = replace(kept, must=("Cu", "O"), radioactive=False, most_sites=7)
        assert filters(*name, *given) == other
        given = ("--no-hide-known", "--min-probability", "0.25")
        assert wanted(*name, *given) == replace(looked_at, hide_known=False, p_superconductor=0.25)


def test_a_screening_passes_over_what_the_recipe_bars(sc3d, example, tmp_path: Path) -> None:
    keep(Kind.SCREEN, screen_choices(Filters(must=("Cu",)), Wanted()))
    files = [example(name) for name in ("MgB2", "La1.85Sr0.15CuO4")]
    run = tmp_path / "a.sqlite"
    done = sc3d("screen", *files, "--run", run, "--workers", "0", "--recipe", "mine", "--json")
    assert done.status == 0, done.err
    (counts,) = done.records
    assert (counts["predicted"], counts["skipped"]) == (1, 1)


# What there is


def test_recipes_are_listed_shown_and_deleted(sc3d) -> None:
    rng = np.random.default_rng(3)
    recipes = {kind: random_recipe(kind, f"my {kind}", rng) for kind in Kind}
    for recipe in recipes.values():
        RecipeStore().put(recipe)
    assert {r["name"] for r in sc3d("recipes", "list", "--json").records} == {
        recipe.name for recipe in recipes.values()
    }
    listed = sc3d("recipes", "list", "--kind", "screen")
    assert "my screen" in listed.out
    assert "my generate" not in listed.out
    for kind, recipe in recipes.items():
        assert sc3d("recipes", "show", recipe.name, "--json").records == [recipe.as_json()]
        shown = sc3d("recipes", "show", recipe.name, "--kind", kind)
        assert all(f"{name}:" in shown.out for name in recipe.choices)
        assert sc3d("recipes", "delete", recipe.name).out == f"{recipe.name} is deleted.\n"
        assert sc3d("recipes", "show", recipe.name).status == 1
    assert sc3d("recipes", "list", "--json").out == ""


def test_one_name_of_two_kinds_is_asked_about(sc3d) -> None:
    for kind in (Kind.GENERATE, Kind.SCREEN):
        keep(kind, {})
    done = sc3d("recipes", "delete", "mine")
    assert done.status == 1
    assert "Say which with --kind" in done.err
    assert sc3d("recipes", "delete", "mine", "--kind", "screen").status == 0
    assert [r["kind"] for r in sc3d("recipes", "list", "--json").records] == ["generate"]


def test_a_damaged_recipe_is_told_beside_the_others(sc3d) -> None:
    keep(Kind.SCREEN, {}, "good")
    keep(Kind.SCREEN, {"flavour": 1}, "strange")
    (RecipeStore().folder / "screen-bad-0.json").write_text("{", encoding="utf-8")
    done = sc3d("recipes", "list")
    assert done.status == 1
    assert "good" in done.out
    assert "screen-bad-0.json cannot be read" in done.err
    done = sc3d("recipes", "show", "strange")
    assert done.status == 1
    assert "“flavour” is no choice that this version knows" in done.err


def test_saved_queries_are_among_them(sc3d) -> None:
    with Catalogue.open() as catalogue:
        catalogue.save_query("warm", Query(tc_kelvin=(20.0, None), must=frozenset({"O"})))
        catalogue.save_query("mine", Query(formula="MgB2"))
    keep(Kind.SCREEN, {})
    assert [r["kind"] for r in sc3d("recipes", "list", "--json").records] == [
        *("screen", "query", "query"),
    ]
    (shown,) = sc3d("recipes", "show", "warm", "--json").records
    assert shown["choices"] == {"must": ["O"], "tc_kelvin": [20.0, None]}
    assert "formula: MgB2" in sc3d("recipes", "show", "mine", "--kind", "query").out
    assert "Say which with --kind" in sc3d("recipes", "delete", "mine").err
    assert sc3d("recipes", "delete", "mine", "--kind", "query").status == 0
    assert [r["name"] for r in sc3d("recipes", "list", "--kind", "query", "--json").records] == [
        "warm"
    ]
    assert sc3d("recipes", "show", "mine").out.startswith("mine (screen), made ")
    assert sc3d("recipes", "show", "gone", "--kind", "query").status == 1


def test_a_damaged_recipe_can_be_deleted(sc3d) -> None:
    keep(Kind.SCREEN, {})
    (path,) = RecipeStore().folder.iterdir()
    path.write_text("{", encoding="utf-8")
    assert "cannot be read" in sc3d("recipes", "show", "mine").err
    assert sc3d("recipes", "delete", "mine").status == 0
    assert not path.exists()


def test_a_saved_query_is_asked_and_what_is_on_the_line_wins(sc3d) -> None:
    assert sc3d("data", "import", "starter").status == 0
    with Catalogue.open() as catalogue:
        catalogue.save_query("warm oxides", Query(must=frozenset({"O"}), tc_kelvin=(80.0, None)))

    def found(*words: str) -> list[str]:
        done = sc3d("data", "list", "--json", *words)
        assert done.status == 0, done.err
        return [row["formula"] for row in done.records]

    by_hand = found("--elements", "O", "--tc-min", "80")
    assert len(by_hand) > 5
    assert found("--recipe", "warm oxides") == by_hand
    assert found("--recipe", "warm oxides", "--tc-min", "100", "--text", "Tl") == found(
        "--elements", "O", "--tc-min", "100", "--text", "Tl"
    )
    done = sc3d("data", "list", "--recipe", "cold ones")
    assert done.status == 1
    assert "There is: warm oxides" in done.err

"""The recipes of a form: which there are, which one it was filled with, and what changed since."""

from __future__ import annotations

from typing import Protocol

from psygnal import Signal

from sc3d_desktop.errors import Sc3dError
from sc3d_desktop.recipes import (
    Choices,
    Kind,
    Recipe,
    RecipeStore,
    as_used,
    new_recipe,
    understood,
)
from sc3d_desktop.recipes.generate import Like, generate_choices, read_generate
from sc3d_desktop.recipes.screen import read_screen, screen_choices
from sc3d_desktop.state.plan import Plan
from sc3d_desktop.state.request_plan import RequestPlan
from sc3d_desktop.state.screening import Screening


class Form(Protocol):
    """What a recipe fills in; both may raise ``Sc3dError``."""

    def choices(self) -> Choices: ...

    def use(self, choices: Choices) -> None: ...


class Recipes:
    """``problem`` says why the last wish was not granted, and ``done`` what of it can be undone."""

    changed = Signal()

    def __init__(self, kind: Kind, form: Form, store: RecipeStore | None = None) -> None:
        self._kind, self._form, self._store = kind, form, store or RecipeStore()
        self.names: tuple[str, ...] = ()
        self.chosen: Recipe | None = None
        self.problem: Sc3dError | None = None
        self.done = ""
        self._before: Recipe | None = None
        self._choices: Choices = {}
        self._told = False
        self.list_again()

    @property
    def is_changed(self) -> bool:
        """Whether the form differs from the recipe it was filled with."""
        if self.chosen is None:
            return False
        try:
            return self._form.choices() != self._choices
        except Sc3dError:
            return True

    @property
    def used(self) -> str:
        """For records; empty where no recipe was used."""
        return "" if self.chosen is None else as_used(self.chosen.name, self.is_changed)

    def look(self) -> None:
        """The form is another: whether it is still that of the recipe."""
        if self.chosen is not None and self.is_changed != self._told:
            self._tell()

    def list_again(self) -> None:
        """Others may have come and gone, through another window or a project."""
        found = self._store.all(self._kind)
        self.names = tuple(recipe.name for recipe in found.recipes)
        if self.chosen is not None and self.chosen.name not in self.names:
            self.chosen = None
        self.problem = next(iter(found.problems), None)
        self._tell()

    def choose(self, name: str) -> None:
        """Fill the form; without a name it stays as it is, and is of no recipe."""
        self._forget()
        if not name:
            self.chosen = None
            self._tell()
            return
        try:
            recipe = self._store.get(self._kind, name)
            choices = understood(recipe)
            self._form.use(choices)
            self.chosen, self._choices = recipe, choices
        except Sc3dError as error:
            self.problem = error
        self._tell()

    def save(self, name: str) -> None:
        """Keep what the form holds. Only the recipe it was filled with is replaced."""
        self._forget()
        try:
            recipe = new_recipe(self._kind, name, self._form.choices())
            choices = understood(recipe)
            again = self.chosen is not None and self.chosen.name == recipe.name
            before = self._store.get(self._kind, recipe.name) if again else None
            self._store.put(recipe, replace=again)
        except Sc3dError as error:
            self.problem = error
            self._tell()
            return
        if before is not None:
            self._before, self.done = before, f"“{recipe.name}” is replaced."
        self.chosen, self._choices = recipe, choices
        self._list_quietly()

    def delete(self) -> None:
        """The chosen one; the form stays as it is."""
        recipe = self.chosen
        self._forget()
        if recipe is None:
            return
        try:
            self._store.delete(self._kind, recipe.name)
            self._before, self.done = recipe, f"“{recipe.name}” is deleted."
            self.chosen = None
        except Sc3dError as error:
            self.problem = error
        self._list_quietly()

    def undo(self) -> None:
        """Bring back what was deleted or replaced last."""
        before = self._before
        self._forget()
        if before is None:
            return
        try:
            self._store.put(before, replace=self.chosen is not None)
            self.chosen, self._choices = before, understood(before)
        except Sc3dError as error:
            self.problem = error
        self._list_quietly()

    def _forget(self) -> None:
        self._before, self.done, self.problem = None, "", None

    def _list_quietly(self) -> None:
        self.names = tuple(recipe.name for recipe in self._store.all(self._kind).recipes)
        self._tell()

    def _tell(self) -> None:
        self._told = self.is_changed
        self.changed.emit()


class RequestChoices:
    """The form of the generator."""

    def __init__(self, plan: RequestPlan) -> None:
        self._plan = plan

    def choices(self) -> Choices:
        how = self._plan.beginning
        like = Like(how.change, how.keep_symmetry, how.keep_elements)
        return generate_choices(self._plan.asked, like if how.wanted else None)

    def use(self, choices: Choices) -> None:
        """How a structure is begun with stays as it is where the recipe begins with none."""
        request, like = read_generate(choices)
        self._plan.take(request, wanted=like is not None, **(vars(like) if like else {}))


class ScreenChoices:
    """The form of a screening."""

    def __init__(self, plan: Plan, screening: Screening) -> None:
        self._plan, self._screening = plan, screening

    def choices(self) -> Choices:
        return screen_choices(self._plan.filters, self._screening.wanted)

    def use(self, choices: Choices) -> None:
        filters, wanted = read_screen(choices)
        self._plan.filter_by(filters)
        self._screening.want(wanted)

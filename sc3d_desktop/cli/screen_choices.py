"""What the options of a screening ask for: those given, then the recipe, then what is usual."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import Any

from sc3d_desktop.data.query import check_elements
from sc3d_desktop.errors import ScreeningError
from sc3d_desktop.recipes import Kind, RecipeStore, understood
from sc3d_desktop.recipes.screen import read_screen
from sc3d_desktop.screening.filters import Filters
from sc3d_desktop.screening.ranking import Wanted

_ELEMENTS = {"elements": "must", "only": "may", "without": "must_not"}


def filters_of(arguments: argparse.Namespace) -> Filters:
    """Which structures are predicted. Raises ``Sc3dError``."""
    wanted: dict[str, Any] = {}
    for option, name in _ELEMENTS.items():
        if (symbols := getattr(arguments, option)) is not None:
            check_elements(symbols)
            wanted[name] = tuple(sorted(symbols))
    if arguments.most_sites is not None:
        if arguments.most_sites < 1:
            raise ScreeningError(
                "A cell has at least one site.", "Give --most-sites a larger number."
            )
        wanted["most_sites"] = arguments.most_sites
    if arguments.radioactive is not None:
        wanted["radioactive"] = arguments.radioactive
    if arguments.disorder is not None:
        wanted["disorders"] = tuple(arguments.disorder)
    return replace(_recipe(arguments.recipe)[0], **wanted)


def wanted_of(arguments: argparse.Namespace) -> Wanted:
    """Which candidates a report looks at. Raises ``RecipeError``."""
    options = {
        "p_superconductor": arguments.min_probability,
        "hide_known": arguments.hide_known,
        "hide_trained": arguments.hide_trained,
    }
    given = {name: value for name, value in options.items() if value is not None}
    return replace(_recipe(arguments.recipe)[1], **given)


def _recipe(name: str) -> tuple[Filters, Wanted]:
    if not name:
        return Filters(), Wanted()
    return read_screen(understood(RecipeStore().get(Kind.SCREEN, name)))

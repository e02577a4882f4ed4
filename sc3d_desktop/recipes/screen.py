"""The choices of a screening: which structures are predicted, and which candidates looked at."""

from __future__ import annotations

from dataclasses import asdict

from sc3d_desktop.crystal.disorder import DisorderClass
from sc3d_desktop.recipes.fields import (
    Reader,
    as_set,
    elements,
    flag,
    number,
    part,
    plain,
    read,
    some_of,
    whole,
)
from sc3d_desktop.recipes.recipe import Choices
from sc3d_desktop.screening.filters import FLAGS, Filters
from sc3d_desktop.screening.ranking import DOMAINS, Wanted

_MOST_SITES = 10_000_000
_CLASSES = some_of(*map(str, DisorderClass))
_FILTERS: dict[str, Reader] = {
    "must": elements,
    "may": elements,
    "must_not": elements,
    "radioactive": flag,
    "disorders": _CLASSES,
    "fewest_sites": whole(1, _MOST_SITES),
    "most_sites": whole(1, _MOST_SITES),
}
_WANTED: dict[str, Reader] = {
    "p_superconductor": number(0.0, 1.0),
    "tc_low": number(0.0, 1000.0),
    "domains": as_set(some_of(*DOMAINS)),
    "disorders": as_set(_CLASSES),
    "must": as_set(elements),
    "may": as_set(elements),
    "must_not": as_set(elements),
    "no_flags": as_set(some_of(*FLAGS)),
    "hide_trained": flag,
    "hide_known": flag,
}
_READERS: dict[str, Reader] = {
    "filters": part(_FILTERS, "filters"),
    "wanted": part(_WANTED, "wanted"),
}


def screen_choices(filters: Filters, wanted: Wanted) -> Choices:
    return {"filters": filters.as_json(), "wanted": plain(asdict(wanted))}


def read_screen(choices: Choices) -> tuple[Filters, Wanted]:
    """Raises ``RecipeError`` for what ``screen_choices`` cannot have given."""
    found = read(choices, _READERS)
    return Filters(**found.get("filters", {})), Wanted(**found.get("wanted", {}))

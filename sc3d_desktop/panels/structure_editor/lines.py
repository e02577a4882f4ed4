"""Which doping line an occupancy moves along: plain functions of the species on a site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sc3d_desktop.crystal import Species
from sc3d_desktop.crystal.edits import VACANCY, DopingLine

_SAME_BUDGET = 1e-6


@dataclass(frozen=True)
class Choice:
    """What the user chose for some sites: who balances, and who moves against it.

    ``host`` and ``dopant`` are elements or ``VACANCY``; ``dopant`` is None while there is none.
    """

    host: str
    dopant: str | None


def share(species: Species, element: str) -> float:
    """Occupancy of an element, or of the vacancy."""
    return species.vacancy if element == VACANCY else species.get(element, 0.0)


def default_choice(species: Species) -> Choice:
    """The majority species balances; the next one, or an existing vacancy, moves."""
    ranked = sorted(species, key=lambda el: -species[el])
    if len(ranked) > 1:
        return Choice(ranked[0], ranked[1])
    return Choice(ranked[0], VACANCY if species.vacancy > 1e-3 else None)


def fits(choice: Choice, species: Species) -> bool:
    """Whether the choice still moves something that is there, after an undo for instance."""
    return any(share(species, el) > 0 for el in (choice.host, choice.dopant) if el is not None)


def line_of(choice: Choice, sites: tuple[int, ...], species: Species) -> DopingLine | None:
    """The line of a choice. A line always has an element as its host: with the vacancy balancing,
    the moving element is the one that makes room.
    """
    if choice.dopant is None or choice.dopant == choice.host:
        return None
    host, dopant = choice.host, choice.dopant
    if host == VACANCY:
        host, dopant = dopant, host
    budget = share(species, host) + share(species, dopant)
    return DopingLine(sites, host, dopant, round(min(budget, 1.0), 6))


def moving(choice: Choice, element: str, species: Species) -> Choice:
    """The choice under which ``element`` moves; the balancing one itself moves against the
    present dopant, or against the vacancy.
    """
    if element != choice.host:
        return Choice(choice.host, element)
    if choice.dopant is not None:
        return choice
    if element == VACANCY:
        return Choice(VACANCY, max(species, key=lambda el: species[el]))
    return Choice(element, VACANCY)


def x_for(line: DopingLine, element: str, occupancy: float) -> float:
    """The x at which ``element``, one of the line's two, has ``occupancy``."""
    x = occupancy if element == line.dopant else line.budget - occupancy
    return 0.0 if abs(x) < 1e-9 else x


def limit_of(choice: Choice, element: str, species: Species) -> float:
    """The largest occupancy ``element`` can reach under ``choice``."""
    line = line_of(moving(choice, element, species), (0,), species)
    if line is None:
        return share(species, element)
    return line.maximum if element == line.dopant else line.budget


def same_line(a: DopingLine | None, b: DopingLine | None) -> bool:
    """Whether two lines agree but for rounding in the budget."""
    if a is None or b is None:
        return a is b
    ends = (a.sites, a.host, a.dopant) == (b.sites, b.host, b.dopant)
    return ends and abs(a.budget - b.budget) <= _SAME_BUDGET


def listed(choice: Choice, species: Mapping[str, float]) -> tuple[str, ...]:
    """The elements to show: those on the site, then a dopant still at zero."""
    extra = [el for el in (choice.host, choice.dopant) if el and el not in species]
    return (*species, *extra)

"""What is to be calculated for a crystal: its approximants, each in its magnetic orders."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.dft.approximants import (
    Approximant,
    Approximants,
    Plan,
    Step,
    approximants,
    plan,
)
from sc3d_desktop.dft.cells import Cell, cell_of
from sc3d_desktop.dft.magnetism import MagneticOrder, chosen_orders, family
from sc3d_desktop.dft.options import Options
from sc3d_desktop.dft.structures import without_isotopes
from sc3d_desktop.errors import HandOffError


@dataclass(frozen=True, eq=False)
class Calculation:
    """One cell to calculate; ``folder`` is below that of the hand-off, “.” for the only one."""

    folder: str
    approximant: Approximant
    order: MagneticOrder
    cell: Cell


@dataclass(frozen=True, eq=False)
class Work:
    """``family`` is that of the compound (see ``magnetism.family``)."""

    crystal: Crystal
    made: Approximants
    family: str
    calculations: tuple[Calculation, ...]


def plan_for(crystal: Crystal, options: Options) -> Plan:
    """The plan of ``approximants`` with the limits of the options."""
    return plan(
        without_isotopes(crystal),
        options.tolerance,
        options.max_sites,
        options.method,
        options.min_sites,
        options.size,
    )


def work_for(
    crystal: Crystal, options: Options, f_in_core: frozenset[str]
) -> Generator[Step, None, Work]:
    """Plan, approximants, magnetic orders and cells."""
    yield Step(0, 1, "planning")
    planned = plan_for(crystal, options)
    made = yield from approximants(planned, options.count, options.seed, options.time_limit_seconds)
    found: list[Calculation] = []
    for n, item in enumerate(made.items):
        yield Step(n, len(made.items), "looking for magnetic orders")
        orders = chosen_orders(item.crystal, f_in_core, options.magnetism)
        for order in orders:
            yield Step(
                n, len(made.items), f"cell {n + 1} of {len(made.items)} {order.name}".rstrip()
            )
            several = [f"{n + 1:02d}"] if len(made.items) > 1 else []
            parts = several + ([order.name] if order.name else [])
            cell = cell_of(order)
            _check_books(item, cell)
            found.append(Calculation("/".join(parts) or ".", item, order, cell))
    return Work(crystal, made, family(made.items[0].crystal), tuple(found))


def _check_books(item: Approximant, cell: Cell) -> None:
    """The cell that is written has the approximant's composition, or nothing is written."""
    asked = item.crystal.composition
    written = cell.structure.composition.get_el_amt_dict()
    share = sum(written.values()) / sum(asked.values())
    if set(asked) != set(written) or any(
        abs(written[el] - n * share) > 1e-6 for el, n in asked.items()
    ):
        raise HandOffError(
            f"The cell to be calculated has {written} instead of {asked}: its symmetry is unclear.",
            "Check the positions of the crystal.",
        )

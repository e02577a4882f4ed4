"""What a hand-off would be, before anything is written."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.dft.approximants import CellOption, Method, Plan, Step
from sc3d_desktop.dft.approximants.plan import method_for
from sc3d_desktop.dft.code import Code
from sc3d_desktop.dft.options import Options
from sc3d_desktop.dft.structures import elements_of
from sc3d_desktop.dft.work import plan_for
from sc3d_desktop.errors import HandOffError


@dataclass(frozen=True)
class Way:
    """A cell and how it would be filled; ``method`` is None where it cannot be, and ``why`` says
    the reason.
    """

    option: CellOption
    method: Method | None
    why: str


@dataclass(frozen=True)
class Proposal:
    """``ways`` has a line for each option of the plan, and ``supplies`` tells what the user has to
    bring along, such as potentials.
    """

    plan: Plan
    ways: tuple[Way, ...]
    supplies: str

    @property
    def usual(self) -> Way | None:
        """The smallest exact cell: no other is chosen for anyone."""
        return next((w for w in self.ways if w.option.exact and w.method is not None), None)


def proposal_for(
    crystal: Crystal, code: Code, options: Options, others: Sequence[Crystal] = ()
) -> Generator[Step, None, Proposal]:
    """All cells of up to ``options.max_sites`` atoms that come nearer than every smaller one,
    whatever their difference. Raises ``HandOffError`` where there is none. ``others`` are handed
    off in the same way; what the user has to bring along counts them in.
    """
    yield Step(0, 1, "looking at the symmetry")
    # A method that some cell cannot have is a matter of that cell.
    planned = plan_for(crystal, replace(options.anything_goes(), method=None))
    ways: list[Way] = []
    for option in planned.options:
        yield Step(len(ways), len(planned.options), f"looking at a cell of {option.n_sites} atoms")
        ways.append(_way(planned, option, options.method))
    elements = list(dict.fromkeys(el for one in (crystal, *others) for el in elements_of(one)))
    return Proposal(planned, tuple(ways), code.supplies(elements, options))


def _way(planned: Plan, option: CellOption, asked: Method | None) -> Way:
    try:
        return Way(option, *method_for(planned.model, option, asked))
    except HandOffError as error:
        return Way(option, None, str(error))

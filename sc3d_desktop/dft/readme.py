"""The README of a hand-off: what was asked for, what was made, and what it can and cannot say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sc3d_desktop.dft.approximants import Method, Plan
from sc3d_desktop.dft.approximants.plan import written
from sc3d_desktop.dft.structures import ISOTOPES
from sc3d_desktop.dft.texts import bullets, paragraphs
from sc3d_desktop.dft.work import Work

CAN_SAY = (
    "These calculations give relaxed cells, total energies (so stability, given those of the "
    "competing phases), magnetic moments, density of states and bands. They do NOT give a "
    "superconducting Tc. A high density of states or a van Hove singularity at the Fermi level is "
    "a hint, not evidence."
)
UNCONVENTIONAL = (
    "For this family no calculation of Tc from first principles is established: pairing in "
    "cuprates, iron-based superconductors and heavy-fermion compounds is not by phonons alone, and "
    "electron-phonon theory (McMillan, Allen-Dynes) does not cover them."
)


def readme_text(work: Work, sections: Sequence[str]) -> str:
    """``sections`` are those of the code the inputs are for."""
    plan = work.made.plan
    title = (
        f"{work.crystal.name or plan.target_formula}: inputs for density-functional calculations"
    )
    return paragraphs(
        title,
        CAN_SAY,
        UNCONVENTIONAL if work.family in ("cuprate", "iron-based", "f-element") else "",
        *_composition(work),
        *_approximants(work),
        *_magnetism(work),
        *sections,
        f"Crystal: sha256 {work.crystal.key}. Seed: {work.made.seed}. The full record is in "
        "record.json, the table in index.csv and index.html.",
    )


def _composition(work: Work) -> Iterator[str]:
    plan = work.made.plan
    if set(work.crystal.composition) & set(ISOTOPES):
        yield "D and T are calculated as hydrogen; only phonons would know the difference."
    if plan.method is Method.ORDERED:
        yield f"Composition: {plan.target_formula}, ordered; handed off as it is."
        return
    yield (
        "Composition. The crystal is disordered; no plane-wave code knows partial occupancies. It "
        f"is represented by ordered cells of {plan.chosen.n_sites} atoms. Target "
        f"{plan.target_formula}, achieved {plan.chosen.achieved} ("
        + ("exact)." if plan.chosen.exact else f"largest difference {plan.chosen.deviation:.4f} of "
           f"the sites of a sublattice, {_allowed(plan)}).")
    )  # fmt: skip
    yield "\n".join(
        [f"  {'site':<12}{'species':<10}{'target':>9}{'achieved':>10}"]
        + [f"  {s[:11]:<12}{el:<10}{t:>9.4f}{a:>10.4f}" for s, el, t, a in plan.rows()]
    )
    others = [f"{o} with {o.size}" for o in plan.options if o is not plan.chosen]
    if others:
        yield f"Other cells, to be chosen in the window or with --size: {'; '.join(others)}."


def _allowed(plan: Plan) -> str:
    if plan.chosen.deviation > plan.tolerance + 1e-9:
        return "a cell that was asked for"
    return f"{plan.tolerance:g} allowed"


def _approximants(work: Work) -> Iterator[str]:
    plan, made = work.made.plan, work.made
    if plan.method is Method.ORDERED:
        return
    classes = made.inequivalent
    found = "" if classes is None else f" Inequivalent by symmetry: {classes:,}."
    yield (
        f"Approximants ({plan.method.value}). The cell can be filled in "
        f"{written(plan.chosen.configurations)} ways.{found} {plan.why}"
        + ("" if made.complete else " TIME RAN OUT: these are the best found until then.")
    )
    yield "\n".join(
        [f"  {'':<4}{'weight':>8}{'degeneracy':>12}{'pair error':>12}{'eV/atom':>10}"]
        + [
            f"  {n:02d}  {item.weight:>8.3f}{_number(item.degeneracy, 'd'):>12}"
            f"{item.pair_error:>12.4f}{_number(item.energy_ev, '.4f'):>10}"
            for n, item in enumerate(made.items, 1)
        ]
    )
    yield (
        "Weight: the share among these by degeneracy (equal for sampled ones); average results "
        "with it. Pair error: largest difference of the share of a pair of neighbours from that of "
        "a random mixture; above 0.05 the cell is too small to stand for one, and --min-sites asks "
        "for larger cells. eV/atom: energy of point charges above the best, a ranking and no more."
    )


def _number(value: float | None, form: str) -> str:
    return "-" if value is None else format(value, form)


def _magnetism(work: Work) -> Iterator[str]:
    whys: dict[tuple[str, str], int] = {}
    for item in work.calculations:
        key = (item.order.name, item.order.why)
        whys[key] = max(whys.get(key, 0), len(item.cell.structure))
    yield "Magnetism."
    yield bullets(
        [
            f"{name}, up to {atoms} atoms: {why}" if name else why
            for (name, why), atoms in whys.items()
        ]
    )

"""All that is known of one candidate, in words; what is not known is said as well."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from sc3d_desktop.generation.candidate import Candidate, Judgement, Stability
from sc3d_desktop.models.interface import NearestKnown
from sc3d_desktop.panels.generator import texts
from sc3d_desktop.panels.parts.text import formula_markup, kelvin

_TRAINED = {True: "It was trained on itself: remembered, not predicted.", False: "", None: ""}


def details_html(candidate: Candidate) -> str:
    said = candidate.judgement
    n = len(candidate.crystal)
    atoms = f"{n} atoms" if n > 1 else "1 atom"
    head = f"<b>{formula_markup(candidate.formula)}</b> · No. {candidate.index} · {atoms}"
    lines = [head, *_tc(said), *_validity(said), _symmetry(said), *_novelty(said)]
    lines += [_stability(said.stability), *map(escape, said.notes)]
    return f"<p>{'<br>'.join(line for line in lines if line)}</p>"


def _tc(said: Judgement) -> Iterator[str]:
    if said.tc_kelvin is None:
        yield f"T<sub>c</sub> {texts.NOT_KNOWN}"
        return
    width = ""
    if said.tc_low_kelvin is not None and said.tc_high_kelvin is not None:
        width = f", {kelvin(said.tc_low_kelvin)} to {kelvin(said.tc_high_kelvin)} K with 90 %"
    yield f"T<sub>c</sub> <b>{kelvin(said.tc_kelvin)} K</b>{width}, given that it superconducts"
    probable = texts.percent(said.p_superconductor) or texts.NOT_KNOWN
    domain = texts.DOMAIN_WORDS.get(
        said.domain or "", f"whether it is like the data {texts.NOT_KNOWN}"
    )
    yield f"Superconductor: {probable} · {domain}"
    yield _TRAINED[said.in_training]
    if said.nearest:
        yield f"Nearest known: {', '.join(map(_known, said.nearest))}"


def _known(known: NearestKnown) -> str:
    pressure = f", {known.pressure_gpa:g} GPa" if known.pressure_gpa else ""
    return f"{formula_markup(known.formula)} ({kelvin(known.tc_kelvin)} K{pressure})"


def _validity(said: Judgement) -> Iterator[str]:
    yield from (f"⚠ {escape(fault)}" for fault in said.faults)
    words = {True: "can be balanced", False: "cannot be balanced", None: texts.NOT_KNOWN}
    parts = [f"oxidation states: {words[said.balanced]}"]
    if said.shortest_distance is not None:
        parts.insert(0, f"shortest distance {said.shortest_distance:.2f} Å")
    yield f"{'Valid' if said.valid else 'Not valid'}: {', '.join(parts)}"


def _symmetry(said: Judgement) -> str:
    made, after = said.space_group, said.space_group_symmetrised
    if not made:
        return f"Space group {texts.NOT_KNOWN}"
    if not after or after == made:
        return f"Space group {escape(made)}, and no higher one within 0.1 Å"
    return f"Space group {escape(made)} as made, {escape(after)} within 0.1 Å"


def _novelty(said: Judgement) -> Iterator[str]:
    if said.novel:
        yield "New: nothing like it in the training data or the catalogue"
    elif said.novel is None:
        yield f"Whether it is new is {texts.NOT_KNOWN}"
    yield from (f"{escape(texts.match_words(match))}" for match in said.matches)
    if said.duplicate_of is not None:
        yield f"The same structure as No. {said.duplicate_of} of this run"


def _stability(stability: Stability | None) -> str:
    if stability is None:
        return f"Stability {texts.NOT_KNOWN}: it was not relaxed"
    above = stability.above_hull
    hull = texts.NOT_KNOWN if above is None else f"{1000 * above:+.0f} meV an atom"
    ended = "" if stability.converged else ", not converged"
    return (
        f"Relaxed with CHGNet{ended}: {stability.energy:.3f} eV an atom, above the hull {hull}; "
        f"atoms moved {stability.displacement:.2f} Å, volume {stability.volume_change:+.0%}. "
        f"{escape(stability.note)}"
    )

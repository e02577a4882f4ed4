"""The columns of the table of candidates."""

from __future__ import annotations

from collections.abc import Callable

from sc3d_desktop.generation.candidate import Candidate, Judgement
from sc3d_desktop.panels.generator import texts
from sc3d_desktop.panels.parts.row_model import Column
from sc3d_desktop.panels.parts.text import formula_markup

PICTURE = "picture"
_Text = Callable[[Candidate], str]


def columns(picture_width: int) -> tuple[Column, ...]:
    return (
        Column("formula", "Formula", lambda c: c.formula, 88, "formula", markup=formula_markup,
               more=texts.tip),
        Column(PICTURE, "", lambda c: "", picture_width, tip="Picture"),
        Column("tc", "Tc (K)", _of(texts.interval), 112, "tc", "Tc with its 90 % interval, given "
               "that it superconducts", True, falls=True),
        Column("p_superconductor", "P(SC)", _of(lambda j: texts.percent(j.p_superconductor)), 46,
               "p_superconductor", "How probable it is that it superconducts at all", True,
               falls=True),
        Column("novel", "New?", _of(texts.novelty), 96, "novel", "Whether it is known to the "
               "training data or the catalogue", more=_of(texts.novelty_tip)),
        Column("faults", "Valid?", _of(texts.validity), 54, "faults", "Distances and composition",
               more=texts.tip),
        Column("space_group", "Space group", _of(texts.space_groups), 112, "space_group",
               "As made, and within 0.1 Å", falls=True),
        Column("domain", "Domain", _of(lambda j: j.domain or ""), 54, "domain",
               "Whether anything like it was trained on",
               more=_of(lambda j: texts.DOMAIN_WORDS.get(j.domain or "", texts.NOT_KNOWN))),
        Column("index", "No.", lambda c: str(c.index), 40, "id", "Its number in the run", True),
        Column("duplicate", "Same as", _of(texts.duplicate), 58, "duplicate",
               "An earlier candidate with the same structure", True),
        Column("above_hull", "E hull", _of(texts.above_hull), 56, "above_hull",
               "Energy above the hull after relaxing, in meV an atom", True),
    )  # fmt: skip


def _of(text: Callable[[Judgement], str]) -> _Text:
    return lambda candidate: text(candidate.judgement)

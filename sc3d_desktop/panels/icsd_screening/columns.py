"""The columns of the table of candidates."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

from sc3d_desktop.panels.icsd_screening import texts
from sc3d_desktop.panels.parts.row_model import Column
from sc3d_desktop.panels.parts.text import formula_markup, kelvin
from sc3d_desktop.screening.store import Line
from sc3d_desktop.state.screening import Shown

Badge = Callable[[Shown], str]


def columns(badge: Badge, badge_tip: Badge) -> tuple[Column, ...]:
    """``badge`` says in a word what is known of a candidate, ``badge_tip`` in a sentence."""
    return (
        Column("formula", "Formula", _of(lambda line: line.formula), 112, markup=formula_markup),
        Column(
            "tc_low", "Tc ≥", _of(lambda line: _kelvin(line.tc_low)), 46, "tc_low",
            "Lower end of the 90 % interval of Tc in K, given that it superconducts", True,
            falls=True,
        ),
        Column("tc", "Tc (K)", _of(texts.interval), 118, "tc", "Tc with its 90 % interval", True,
               falls=True),
        Column(
            "p_superconductor", "P(SC)", _of(lambda line: texts.percent(line.p_superconductor)), 48,
            "p_superconductor", "How probable it is that it superconducts at all", True,
            falls=True,
        ),
        Column("known", "Known?", badge, 104, tip="Known, a relative of something known, or in "
               "the training set of the model", more=badge_tip),
        Column("marks", "Mind", _of(texts.marks), 46, tip="What to mind before making it: "
               "☠ toxic, ☢ radioactive, ≋ reacts with air, ◇ scarce", more=_of(texts.marks_tip)),
        Column(
            "novelty", "Domain", _of(lambda line: line.domain or ""), 54, "novelty",
            "Whether anything like it was trained on", more=_of(texts.domain),
        ),
        Column("disorder", "Class", _of(lambda line: line.disorder), 42, "disorder",
               "Class of disorder"),
        Column("identifier", "Identifier", _of(lambda line: line.identifier), 118),
        Column("n_sites", "Sites", _of(lambda line: str(line.n_sites)), 44, "n_sites",
               "Sites in the cell", True, shown=False),
        Column("where", "Where", _of(lambda line: PurePath(line.path).name), 140, shown=False,
               more=_of(texts.where)),
    )  # fmt: skip


def _of(text: Callable[[Line], str]) -> Badge:
    return lambda shown: text(shown.line)


def _kelvin(value: float | None) -> str:
    return "" if value is None else kelvin(value)

"""The panel alone, with an answer that the test sets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import pytest
from crystal_cases import simple_crystal
from pytestqt.qtbot import QtBot

from sc3d_desktop.models.interface import NearestKnown, TcPrediction
from sc3d_desktop.panels.tc_predictor import TcPredictor
from sc3d_desktop.state.answer import TcAnswer
from sc3d_desktop.state.document import Document

PLAIN = TcPrediction(4.27, 1.8, 10.2, (0.0, 0.0), "model 1 (abcd)")
KNOWN = (
    NearestKnown("MgB2", 39.0, 0.0, "Nagamatsu 2001", None, "MgB2"),
    NearestKnown("Mg0.9Al0.1B2", 33.1, 0.12, "Slusky 2001"),
    NearestKnown("Mg0.8Li0.2B2", 36.4, 0.31, "Zhao 2001"),
    NearestKnown("NbB2", 6.4, 0.82, "Cooper 1970", None, "NbB2"),
    NearestKnown("TaB2", 9.5, 0.91, "Kaczorowski 2001"),
)
FULL = replace(
    PLAIN,
    p_superconductor=0.83,
    domain="inside",
    novelty=0.04,
    in_training=True,
    nearest=KNOWN,
    notes=("Read it as a Tc under pressure.", "A second remark."),
)


@dataclass
class Shown:
    """The panel, and what it looks at."""

    panel: TcPredictor
    document: Document
    answer: TcAnswer
    qtbot: QtBot

    def show(self, **changed: Any) -> None:
        """A current answer: everything stated, with these changes."""
        self.answer.show(replace(FULL, **changed))
        self.qtbot.wait(1)


@pytest.fixture
def shown(qtbot: QtBot) -> Iterator[Shown]:
    document, answer = Document(), TcAnswer()
    document.open(simple_crystal({"Mg": 1.0}, {"B": 1.0}))
    panel = TcPredictor(document, answer)
    qtbot.addWidget(panel)
    panel.resize(400, 320)
    with qtbot.waitExposed(panel):
        panel.show()
    yield Shown(panel, document, answer, qtbot)
    panel.close()


@pytest.fixture(scope="session")
def case() -> SimpleNamespace:
    """Predictions to show."""
    return SimpleNamespace(PLAIN=PLAIN, FULL=FULL, KNOWN=KNOWN)

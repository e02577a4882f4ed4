"""The lower half of the predictor: the curve and the nearest known compounds, as room allows."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLayout,
    QSizePolicy,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from sc3d_desktop.models.interface import NearestKnown, TcPrediction
from sc3d_desktop.panels.parts import Note
from sc3d_desktop.panels.tc_predictor.link_button import LinkButton
from sc3d_desktop.panels.tc_predictor.nearest import NearestList

_CURVE, _KNOWN = 0, 1
_CURVE_PX = 120
_ROOMY_CURVE_PX = 160
_SPACING_PX = 4


class CurveAndKnown(QWidget):
    """One above the other where both fit, else one at a time, on tabs.

    The list stays away while the model names no known compounds. ``card_wanted`` asks for the
    model card, ``vasp_wanted`` for the inputs of a calculation, ``made_wanted`` to record a sample.
    """

    card_wanted = Signal()
    vasp_wanted = Signal()
    made_wanted = Signal()

    def __init__(self, curve: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.curve = curve
        self.known = NearestList(self)
        self.tabs = QTabBar(self)
        self.tabs.addTab("Tc(x)")
        self.tabs.addTab("Nearest")
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.currentChanged.connect(self._arrange)
        self.model = Note(parent=self)
        self.model.setWordWrap(False)
        self.model.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.card = LinkButton("Model card", self)
        self.card.clicked.connect(self._want_card)
        self.vasp = LinkButton("VASP…", self)
        self.vasp.setToolTip("Write the inputs of a calculation of this crystal (Ctrl+E)")
        self.vasp.clicked.connect(lambda: self.vasp_wanted.emit())
        self.made = LinkButton("I made it…", self)
        self.made.setToolTip("Record what you measured on a sample of this crystal (Ctrl+M)")
        self.made.clicked.connect(lambda: self.made_wanted.emit())
        self._has_known = False
        self._lay_out()
        self.show_nothing()

    def show_nothing(self) -> None:
        """No crystal is open."""
        self._has_known = False
        self.known.show_known((), current=True)
        self.model.clear()
        self.card.hide()
        self.vasp.hide()
        self.made.hide()
        self._arrange()

    def show_prediction(self, prediction: TcPrediction | None, current: bool) -> None:
        """None leaves everything in its place for the prediction to come."""
        known: tuple[NearestKnown, ...] = prediction.nearest if prediction else ()
        self.known.show_known(known, current)
        self.vasp.show()
        self.made.show()
        if prediction is None:
            return
        self.model.setText(f"Model: {prediction.model}")
        self.card.setToolTip(f"What {prediction.model} was trained on, and how good it is")
        self.card.show()
        if bool(known) != self._has_known:
            self._has_known = bool(known)
            self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _want_card(self, _checked: bool) -> None:
        self.card_wanted.emit()

    def _arrange(self) -> None:
        above = self.tabs.sizeHint().height() + _SPACING_PX
        list_height = self.known.table.sizeHint().height() + _SPACING_PX
        both = self._has_known and self.height() >= above + _ROOMY_CURVE_PX + list_height
        tabbed = self._has_known and not both
        self.tabs.setVisible(tabbed)
        self.model.setVisible(not tabbed)
        self.curve.setVisible(not tabbed or self.tabs.currentIndex() == _CURVE)
        self.known.setVisible(both or (tabbed and self.tabs.currentIndex() == _KNOWN))

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.tabs)
        top.addWidget(self.model, 1)
        top.addStretch()
        top.addWidget(self.made)
        top.addWidget(self.vasp)
        top.addWidget(self.card)
        layout = QVBoxLayout(self)
        # The least height is that of one of the two: with more, both would never part again.
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(_SPACING_PX)
        layout.addLayout(top)
        layout.addWidget(self.curve, 1)
        layout.addWidget(self.known)
        least = max(_CURVE_PX, self.known.table.sizeHint().height())
        self.setMinimumHeight(self.tabs.sizeHint().height() + _SPACING_PX + least)

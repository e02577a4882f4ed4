"""Which elements must, may and must not be there: said on a button that opens the table."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from sc3d_desktop.panels.generator import texts
from sc3d_desktop.panels.parts import Note
from sc3d_desktop.panels.parts.element_popup import ElementPopup
from sc3d_desktop.state.request_plan import USUALLY_EXCLUDED, RequestPlan

_USUAL = "radioactive and toxic"


class ElementsButton(QWidget):
    """``usual`` leaves out what is radioactive or toxic, and nothing else; ``all`` nothing."""

    def __init__(self, plan: RequestPlan, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plan = plan
        self.choose, self.usual, self.all = (QToolButton(self) for _ in range(3))
        self.said = Note(parent=self)
        self.popup: ElementPopup | None = None
        self.choose.setText("Choose ▾")
        self.choose.setToolTip("Which must, may and must not be there")
        self.usual.setText("Usual")
        self.usual.setToolTip("Exclude what is radioactive or toxic, and ask for nothing else")
        self.all.setText("Any")
        self.all.setToolTip("Exclude nothing, radioactive and toxic elements neither")
        row = QHBoxLayout()
        row.setSpacing(6)
        for button in (self.choose, self.usual, self.all):
            row.addWidget(button)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(row)
        layout.addWidget(self.said)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.choose.clicked.connect(self.open_popup)
        self.usual.clicked.connect(lambda: self._ask((), (), USUALLY_EXCLUDED))
        self.all.clicked.connect(lambda: self._ask((), (), ()))
        plan.changed.connect(self._show_plan)
        self._show_plan()

    def open_popup(self) -> None:
        if self.popup is None:
            self.popup = ElementPopup(self)
            self.popup.changed.connect(self._ask)
        asked = self._plan.asked
        self.popup.show_wishes(asked.required, asked.allowed, asked.excluded)
        self.popup.open_below(self.choose)

    def _ask(self, must: object, may: object, must_not: object) -> None:
        required, allowed, excluded = (tuple(sorted(x)) for x in (must, may, must_not))  # type: ignore[call-overload]
        self._plan.ask(required=required, allowed=allowed, excluded=excluded)

    def _show_plan(self) -> None:
        self.said.setText(said_of(self._plan))


def said_of(plan: RequestPlan) -> str:
    """What is excluded as usual is named as such, and what more is, beside it."""
    asked, usual = plan.asked, set(USUALLY_EXCLUDED)
    excluded = set(asked.excluded)
    if not usual <= excluded:
        return texts.elements(asked) or "any element"
    rest = " and ".join([_USUAL, *sorted(excluded - usual)])
    wished = [f"with {', '.join(asked.required)}"] if asked.required else []
    wished += [f"only {', '.join(asked.allowed)}"] if asked.allowed else []
    return "; ".join([*wished, f"without {rest} elements" if rest == _USUAL else f"without {rest}"])

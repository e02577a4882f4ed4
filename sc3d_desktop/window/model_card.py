"""The card of the model that answers: what it was trained on, how good it is, what it may do."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QDialog, QTextBrowser, QWidget

from sc3d_desktop.engine.engine import Engine
from sc3d_desktop.errors import Sc3dError
from sc3d_desktop.jobs import Event, Failed, Finished, LoadModel, ModelInfo
from sc3d_desktop.window.about import with_close_button
from sc3d_desktop.window.banner import Banners

_NOTHING_STATED = "This model states nothing about itself."
_SIZE = (620, 560)
_CLOSE = 'style="margin-top: 6px; margin-bottom: 2px"'


def card_html(name: str, lines: Sequence[tuple[str, str]]) -> str:
    """Headings and paragraphs; line breaks in the text are kept."""
    parts = [f"<h2>{escape(name)}</h2>"]
    for heading, text in lines:
        broken = escape(text).replace("\n", "<br>")
        parts.append(f"<h4 {_CLOSE}>{escape(heading)}</h4><p {_CLOSE}>{broken}</p>")
    return "".join(parts) if lines else f"{parts[0]}<p>{_NOTHING_STATED}</p>"


class ModelCardDialog(QDialog):
    def __init__(self, info: ModelInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Model card")
        self.text = QTextBrowser(self)
        self.text.setAccessibleName("Model card")
        self.text.document().setDocumentMargin(12)
        self.text.setHtml(card_html(info.name, info.card_lines))
        with_close_button(self, self.text)
        self.resize(*_SIZE)


class ModelCard(QObject):
    """Shows the card; loads the model first where that has not been done."""

    def __init__(self, engine: Engine, banners: Banners, window: QWidget) -> None:
        super().__init__(window)
        self._engine, self._banners, self._window = engine, banners, window
        self._info: ModelInfo | None = None
        self._asked = 0
        engine.told.connect(self._on_event)

    def show(self) -> None:
        if self._info is None:
            self._asked = self._engine.submit(LoadModel(), replace="model card")
        else:
            ModelCardDialog(self._info, self._window).open()

    def _on_event(self, job_id: int, event: Event) -> None:
        match event:
            case Finished(ModelInfo() as info):
                self._info = info
                if job_id == self._asked:
                    self.show()
            case Failed() if job_id == self._asked:
                self._banners.problem(Sc3dError(event.error, event.hint))

"""What the user is working on. Plain Python: no Qt here."""

from sc3d_desktop.state.answer import AnswerStatus, TcAnswer
from sc3d_desktop.state.autosave import Autosave, Unsaved
from sc3d_desktop.state.document import Document
from sc3d_desktop.state.history import History
from sc3d_desktop.state.settings import Settings

__all__ = ["AnswerStatus", "Autosave", "Document", "History", "Settings", "TcAnswer", "Unsaved"]

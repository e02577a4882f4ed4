"""Which parts make up the program."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

import sc3d_desktop
from sc3d_desktop.engine.engine import Engine
from sc3d_desktop.engine.link import TcLink
from sc3d_desktop.engine.services import LocalServices
from sc3d_desktop.jobs import Services
from sc3d_desktop.paths import user_data
from sc3d_desktop.state.answer import TcAnswer
from sc3d_desktop.state.autosave import Autosave
from sc3d_desktop.state.browser import Browser
from sc3d_desktop.state.comparison import Comparison
from sc3d_desktop.state.document import Document
from sc3d_desktop.state.generation import Generation
from sc3d_desktop.state.plan import Plan
from sc3d_desktop.state.request_plan import RequestPlan
from sc3d_desktop.state.screening import Screening
from sc3d_desktop.state.settings import Settings
from sc3d_desktop.window import MainWindow, Session, Shelf


def application() -> QApplication:
    """The one QApplication of the process."""
    running = QApplication.instance()
    if isinstance(running, QApplication):
        return running
    app = QApplication(sys.argv[:1])
    app.setApplicationName("SC3D Desktop")
    app.setApplicationVersion(sc3d_desktop.__version__)
    QCoreApplication.setOrganizationName("SC3D")
    return app


def build_window(
    services_factory: Callable[[], Services] = LocalServices,
    settings: Settings | None = None,
    home: Path | None = None,
) -> MainWindow:
    """A window with its own document and engine. Closing it ends its engine's thread.

    ``home`` is the folder for settings, session, unsaved edits, catalogue and runs: the user's, if
    it is not given.
    """
    home = home if home is not None else user_data()
    document, answer = Document(), TcAnswer()
    engine = Engine(services_factory)
    session = Session(
        document=document,
        answer=answer,
        comparison=Comparison(document),
        settings=settings if settings is not None else Settings.load(home / "settings.json"),
        autosave=Autosave(document, home / "session.json"),
        engine=engine,
        link=TcLink(document, answer, engine),
        shelf=Shelf(home / "unsaved"),
        browser=Browser(home / "catalogue.sqlite"),
        plan=Plan(home / "runs"),
        screening=Screening(),
        request_plan=RequestPlan(home / "generated"),
        generation=Generation(),
    )
    try:
        window = MainWindow(session)
    except BaseException:
        engine.close()  # or its thread would take the process down before the reason is told
        raise
    window.closed.connect(engine.close)
    window.closed.connect(session.browser.close)
    window.closed.connect(session.screening.close)
    return window

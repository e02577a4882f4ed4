"""What one window works on; built by the composition root."""

from __future__ import annotations

from dataclasses import dataclass

from sc3d_desktop.engine.engine import Engine
from sc3d_desktop.engine.link import TcLink
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
from sc3d_desktop.window.shelf import Shelf


@dataclass(frozen=True)
class Session:
    document: Document
    answer: TcAnswer
    comparison: Comparison
    settings: Settings
    autosave: Autosave
    engine: Engine
    link: TcLink
    shelf: Shelf
    browser: Browser
    plan: Plan
    screening: Screening
    request_plan: RequestPlan
    generation: Generation

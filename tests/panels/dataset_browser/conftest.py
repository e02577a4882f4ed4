"""Browsers on small catalogues."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_cases import browser_on, fill, fill_fast
from PySide6.QtWidgets import QApplication

from sc3d_desktop.state.browser import Browser


@pytest.fixture
def browser(qapp: QApplication, tmp_path: Path) -> Iterator[Browser]:
    """Twelve materials, as ``some_drafts`` has them."""
    made = browser_on(fill(tmp_path / "c.sqlite"))
    yield made
    made.close()


@pytest.fixture
def large(qapp: QApplication, tmp_path: Path) -> Iterator[Browser]:
    made = browser_on(fill_fast(tmp_path / "large.sqlite", 4321))
    yield made
    made.close()

"""A real browser for pages the program writes, where the machine has one."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
PATH = next((found for name in NAMES if (found := shutil.which(name))), None)
MISSING = f"needs one of {', '.join(NAMES)}"
_SECONDS = 90


@dataclass(frozen=True)
class Opened:
    """A page as the browser has it: its document, and what it complained of."""

    document: str
    complaints: list[str]


def open_page(page: Path, profile: Path) -> Opened:
    done = _run(page, profile, "--dump-dom", "--enable-logging=stderr")
    complaints = [line for line in done.stderr.splitlines() if re.search(r"CONSOLE", line)]
    return Opened(done.stdout, complaints)


def picture(page: Path, out: Path, profile: Path, size: str = "1280,1600") -> Path:
    _run(page, profile, f"--screenshot={out}", f"--window-size={size}", "--hide-scrollbars")
    return out


def _run(page: Path, profile: Path, *words: str) -> subprocess.CompletedProcess[str]:
    assert PATH is not None, MISSING
    usual = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
    command = [PATH, *usual, f"--user-data-dir={profile}", *words, page.as_uri()]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=_SECONDS, check=True, encoding="utf-8"
    )

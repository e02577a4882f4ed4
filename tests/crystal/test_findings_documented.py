"""The codes of findings are those that docs/files.md lists."""

from __future__ import annotations

import re
from pathlib import Path

import sc3d_desktop.crystal

DOCS = Path(__file__).resolve().parents[2] / "docs" / "files.md"
CALL = re.compile(r"(?:repaired|doubtful|repair|doubt)\(\s*\"([A-Za-z0-9 ]+)\"")


def test_every_code_is_documented_and_no_other():
    package = Path(sc3d_desktop.crystal.__file__).parent
    used = {c for path in package.rglob("*.py") for c in CALL.findall(path.read_text("utf-8"))}
    table = DOCS.read_text("utf-8").split("## Findings")[1].split("Refused")[0]
    listed = set(re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE))
    assert listed == used

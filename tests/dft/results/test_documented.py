"""Which results are read is what docs/results.md says."""

from __future__ import annotations

import re
from pathlib import Path

from sc3d_desktop.dft.results.kinds import Kind
from sc3d_desktop.dft.results.packed import PACKED
from sc3d_desktop.dft.results.phonons import ACOUSTIC_CM

PAGE = (Path(__file__).parents[3] / "docs" / "results.md").read_text(encoding="utf-8")


def test_every_kind_has_a_line_of_its_own() -> None:
    rows = re.findall(r"^\| ([^|]+) \|", PAGE, re.M)
    assert set(rows) - {"kind"} == {kind.value for kind in Kind}


def test_the_limits_are_those_of_the_program() -> None:
    assert f"within {ACOUSTIC_CM:.0f} cm⁻¹ of zero" in PAGE
    assert set(PACKED) == {".gz", ".bz2", ".xz"}
    assert "gzip, bzip2 or xz" in PAGE

"""A run of note to report, and a catalogue to look it up in."""

from __future__ import annotations

from pathlib import Path

import pytest
from catalogue_cases import import_all
from line_cases import line_of, other, run_of
from run_reports import FORMULA_OF_A_SHEET, HOSTILE

from sc3d_desktop.data import Catalogue
from sc3d_desktop.data.importers import StarterSet


@pytest.fixture(scope="session")
def starter_catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("catalogue") / "c.sqlite"
    with Catalogue.open(path) as catalogue:
        import_all(catalogue, StarterSet())
    return path


@pytest.fixture
def reported_run(tmp_path: Path) -> Path:
    """Three candidates, two of them of note; the same again; refused for two reasons, skipped."""
    lines = [
        line_of("BaFe2As2", 0, tc_low=12.0, identifier=FORMULA_OF_A_SHEET),
        line_of(
            "MgB2", 1, tc_low=30.0, tc=39.0, in_training=True, identifier=HOSTILE, member=HOSTILE
        ),
        line_of("NaCl", 2, tc_low=0.5, p_superconductor=None, domain=None, nearest="[]"),
        other(line_of("MgB2", 3, key=(1).to_bytes(16, "big")), "same"),
        other(line_of("FeO", 4), "refused", "4.cif, block “b4”: no cell length 4.1."),
        other(line_of("FeO", 5), "refused", "5.cif, block “b5”: no cell length 7.2."),
        other(line_of("FeO", 6), "refused", f"@{HOSTILE}"),
        other(line_of("PuO2", 7), "skipped", "radioactive: Pu"),
    ]
    return run_of(tmp_path / "a run.sqlite", lines)

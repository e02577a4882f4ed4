"""The shipped examples as crystals."""

from __future__ import annotations

import pytest

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.cif import read_cif
from sc3d_desktop.paths import examples


@pytest.fixture(params=["MgB2", "La1.85Sr0.15CuO4", "YBa2Cu3O7"])
def example(request: pytest.FixtureRequest) -> Crystal:
    return read_cif(examples() / f"{request.param}.cif")[0]

"""Names and colours of the families of superconductors."""

from __future__ import annotations

from sc3d_desktop.data.entry import FAMILIES

FAMILY_NAMES: dict[str, str] = {
    "cuprate": "cuprate",
    "iron_based": "iron-based",
    "heavy_fermion": "heavy fermion",
    "h_rich": "hydrogen-rich",
    "others": "other",
    "": "not known",
}
FAMILY_COLOURS: dict[str, str] = {
    "cuprate": "#2D7FC1",
    "iron_based": "#D55E00",
    "heavy_fermion": "#8C5AA8",
    "h_rich": "#E6A817",
    "others": "#3A9E7E",
    "": "#A7AFB8",
}
"""Apart for the common kinds of colour blindness, and readable on light and dark."""

ALL_FAMILIES = (*FAMILIES, "")

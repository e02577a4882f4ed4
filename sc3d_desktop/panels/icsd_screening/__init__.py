"""The ICSD screening: which of many structures nobody has tried may superconduct."""

from sc3d_desktop.panels.icsd_screening.screening import IcsdScreening

__all__ = ["IcsdScreening"]

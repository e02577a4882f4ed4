"""Results of calculations with VASP and Quantum ESPRESSO, read back."""

from sc3d_desktop.dft.results.kinds import is_calculation
from sc3d_desktop.dft.results.read import read_results
from sc3d_desktop.dft.results.types import Bands, Dos, Phonons, Result, Spectrum, Stated

__all__ = [
    "Bands",
    "Dos",
    "Phonons",
    "Result",
    "Spectrum",
    "Stated",
    "is_calculation",
    "read_results",
]

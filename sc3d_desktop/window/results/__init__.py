"""Results of calculations in the window: what was calculated, its bands, its DOS and its Tc."""

from sc3d_desktop.window.results.desk import ResultsDesk

__all__ = ["ResultsDesk"]

"""Tc predictor: the value, how far to trust it, and Tc along the doping line being edited."""

from sc3d_desktop.panels.tc_predictor.predictor import TcPredictor

__all__ = ["TcPredictor"]

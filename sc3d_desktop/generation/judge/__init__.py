"""Judging candidates: validity, symmetry, what is known like them, Tc, and by request stability."""

from sc3d_desktop.generation.judge.judge import Judge

__all__ = ["Judge"]

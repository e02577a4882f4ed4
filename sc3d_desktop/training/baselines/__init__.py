"""Methods other than networks, on the same folds: what a network has to beat."""

from sc3d_desktop.training.baselines.fold import VARIANTS
from sc3d_desktop.training.baselines.run import Baselines, run_baselines

__all__ = ["VARIANTS", "Baselines", "run_baselines"]

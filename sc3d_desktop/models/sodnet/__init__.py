"""SODNet: equivariant graph attention for ordered and disordered crystals (paper section 4.1)."""

from sc3d_desktop.models.sodnet.branch import CompositionBranch
from sc3d_desktop.models.sodnet.composition import CompositionKernel
from sc3d_desktop.models.sodnet.config import SodnetConfig
from sc3d_desktop.models.sodnet.ensemble import SodnetEnsemble
from sc3d_desktop.models.sodnet.forest import RampForest
from sc3d_desktop.models.sodnet.network import Sodnet
from sc3d_desktop.models.sodnet.predictor import SodnetPredictor, load_model
from sc3d_desktop.models.sodnet.trust import Trust
from sc3d_desktop.models.sodnet.weights import ModelCard, Weights, load_weights, save_weights

__all__ = [
    "CompositionBranch",
    "CompositionKernel",
    "ModelCard",
    "RampForest",
    "Sodnet",
    "SodnetConfig",
    "SodnetEnsemble",
    "SodnetPredictor",
    "Trust",
    "Weights",
    "load_model",
    "load_weights",
    "save_weights",
]

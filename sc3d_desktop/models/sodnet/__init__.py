"""SODNet: equivariant graph attention for ordered and disordered crystals (paper section 4.1)."""

from sc3d_desktop.models.sodnet.config import SodnetConfig
from sc3d_desktop.models.sodnet.network import Sodnet
from sc3d_desktop.models.sodnet.predictor import SodnetPredictor, load_model
from sc3d_desktop.models.sodnet.weights import Ensemble, ModelCard, load_ensemble, save_ensemble

__all__ = [
    "Ensemble",
    "ModelCard",
    "Sodnet",
    "SodnetConfig",
    "SodnetPredictor",
    "load_ensemble",
    "load_model",
    "save_ensemble",
]

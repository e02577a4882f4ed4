"""How far to trust an answer: the width of its interval, the probability that the compound is a
superconductor at all, and whether anything like it was trained on.
"""

from __future__ import annotations

import hashlib

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from sc3d_desktop.models.interface import Domain
from sc3d_desktop.models.sodnet.features import N_ELEMENTS

_HYDROGEN, _OXYGEN, _IRON, _COPPER = 1, 8, 26, 29
_F_ELEMENTS = (58, 59, 63, 70, 92, 93, 94, 95)
"""Ce, Pr, Eu, Yb, U, Np, Pu, Am: where f electrons may be heavy."""

N_WIDTH_FEATURES = 8

_OFF_THE_HALVES = 0.0137
"""Fractions such as 0.15 / 4 are halves of the last digit kept: the last bit would round them."""


def width_features(fractions: Tensor, ln_tc: Tensor, novelty: Tensor) -> Tensor:
    """What the width of an interval depends on, shape (n, 8): a constant, novelty and its square,
    the share of hydrogen, of copper with oxygen, of iron and of f elements, and ln Tc.
    """
    copper_oxygen = torch.sqrt(fractions[:, _COPPER] * fractions[:, _OXYGEN] + 1e-4) - 1e-2
    heavy = fractions[:, list(_F_ELEMENTS)].sum(dim=1)
    columns = [
        torch.ones_like(ln_tc),
        novelty,
        novelty.square(),
        fractions[:, _HYDROGEN],
        copper_oxygen,
        fractions[:, _IRON],
        heavy,
        ln_tc,
    ]
    return torch.stack(columns, dim=1)


class Trust(nn.Module):
    """Calibrated on compounds that were held out of training.

    ``width`` (8,) gives the logarithm of the interval's half-width, in ln K, over
    ``width_features``; ``probability`` (2,) slope and offset of the logit over the score;
    ``domain`` (2,) the novelty where the edge begins and where the outside does;
    ``training_keys`` (k,), sorted, the ``composition_keys`` of the compounds trained on.
    """

    width: Tensor
    probability: Tensor
    domain: Tensor
    training_keys: Tensor

    def __init__(self, n_training: int = 0) -> None:
        super().__init__()
        self.register_buffer("width", torch.zeros(N_WIDTH_FEATURES))
        self.register_buffer("probability", torch.tensor([1.0, 0.0]))
        self.register_buffer("domain", torch.tensor([1.0, 2.0]))
        self.register_buffer("training_keys", torch.zeros(n_training, dtype=torch.int64))

    def half_width(self, fractions: Tensor, ln_tc: Tensor, novelty: Tensor) -> Tensor:
        """Half of the 90 % interval, in ln K; shape (n,)."""
        logarithm = width_features(fractions, ln_tc, novelty) @ self.width
        return torch.exp(logarithm.clamp(-3, 2))

    def p_superconductor(self, score: Tensor) -> Tensor:
        return torch.sigmoid(self.probability[0] * score + self.probability[1])

    def domain_of(self, novelty: float) -> Domain:
        edge, outside = self.domain.tolist()
        if novelty <= edge:
            return "inside"
        return "edge" if novelty <= outside else "outside"

    def trained_on(self, fractions: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Whether each composition (n, 104) was trained on."""
        keys = self.training_keys.cpu().numpy()
        return np.isin(composition_keys(fractions), keys)


def composition_keys(fractions: NDArray[np.float64]) -> NDArray[np.int64]:
    """A number for each composition (n, 104), the same where it agrees to three decimals."""
    if fractions.shape[1] != N_ELEMENTS:
        raise ValueError(f"fractions need {N_ELEMENTS} columns")
    rounded = np.round(fractions * 1000 - _OFF_THE_HALVES).astype(np.int16)
    digests = (hashlib.blake2b(row.tobytes(), digest_size=8).digest() for row in rounded)
    return np.array([int.from_bytes(d, "little", signed=True) for d in digests], dtype=np.int64)

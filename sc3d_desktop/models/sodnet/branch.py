"""The composition branch as it is shipped: a kernel machine and forests, each counting in part."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from sc3d_desktop.models.sodnet.composition import CompositionAnswer, CompositionKernel
from sc3d_desktop.models.sodnet.forest import RampForest


class CompositionBranch(nn.Module):
    """ln Tc and the score of a composition: what ``kernel`` says, and by ``share`` what ``forest``
    says of ln Tc and ``judge`` of the score. Without forests it is the kernel alone.

    The kernel is smooth and extrapolates; the forests follow the measured rows more closely.
    ``learnt`` (m, 2) is what was learnt since on further records: weights of the kernel's anchors
    that are added to ln Tc and to the score as they are, or None.
    """

    share: Tensor
    learnt: Tensor | None

    def __init__(
        self,
        kernel: CompositionKernel,
        forest: RampForest | None = None,
        judge: RampForest | None = None,
        share: float = 0.5,
        learnt: Tensor | None = None,
    ) -> None:
        super().__init__()
        self.kernel, self.forest, self.judge = kernel, forest, judge
        self.register_buffer("share", torch.tensor(share))
        self.register_buffer("learnt", learnt)

    def forward(self, fractions: Tensor) -> CompositionAnswer:
        """What atomic fractions (n, 104) say."""
        likeness, novelty = self.kernel.likeness(fractions)
        said = self.kernel.answer(likeness, novelty)
        assert said.score is not None
        with torch.no_grad():
            ln_tc = self._blend(said.ln_tc, self.forest, fractions)
            score = self._blend(said.score, self.judge, fractions)
        if self.learnt is None:
            return CompositionAnswer(ln_tc, score, novelty, smooth_ln_tc=said.ln_tc)
        more, more_score = (likeness @ self.learnt).unbind(1)
        return CompositionAnswer(ln_tc + more, score + more_score, novelty, said.ln_tc + more)

    def _blend(self, smooth: Tensor, forest: RampForest | None, fractions: Tensor) -> Tensor:
        if forest is None:
            return smooth
        return torch.lerp(smooth, forest(fractions), self.share)

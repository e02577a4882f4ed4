"""What defines a SODNet: sizes and the choices the paper leaves open."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from sc3d_desktop.crystal.graph import CUTOFF_ANGSTROM, NEIGHBOURS
from sc3d_desktop.errors import ModelError

EdgeRemoval = Literal["off", "hard", "soft"]
Mixing = Literal["khot", "embedding", "nonlinear"]


@dataclass(frozen=True)
class SodnetConfig:
    """Sizes of the network; node features are ``scalars`` x 0e + ``vectors`` x 1o.

    ``edge_removal`` is the paper's rule that drops pairs closer than the sum of their radii, for
    each pair of species: ``off``, ``hard`` (a step) or ``soft`` (a smooth step 0.2 Å wide).
    ``feature_dropout`` hides element properties from a whole crystal in training, so that elements
    are told apart by more than one; ``composition_context`` shows every site the mean features of
    its crystal.

    ``mixing`` says where the species of a site meet: ``khot``, in their element features as in
    Eq. 3; ``embedding``, each after an embedding of its own, as MEGNet does (C. Chen et al., Nature
    Computational Science 1, 46 (2021)); ``nonlinear``, as ``khot`` and with the spread of the
    site's species, which is nothing on a site with one. The ablations of the paper's Table 2
    leave out ``node_occupancy`` (w_k of Eq. 3: a trace counts as much as its host),
    ``edge_occupancy`` (w_i w_j of Eq. 4) and everything ``equivariant`` (features of degree 1).
    """

    scalars: int = 48
    vectors: int = 16
    blocks: int = 2
    heads: int = 4
    radial_functions: int = 32
    radial_hidden: int = 24
    dropout: float = 0.2
    feature_dropout: float = 0.2
    composition_context: bool = True
    cutoff_angstrom: float = CUTOFF_ANGSTROM
    neighbours: int = NEIGHBOURS
    edge_removal: EdgeRemoval = "off"
    mixing: Mixing = "khot"
    node_occupancy: bool = True
    edge_occupancy: bool = True
    equivariant: bool = True

    @property
    def irreps(self) -> str:
        """The node features in e3nn's notation."""
        return f"{self.scalars}x0e + {self.vectors}x1o"

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> SodnetConfig:
        known = {f.name for f in fields(cls)}
        if unknown := set(data) - known:
            raise ModelError(
                f"The weights need settings this version does not know: {', '.join(unknown)}.",
                "Update SC3D Desktop.",
            )
        return cls(**data)

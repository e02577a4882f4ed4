"""What jobs run on in this program: the models, loaded once by the thread that uses them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sc3d_desktop.errors import ModelError
from sc3d_desktop.models import registry
from sc3d_desktop.models.interface import TcModel

if TYPE_CHECKING:
    from sc3d_desktop.generation.sampling import CandidateSampler


class LocalServices:
    """The models of this machine. One that could not be loaded is not tried again: the reason is
    told at each call, and the program must be started anew or another version be used.
    """

    def __init__(self) -> None:
        self._tc_model: TcModel | None = None
        self._failure: tuple[str, str] | None = None
        self._version = ""
        self._sampler: CandidateSampler | None = None

    def tc_model(self) -> TcModel:
        """The version in use; it is loaded anew once another one is."""
        if (version := registry.in_use()) != self._version:
            self._version, self._tc_model, self._failure = version, None, None
        if self._failure is not None:
            # A new error each time: one that is raised again and again holds on to every frame.
            raise ModelError(*self._failure)
        if self._tc_model is None:
            self._tc_model = self._load(version)
        return self._tc_model

    def sampler(self) -> CandidateSampler:
        if self._sampler is None:
            from sc3d_desktop.generation.sampling import load_sampler

            self._sampler = load_sampler()
        return self._sampler

    def _load(self, version: str) -> TcModel:
        try:
            return _model(version)
        except ModelError as error:
            self._failure = (error.message, error.hint)
            raise
        except Exception as error:
            self._failure = (
                f"The Tc model could not be loaded: {type(error).__name__}: {error}.",
                "Start the program again; if that does not help, install it again.",
            )
            raise ModelError(*self._failure) from error


def model_of(weights: Path | None) -> TcModel:
    """The model in the file ``weights``; the version in use where there is none."""
    if weights is None:
        return LocalServices().tc_model()
    from sc3d_desktop.models.sodnet import load_model

    return load_model(weights)


def _model(version: str) -> TcModel:
    """The version, or the shipped one, which then says so, where that cannot be read."""
    from sc3d_desktop.models.sodnet import load_model

    if version == registry.SHIPPED:
        return load_model()
    try:
        return load_model(registry.weights_file(version))
    except ModelError as error:
        note = f"The shipped model answers, not your version “{version}”: {error.message}"
        return load_model(notes=(note,))

"""What jobs run on in this program: the models, loaded once by the thread that uses them."""

from __future__ import annotations

from sc3d_desktop.errors import ModelError
from sc3d_desktop.models.interface import TcModel


class LocalServices:
    """The models of this machine. A model that could not be loaded is not tried again."""

    def __init__(self) -> None:
        self._tc_model: TcModel | None = None
        self._failure: ModelError | None = None

    def tc_model(self) -> TcModel:
        if self._failure is not None:
            raise self._failure
        if self._tc_model is None:
            self._tc_model = self._load()
        return self._tc_model

    def _load(self) -> TcModel:
        from sc3d_desktop.models.sodnet import load_model

        try:
            return load_model()
        except ModelError as error:
            self._failure = error
            raise

"""What jobs run on in this program: the models, loaded once by the thread that uses them."""

from __future__ import annotations

from sc3d_desktop.errors import ModelError
from sc3d_desktop.models.interface import TcModel


class LocalServices:
    """The models of this machine. One that could not be loaded is not tried again: the reason is
    told at each call, and the program must be started anew.
    """

    def __init__(self) -> None:
        self._tc_model: TcModel | None = None
        self._failure: tuple[str, str] | None = None

    def tc_model(self) -> TcModel:
        if self._failure is not None:
            # A new error each time: one that is raised again and again holds on to every frame.
            raise ModelError(*self._failure)
        if self._tc_model is None:
            self._tc_model = self._load()
        return self._tc_model

    def _load(self) -> TcModel:
        try:
            from sc3d_desktop.models.sodnet import load_model

            return load_model()
        except ModelError as error:
            self._failure = (error.message, error.hint)
            raise
        except Exception as error:
            self._failure = (
                f"The Tc model could not be loaded: {type(error).__name__}: {error}.",
                "Start the program again; if that does not help, install it again.",
            )
            raise ModelError(*self._failure) from error

"""Errors a user can act on: what went wrong, where, and what to do next."""

from __future__ import annotations


class Sc3dError(Exception):
    """An error with a message for the user and, where there is one, a way out.

    ``message`` says what and where in one sentence; ``hint`` says what to do next.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class CrystalError(Sc3dError):
    """A crystal, or an edit of one, that cannot exist."""


class CifError(Sc3dError):
    """A file that cannot be read as a crystal; the message names file, block and line or field."""


class ModelError(Sc3dError):
    """Weights that are missing, damaged or not of this program."""


class HandOffError(Sc3dError):
    """A crystal that cannot be handed to another program as it is."""


class ResultsError(Sc3dError):
    """Output of a calculation that cannot be read, or is not finished."""


class TrainingError(Sc3dError):
    """Data or settings that a training run cannot start from."""


class CatalogueError(Sc3dError):
    """A catalogue or a source of entries that cannot be read or written."""


class ScreeningError(Sc3dError):
    """A source or a run of a screening that cannot be read, written or gone on with."""


class GenerationError(Sc3dError):
    """A request that cannot be met, or a run of the generator that cannot be read or written."""


class ProjectError(Sc3dError):
    """A project that cannot be saved, or a file that is none or cannot be trusted."""


class RecipeError(Sc3dError):
    """A recipe that cannot be saved, read, or used as it is."""

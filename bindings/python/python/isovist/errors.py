"""Errors of the package. Each message says what is wrong with which value and, where that can be said, what to do."""

from collections.abc import Sequence

__all__ = [
    "ArgumentError",
    "CorpusError",
    "Error",
    "ProofRejected",
    "QuestionError",
    "SceneError",
    "TruthError",
    "UnknownName",
]


class Error(Exception):
    """Any error of this package."""


class ArgumentError(Error, ValueError):
    """Arguments that do not fit each other, or of a type that is not taken."""


class CorpusError(Error, ValueError):
    """A recipe that plans nothing, or a corpus that is not made, not whole or another one; the message names the file."""


class UnknownName(Error, LookupError):
    """A scene, profile, preset or component that there is not.

    ``known``: the names that there are; of scenes, the built-in ones that look alike.
    """

    def __init__(self, message: str, known: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.known: list[str] = list(known)


class SceneError(Error, ValueError):
    """A file or a text that is no scene; the message names file, field and value."""


class QuestionError(Error, ValueError):
    """A text or JSON that is no question.

    ``code``: why, stable (``unknown_wording``, ``unknown_label``, ``malformed`` …). ``hint``: what to do, or ``None``.
    """

    def __init__(self, message: str, code: str = "malformed", hint: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.hint = hint


class ProofRejected(Error, ValueError):
    """A proof that the independent checker does not accept; the message names the step and both values."""


class TruthError(Error, ValueError):
    """A ground truth that does not read. ``row``: its position in a batch, or ``None``."""

    def __init__(self, message: str, row: int | None = None) -> None:
        super().__init__(message)
        self.row = row

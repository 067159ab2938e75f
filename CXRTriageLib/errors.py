"""The exceptions that callers of the library may catch, one class for each reason."""

from __future__ import annotations


class CXRTriageError(Exception):
    """Base class of every error that the library raises on purpose."""


class InvalidValueError(CXRTriageError, ValueError):
    """A value breaks the rules of the type that should hold it."""


class MissingDependencyError(CXRTriageError, ImportError):
    """An optional package is needed and not installed."""


class RefusedInputError(CXRTriageError, ValueError):
    """A file cannot be triaged; the message names the file, the reason and the remedy."""


class NotAnImageError(RefusedInputError):
    """The file is in no image format that is read here."""


class TruncatedFileError(RefusedInputError):
    """The file is empty or ends before its pixels do."""


class UnreadableFileError(RefusedInputError):
    """The file cannot be opened, or is damaged, or is stored in a way that is not read here."""


class NoPixelsError(RefusedInputError):
    """The file is a DICOM object without pixel data."""


class MultipleFramesError(RefusedInputError):
    """The file holds more than one image: a multi-frame object or a volume."""


class WrongModalityError(RefusedInputError):
    """The image is no projection radiograph."""


class TrueColorError(RefusedInputError):
    """The image has colors that no radiograph has."""


class ImageTooSmallError(RefusedInputError):
    """A side of the image is too short for any reading."""


class ImageTooLargeError(RefusedInputError):
    """The image has more pixels than any radiograph has."""


class ConstantImageError(RefusedInputError):
    """All pixels have the same value."""


class MaskMismatchError(RefusedInputError):
    """A corrected mask does not fit the film that it was given for."""


class UndefinedBiomarkerError(CXRTriageError, ValueError):
    """A biomarker has no value for these masks; the message is the reason."""


class UndefinedMetricError(CXRTriageError, ValueError):
    """A metric has no value for these data; the message is the reason."""


class ModelError(CXRTriageError, RuntimeError):
    """A network's files are missing, changed, or do not fit together."""


class WeightsHashError(ModelError):
    """The hash of a weight file differs from the one in its manifest."""


class ManifestError(CXRTriageError, ValueError):
    """A training manifest breaks its format; the message lists the rows."""


class SecretKeyError(CXRTriageError, ValueError):
    """The key that stands for patients' names cannot be used, or lies where it must not."""


class StoreError(CXRTriageError, RuntimeError):
    """The results of an evaluation cannot be kept or read."""


class WorkerError(CXRTriageError, RuntimeError):
    """Work cannot be handed to other processes or machines."""


class BenchmarkError(CXRTriageError, RuntimeError):
    """A measurement could not be made, or would mean nothing."""

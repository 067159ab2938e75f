"""Where a result comes from."""

from __future__ import annotations

from dataclasses import dataclass

from CXRTriageLib.domain.settings import TriageSettings


@dataclass(frozen=True, kw_only=True)
class ModelIdentity:
    """One network, so exactly that it can be found again.

    Attributes
    ----------
    name, version
        From the manifest.
    sha256
        Hash of the weight file, 64 hexadecimal digits.
    """

    name: str
    version: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """What a result was made with.

    Attributes
    ----------
    software_version
        Version of this library.
    settings
        All choices of the run; a seed that was derived is filled in.
    models
        The networks that had a part in it.
    engine
        Inference engine and arithmetic, for example "OpenVINO CPU bf16".
    pixel_sha256
        Hash of the gray levels and their shape.
    """

    software_version: str
    settings: TriageSettings
    models: tuple[ModelIdentity, ...]
    engine: str
    pixel_sha256: str

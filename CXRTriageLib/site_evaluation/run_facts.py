"""What a whole evaluation was made with."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from CXRTriageLib.domain.provenance import ModelIdentity
from CXRTriageLib.errors import InvalidValueError


@dataclass(frozen=True, kw_only=True)
class RunFacts:
    """Software, networks and choices; the same for every film of a store.

    Attributes
    ----------
    software_version
        Of this library.
    mode
        Value of `Mode`.
    class_names, class_labels
        Keys and names for people of the classes, in the order of votes and probabilities.
    models
        The networks.
    measurements
        What was measured on the networks when they were made: the content of the file
        ``measurements-*.json`` beside them, empty where there is none.
    controls
        Whether the controls were run.
    unusable_rows
        Rows of the manifest that name no film in a way that can be read; no record stands for
        them.
    """

    software_version: str
    mode: str
    class_names: tuple[str, ...]
    class_labels: tuple[str, ...]
    models: tuple[ModelIdentity, ...]
    measurements: Mapping[str, Any] = field(default_factory=dict)
    controls: bool = True
    unusable_rows: int = 0

    def to_json(self) -> str:
        """Return the facts as one line of JSON."""
        return json.dumps(dataclasses.asdict(self), sort_keys=True, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> RunFacts:
        """Read facts.

        Raises
        ------
        InvalidValueError
            If the text holds none.
        """
        try:
            values = json.loads(text)
            values["models"] = tuple(ModelIdentity(**item) for item in values["models"])
            for name in ("class_names", "class_labels"):
                values[name] = tuple(values[name])
            return cls(**values)
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidValueError(f"These are no facts of an evaluation: {error}") from error

"""Many films, one after the other; nothing that happens to one stops the others."""

from __future__ import annotations

import time
import traceback
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from CXRTriageLib.domain.arrays import Labels
from CXRTriageLib.domain.provenance import ModelIdentity
from CXRTriageLib.domain.radiograph import Radiograph
from CXRTriageLib.domain.segmentation import ChestSegmentation, MaskSource
from CXRTriageLib.domain.settings import TriageSettings
from CXRTriageLib.domain.triage import TriageResult
from CXRTriageLib.errors import RefusedInputError
from CXRTriageLib.messages import (
    Failed,
    Finished,
    Kept,
    Message,
    Progress,
    Refused,
    Started,
    Summary,
)
from CXRTriageLib.pipeline.films import Film
from CXRTriageLib.pipeline.run_key import run_key


class Triage(Protocol):
    """What a batch needs of the networks; `TriagePipeline` has it."""

    @property
    def models(self) -> tuple[ModelIdentity, ...]:
        """Identities of the networks."""

    def run(
        self,
        radiograph: Radiograph,
        *,
        settings: TriageSettings | None = None,
        corrected: ChestSegmentation | None = None,
        progress: Callable[[str, float], None] | None = None,
    ) -> TriageResult:
        """Triage one radiograph."""


class ResultStore(Protocol):
    """Where results go; each under the name of its film."""

    def folder(self, name: str) -> Path:
        """Return the folder of a film's result."""

    def find(self, name: str, run_key: str) -> Mapping[str, Any] | None:
        """Return a complete result that was made under this fingerprint."""

    def write(
        self, name: str, radiograph: Radiograph, result: TriageResult, run_key: str
    ) -> Mapping[str, Any]:
        """Write a result and return its JSON object."""


@dataclass(frozen=True, kw_only=True)
class Batch:
    """The same run for many films.

    Attributes
    ----------
    pipeline
        The loaded networks.
    read_film
        Reads one film.
    read_mask
        Reads the corrected mask of a film of the given rows and columns.
    store
        Where results go.
    settings
        Choices of the method.
    masks
        Files of corrected masks by the name of their film.
    """

    pipeline: Triage
    read_film: Callable[[Path], Radiograph]
    read_mask: Callable[[Path, tuple[int, int]], Labels]
    store: ResultStore
    settings: TriageSettings
    masks: Mapping[str, Path] = field(default_factory=dict)

    def run(self, films: Sequence[Film], report: Callable[[Message], None]) -> Summary:
        """Triage films in their order and report what becomes of each.

        A film whose result is there, complete and made from the same file, mask, settings and
        networks is not run again.

        Parameters
        ----------
        films
            From `find_films`.
        report
            Called with every message as it arises, in this thread.

        Returns
        -------
        Summary
            Reported last as well.
        """
        counts: Counter[str] = Counter()
        for number, film in enumerate(films, start=1):
            report(Started(film=film.name, source=str(film.path), number=number, total=len(films)))
            outcome = self._outcome(film, report)
            counts[outcome.event] += 1
            report(outcome)
        summary = Summary(
            finished=counts[Finished.event],
            kept=counts[Kept.event],
            refused=counts[Refused.event],
            failed=counts[Failed.event],
        )
        report(summary)
        return summary

    def _outcome(
        self, film: Film, report: Callable[[Message], None]
    ) -> Finished | Kept | Refused | Failed:
        try:
            return self._finish(film, report)
        except RefusedInputError as error:
            return Refused(
                film=film.name,
                source=str(film.path),
                kind=type(error).__name__,
                reason=str(error),
            )
        except Exception as error:  # noqa: BLE001 - the other films must not suffer for this one
            return Failed(
                film=film.name,
                source=str(film.path),
                kind=type(error).__name__,
                reason=f"{film.path.name}: {error or type(error).__name__}",
                details=traceback.format_exc(),
            )

    def _finish(self, film: Film, report: Callable[[Message], None]) -> Finished | Kept:
        start = time.perf_counter()
        mask = self.masks.get(film.name)
        key = run_key(film.path, mask, settings=self.settings, models=self.pipeline.models)
        folder = str(self.store.folder(film.name))
        kept = self.store.find(film.name, key)
        if kept is not None:
            return Kept(film=film.name, source=str(film.path), folder=folder, result=kept)

        def advance(stage: str, share: float) -> None:
            report(Progress(film=film.name, stage=stage, share=share))

        radiograph = self.read_film(film.path)
        corrected = None if mask is None else self._corrected(mask, radiograph)
        result = self.pipeline.run(
            radiograph, settings=self.settings, corrected=corrected, progress=advance
        )
        written = self.store.write(film.name, radiograph, result, key)
        return Finished(
            film=film.name,
            source=str(film.path),
            folder=folder,
            elapsed_s=round(time.perf_counter() - start, 3),
            result=written,
        )

    def _corrected(self, mask: Path, radiograph: Radiograph) -> ChestSegmentation:
        labels = self.read_mask(mask, radiograph.shape)
        return ChestSegmentation(labels=labels, source=MaskSource.CORRECTED)

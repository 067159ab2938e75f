"""``cxrtriage worker``: a process that keeps the networks loaded and answers requests."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from CXRTriageLib.commands.request_loop import Reply, reply_on_standard_output, serve
from CXRTriageLib.domain.settings import Mode, TriageSettings
from CXRTriageLib.errors import InvalidValueError
from CXRTriageLib.messages import Action, Finished, Progress, Ready, Request
from CXRTriageLib.networks.device import Device

if TYPE_CHECKING:
    from CXRTriageLib.domain.radiograph import Radiograph
    from CXRTriageLib.domain.triage import TriageResult
    from CXRTriageLib.pipeline.triage import TriagePipeline

ARRAYS_FILE = "arrays.npz"
"""``labels``, and where the film has a class ``saliency`` and the fields of `PatchEvidence`:
``centers``, ``boxes``, ``probabilities`` and ``class_maps``."""

EVIDENCE_ARRAYS = ("centers", "boxes", "probabilities", "class_maps")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments of the command.

    Parameters
    ----------
    parser
        Of this command.
    """
    parser.add_argument(
        "--models", type=Path, metavar="DIR", help="networks to use instead of the shipped ones"
    )
    parser.add_argument(
        "--device", choices=[device.value for device in Device], default=Device.AUTO.value
    )
    parser.add_argument("--threads", type=int, default=0, metavar="N")


def execute(arguments: argparse.Namespace) -> int:
    """Load the networks and answer requests until there are no more.

    Parameters
    ----------
    arguments
        As parsed.

    Returns
    -------
    int
        0.

    Raises
    ------
    ModelError
        If a network is missing, changed or does not fit.
    """
    reply = reply_on_standard_output()
    pipeline = load_pipeline(
        arguments.models, device=Device(arguments.device), threads=arguments.threads
    )
    models = tuple(f"{model.name} {model.version}" for model in pipeline.models)
    reply("", Ready(engine=pipeline.engine, models=models))
    Worker(pipeline=pipeline, reply=reply).serve(sys.stdin)
    return 0


def load_pipeline(models: Path | None, *, device: Device, threads: int = 0) -> TriagePipeline:
    """Load both networks, the second so that it looks at every patch once.

    Parameters
    ----------
    models
        Folder of networks; the shipped ones by default.
    device, threads
        See `CXRTriageLib.networks.engine.load_engine`.

    Returns
    -------
    TriagePipeline
        Ready to run.

    Raises
    ------
    ModelError
        If a network is missing, changed or does not fit.
    """
    from CXRTriageLib.networks.engine import load_engine
    from CXRTriageLib.networks.remembering_engine import RememberingEngine
    from CXRTriageLib.networks.weights import Task, read_manifest
    from CXRTriageLib.pipeline.triage import TriagePipeline

    manifests = (
        read_manifest(Task.SEGMENTATION, models),
        read_manifest(Task.CLASSIFICATION, models),
    )
    segmenting, classifying = (
        load_engine(manifest, device=device, threads=threads) for manifest in manifests
    )
    return TriagePipeline.from_engines(manifests, (segmenting, RememberingEngine(classifying)))


@dataclass(frozen=True, kw_only=True)
class _FilmFile:
    """A film and the state of the file that it was read from."""

    key: tuple[str, int, int]
    radiograph: Radiograph


@dataclass(kw_only=True)
class Worker:
    """Answers requests, one after the other.

    Attributes
    ----------
    pipeline
        The loaded networks.
    reply
        Told of everything there is to say.
    """

    pipeline: TriagePipeline
    reply: Reply
    _film: _FilmFile | None = field(default=None, init=False)

    def serve(self, lines: Iterable[str]) -> None:
        """Answer requests until the lines end or one of them asks for the end.

        Parameters
        ----------
        lines
            See `CXRTriageLib.messages.Request`.
        """
        answered = (Action.TRIAGE, Action.VOTES, Action.EXPORT)
        serve(lines, dict.fromkeys(answered, self._finish), self.reply)

    def _finish(self, request: Request) -> Finished:
        start = time.perf_counter()
        path, folder = Path(request.input), Path(request.output)

        def advance(stage: str, share: float) -> None:
            self.reply(request.task, Progress(film=path.name, stage=stage, share=share))

        advance("reading", 0.0)
        radiograph = self._read(path)
        result = self._run(request, radiograph, advance)
        advance("writing", 1.0)
        document = self._write(request, folder, radiograph, result)
        return Finished(
            film=path.name,
            source=request.input,
            folder=request.output,
            elapsed_s=round(time.perf_counter() - start, 3),
            result=document,
        )

    def _read(self, path: Path) -> Radiograph:
        """Read a film, or take the last one where its file has not changed."""
        from CXRTriageLib.reading import read_radiograph

        try:
            state = path.stat()
            key = (str(path.resolve()), state.st_mtime_ns, state.st_size)
        except OSError:
            return read_radiograph(path)
        if self._film is None or self._film.key != key:
            self._film = _FilmFile(key=key, radiograph=read_radiograph(path))
        return self._film.radiograph

    def _run(
        self, request: Request, radiograph: Radiograph, advance: Callable[[str, float], None]
    ) -> TriageResult:
        from CXRTriageLib.biomarkers.placed_calipers import with_placed
        from CXRTriageLib.domain.segmentation import ChestSegmentation, MaskSource
        from CXRTriageLib.exporting.caliper_file import read_calipers
        from CXRTriageLib.exporting.labels import read_labels

        if request.action is Action.VOTES and request.masks is None:
            raise InvalidValueError("A vote over corrected masks needs the masks.")
        corrected = None
        if request.masks is not None:
            labels = read_labels(Path(request.masks), radiograph.shape)
            corrected = ChestSegmentation(labels=labels, source=MaskSource.CORRECTED)
        result = self.pipeline.run(
            radiograph,
            settings=TriageSettings.for_mode(Mode(request.mode)),
            corrected=corrected,
            progress=advance,
        )
        if request.calipers is None:
            return result
        return with_placed(result, read_calipers(Path(request.calipers)))

    def _write(
        self, request: Request, folder: Path, radiograph: Radiograph, result: TriageResult
    ) -> dict[str, Any]:
        from CXRTriageLib.exporting.result_folder import write_result
        from CXRTriageLib.pipeline.run_key import run_key

        masks = None if request.masks is None else Path(request.masks)
        key = run_key(
            Path(request.input),
            masks,
            settings=TriageSettings.for_mode(Mode(request.mode)),
            models=self.pipeline.models,
        )
        if request.action is Action.EXPORT:
            return dict(write_result(folder, radiograph, result, run_key=key))
        return _write_arrays(folder, result, key)


def _write_arrays(folder: Path, result: TriageResult, key: str) -> dict[str, Any]:
    """Write what the window needs, which draws its own pictures."""
    import numpy as np

    from CXRTriageLib.exporting.atomic import staged_files
    from CXRTriageLib.exporting.result_folder import RESULT_FILE
    from CXRTriageLib.exporting.result_json import result_to_json, write_json

    arrays: dict[str, Any] = {"labels": result.segmentation.labels}
    if result.saliency is not None:
        arrays["saliency"] = result.saliency.values
    if result.classification is not None:
        evidence = result.classification.evidence
        arrays |= {name: getattr(evidence, name) for name in EVIDENCE_ARRAYS}
    with staged_files(folder, last=RESULT_FILE, owned=(ARRAYS_FILE, RESULT_FILE)) as staging:
        np.savez(staging / ARRAYS_FILE, **arrays)
        document = result_to_json(result, run_key=key)
        write_json(staging / RESULT_FILE, document)
    return document

"""How long this library takes from a film to its result."""

from __future__ import annotations

import time
from pathlib import Path

from CXRTriageLib.benchmarking.measurement import Measurement, Timing, timings_of_stages
from CXRTriageLib.benchmarking.stage_clock import ClockedEngine, StageClock
from CXRTriageLib.domain.settings import Mode, TriageSettings
from CXRTriageLib.domain.triage import TriageResult
from CXRTriageLib.errors import BenchmarkError
from CXRTriageLib.networks.device import Arithmetic, Device
from CXRTriageLib.networks.engine import load_engine
from CXRTriageLib.networks.weights import Task, read_manifest
from CXRTriageLib.pipeline.triage import TriagePipeline
from CXRTriageLib.preprocessing.working_film import PreprocessedFilm
from CXRTriageLib.reading import read_radiograph

RESULT = "file to result"
MASKS = "file to masks"


class TimedPipeline:
    """The pipeline on the CPU, with a clock at each of its stages.

    Parameters
    ----------
    models
        Folder of networks; the shipped ones by default.
    arithmetic
        Number format of the networks.
    """

    def __init__(self, models: Path | None, arithmetic: Arithmetic) -> None:
        manifests = (
            read_manifest(Task.SEGMENTATION, models),
            read_manifest(Task.CLASSIFICATION, models),
        )
        self._segmenting, self._classifying = (
            ClockedEngine(load_engine(item, device=Device.CPU, arithmetic=arithmetic))
            for item in manifests
        )
        self._settings = TriageSettings.for_mode(Mode.DEFAULT)
        self._pipeline = TriagePipeline.from_engines(
            manifests, (self._segmenting, self._classifying)
        )

    def to_result(self, film: Path) -> tuple[TriageResult, dict[str, float]]:
        """Triage a film.

        Parameters
        ----------
        film
            The file.

        Returns
        -------
        result
            With a class.
        stages
            Seconds of each stage, in their order.

        Raises
        ------
        BenchmarkError
            If the film gets no class: then the stages that take longest did not run.
        """
        clock = StageClock("reading")
        radiograph = read_radiograph(film)
        clock.begin("hash of the pixels")
        result = self._pipeline.run(radiograph, settings=self._settings, progress=clock.begin)
        clock.begin("end")
        if result.classification is None:
            raise BenchmarkError(
                f"{film.name}: {result.recommendation.reason} Without a vote most of the work is "
                "left out and the times would mean nothing. Name another film with --film."
            )
        return result, self._stages(clock.stages_s())

    def to_masks_s(self, film: Path) -> float:
        """Return the seconds from the file to the masks."""
        start = time.perf_counter()
        self._pipeline.segment(PreprocessedFilm.of(read_radiograph(film)), self._settings)
        elapsed_s = time.perf_counter() - start
        self._segmenting.take_elapsed_s()
        return elapsed_s

    def _stages(self, reported: dict[str, float]) -> dict[str, float]:
        """Tell the networks from what happens around them."""
        segmenting = self._segmenting.take_elapsed_s()
        classifying = self._classifying.take_elapsed_s()
        stages: dict[str, float] = {}
        for name, elapsed_s in reported.items():
            if name == "segmentation":
                stages["segmentation network"] = segmenting
                stages["masks"] = elapsed_s - segmenting
            elif name == "classification":
                stages["patches and vote"] = elapsed_s - classifying
                stages["classification network"] = classifying
            else:
                stages["result" if name == "finished" else name] = elapsed_s
        return stages


def time_pipeline(
    film: Path, models: Path | None, *, arithmetic: Arithmetic, repeats: int
) -> Measurement:
    """Time a film with the networks loaded, after one run that does not count.

    Parameters
    ----------
    film
        The file.
    models
        Folder of networks; the shipped ones by default.
    arithmetic
        Number format of the networks.
    repeats
        Runs that count.

    Returns
    -------
    Measurement
        Results and masks.

    Raises
    ------
    BenchmarkError
        If the film gets no class.
    """
    timed = TimedPipeline(models, arithmetic)
    result, _ = timed.to_result(film)
    # Only the seconds are kept: results of many runs would count as memory of one.
    runs = [timed.to_result(film)[1] for _ in range(repeats)]
    masks = tuple(timed.to_masks_s(film) for _ in range(repeats))
    return _measurement(result, runs, file_to_masks=Timing(name=MASKS, runs_s=masks))


def time_first_film(film: Path, models: Path | None, *, arithmetic: Arithmetic) -> Measurement:
    """Load the networks and triage one film, once.

    Parameters
    ----------
    film
        The file.
    models
        Folder of networks; the shipped ones by default.
    arithmetic
        Number format of the networks.

    Returns
    -------
    Measurement
        Of a single run, with the loading of the networks as its first stage.
    """
    start = time.perf_counter()
    timed = TimedPipeline(models, arithmetic)
    loaded = {"loading the networks": time.perf_counter() - start}
    result, stages = timed.to_result(film)
    return _measurement(result, [loaded | stages])


def _measurement(
    result: TriageResult, runs: list[dict[str, float]], *, file_to_masks: Timing | None = None
) -> Measurement:
    return Measurement(
        engine=result.provenance.engine,
        film_shape=result.shape,
        patches=len(result.classification.evidence.centers) if result.classification else 0,
        file_to_result=Timing(name=RESULT, runs_s=tuple(sum(run.values()) for run in runs)),
        file_to_masks=file_to_masks,
        stages=timings_of_stages(runs),
    )

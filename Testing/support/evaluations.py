"""Evaluations of small lists of films, in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from CXRTriageLib.domain.provenance import ModelIdentity
from CXRTriageLib.domain.settings import Mode, TriageSettings
from CXRTriageLib.networks.weights import Task, read_manifest
from CXRTriageLib.site_evaluation.film_measurement import Setup
from CXRTriageLib.site_evaluation.inspection import SiteFilm
from CXRTriageLib.site_evaluation.intake import list_films, with_masks
from CXRTriageLib.site_evaluation.plan import Choices, InspectedFilm, work_of
from CXRTriageLib.site_evaluation.pseudonyms import Pseudonyms
from CXRTriageLib.site_evaluation.run_facts import RunFacts
from CXRTriageLib.site_evaluation.runner import Evaluation
from CXRTriageLib.site_evaluation.store import EvaluationStore
from CXRTriageLib.site_evaluation.workforce import Answer, Workforce

CLASSES = ("normal", "bacterial", "tuberculosis", "viral")
PSEUDONYMS = Pseudonyms(secret=b"0123456789abcdef0123456789abcdef")


class ThisProcess:
    """Does all work itself, one piece after the other."""

    def answers(
        self, function: Callable[..., object], items: Iterable[object]
    ) -> Iterator[Answer[object, object]]:
        """Yield answers in order."""
        for item in items:
            yield Answer(item, function(item))


def facts_of_run(models: Sequence[ModelIdentity] = ()) -> RunFacts:
    """Return facts with four classes."""
    return RunFacts(
        software_version="1",
        mode="default",
        class_names=CLASSES,
        class_labels=tuple(name.title() for name in CLASSES),
        models=tuple(models),
    )


def choices_of(models: Path, *, keep_identifiers: bool = False, controls: bool = True) -> Choices:
    """Return choices that suit a folder of networks."""
    hashes = tuple(read_manifest(task, models).identity.sha256 for task in Task)
    return Choices(
        class_names=CLASSES,
        setup=Setup(
            models=models,
            model_hashes=hashes,
            settings=TriageSettings.for_mode(Mode.DEFAULT),
            controls=controls,
        ),
        keep_identifiers=keep_identifiers,
    )


def films_of(manifest: Path, output: Path, masks: dict[str, Path] | None = None) -> list[SiteFilm]:
    """Return the films of a manifest, with masks by name of film."""
    films, problems = list_films(manifest, output=output)
    assert not problems
    return with_masks(films, (lambda _: masks) if masks else None, output=output)


def inspected(
    films: Sequence[SiteFilm], output: Path, workforce: Workforce | None = None
) -> list[InspectedFilm]:
    """Take a first look at films."""
    with EvaluationStore.open(output) as store:
        evaluation = Evaluation(
            store=store, workforce=workforce or ThisProcess(), pseudonyms=PSEUDONYMS
        )
        return evaluation.inspect(films, lambda _: None)


def evaluate(
    films: Sequence[SiteFilm],
    output: Path,
    choices: Choices,
    workforce: Workforce | None = None,
) -> list[str]:
    """Inspect and measure films, and return the content of the store, a line a record."""
    with EvaluationStore.open(output) as store:
        evaluation = Evaluation(
            store=store,
            workforce=workforce or ThisProcess(),
            pseudonyms=PSEUDONYMS,
            keep_identifiers=choices.keep_identifiers,
        )
        found = evaluation.inspect(films, lambda _: None)
        work = work_of(found, choices, PSEUDONYMS)
        evaluation.measure(work, choices.setup, facts_of_run(), lambda _: None)
        return [record.to_json() for record in store.records()]

"""From the list of films to the list of work: what is wrong, what is left out, what is to do."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from CXRTriageLib.cohort.film_list import EXCLUDED
from CXRTriageLib.domain.segmentation import MaskSource
from CXRTriageLib.domain.spacing import SpacingSource
from CXRTriageLib.eligibility.metadata_checks import ADULT_AGE_YEARS
from CXRTriageLib.site_evaluation.film_measurement import MeasureTask, Setup
from CXRTriageLib.site_evaluation.film_record import UNKNOWN_VIEW, FilmRecord, FilmState
from CXRTriageLib.site_evaluation.inspection import Inspection, SiteFilm, stated_kind
from CXRTriageLib.site_evaluation.pseudonyms import Pseudonyms
from CXRTriageLib.site_evaluation.stated_words import known_sex, known_view, told_age
from CXRTriageLib.version import __version__

NOT_MEASURED_YET = "The film has not been measured yet."


class Weight(Enum):
    """What follows from a problem."""

    STOPS = "to correct"
    """Nothing is run before it is corrected, or the row left out on purpose."""
    EXCLUDES = "left out"
    """The film is left out, and the report says so."""
    REFUSES = "refused"
    """The reader refuses the file; the report says so."""
    NOTE = "note"
    """Nothing follows."""


@dataclass(frozen=True, kw_only=True)
class RowProblem:
    """One thing that is wrong with a row; it names neither file nor patient."""

    row: int
    text: str
    weight: Weight


@dataclass(frozen=True, kw_only=True)
class InspectedFilm:
    """A film and what the first look at it has shown."""

    film: SiteFilm
    inspection: Inspection


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What a site chooses.

    Attributes
    ----------
    class_names
        Of the class network.
    setup
        Networks and method.
    keep_identifiers
        Whether file names and patient IDs may stand in the results.
    corrected_only
        Whether films with corrected masks are measured with these only.
    """

    class_names: tuple[str, ...]
    setup: Setup
    keep_identifiers: bool = False
    corrected_only: bool = False


def row_problems(
    inspected: Sequence[InspectedFilm], class_names: Sequence[str]
) -> Iterator[RowProblem]:
    """Yield everything that is wrong, row by row.

    Parameters
    ----------
    inspected
        All films.
    class_names
        Of the class network.

    Yields
    ------
    RowProblem
        Missing files, labels that do not fit, unknown classes, what is excluded or refused.
    """
    exclusions = exclusions_of(inspected)
    for item in inspected:
        listed = item.film.listed
        texts = [(text, Weight.STOPS) for text in item.inspection.problems]
        if listed.class_name and listed.class_name not in class_names:
            known = ", ".join(f"'{name}'" for name in class_names)
            text = f"class must be one of {known} or empty, got '{listed.class_name}'"
            texts.append((text, Weight.STOPS))
        if item.inspection.refusal:
            texts.append((item.inspection.refusal, Weight.REFUSES))
        if listed.row in exclusions:
            texts.append((exclusions[listed.row], Weight.EXCLUDES))
        if listed.view and known_view(listed.view) == UNKNOWN_VIEW:
            texts.append((f"the view '{listed.view}' is not known and counts as none", Weight.NOTE))
        for text, weight in texts:
            yield RowProblem(row=listed.row, text=text, weight=weight)


def exclusions_of(inspected: Iterable[InspectedFilm]) -> dict[int, str]:
    """Return the reason for each row that is left out.

    Parameters
    ----------
    inspected
        All films.

    Returns
    -------
    dict
        Sentences by row: minors, lateral views, second copies of a film, and what the
        manifest itself wants left out.
    """
    reasons: dict[int, str] = {}
    first_with: dict[str, InspectedFilm] = {}
    for item in inspected:
        if item.inspection.problems or item.inspection.refusal:
            continue
        row = item.film.listed.row
        reason = _own_reason(item)
        if reason:
            reasons[row] = reason
            continue
        first = first_with.setdefault(item.inspection.key, item)
        if first is not item:
            other = first.film.listed
            differs = other.class_name != item.film.listed.class_name
            but = ", with another class" if differs else ""
            reasons[row] = f"The same film as in row {other.row}{but}."
    return reasons


def _own_reason(item: InspectedFilm) -> str:
    listed = item.film.listed
    age = _age(item)
    if "child" in listed.flags or (age is not None and age < ADULT_AGE_YEARS):
        return f"The patient is under {ADULT_AGE_YEARS}; the networks know only adults."
    if known_view(listed.view or item.inspection.view) == "lateral":
        return "This is a lateral view; only frontal films are evaluated."
    return "The manifest says that it is to be left out." if EXCLUDED in listed.flags else ""


def work_of(
    inspected: Sequence[InspectedFilm], choices: Choices, pseudonyms: Pseudonyms
) -> Iterator[MeasureTask]:
    """Yield what is to be done, row by row.

    Parameters
    ----------
    inspected
        All films; those with problems that stop a run are left out.
    choices
        Of the site.
    pseudonyms
        Make the keys.

    Yields
    ------
    MeasureTask
        One for each film and set of masks. A film that is excluded or refused has one whose
        description says so; there is nothing to measure then.
    """
    stopping = {
        problem.row: f"The row has a problem: {problem.text.rstrip('.')}."
        for problem in row_problems(inspected, choices.class_names)
        if problem.weight is Weight.STOPS
    }
    exclusions = exclusions_of(inspected) | stopping
    for item in inspected:
        listed = item.film.listed
        state, reason = FilmState.FAILED, NOT_MEASURED_YET
        if item.inspection.refusal:
            state, reason = FilmState.REFUSED, item.inspection.refusal
        elif listed.row in exclusions:
            state, reason = FilmState.EXCLUDED, exclusions[listed.row]
        described = dataclasses.replace(
            _described(item, pseudonyms, keep_identifiers=choices.keep_identifiers),
            state=state,
            reason=reason,
        )
        has_mask = item.film.mask is not None and state is FilmState.FAILED
        if not (has_mask and choices.corrected_only):
            yield _task(item, described, MaskSource.NETWORK, choices.setup)
        if has_mask:
            yield _task(item, described, MaskSource.CORRECTED, choices.setup)


def _task(
    item: InspectedFilm, described: FilmRecord, source: MaskSource, setup: Setup
) -> MeasureTask:
    described = dataclasses.replace(described, mask_source=source)
    if described.state is FilmState.FAILED:
        work_key = _work_key(item.inspection, described, setup)
    else:
        work_key = f"row {described.row}"
    return MeasureTask(
        work_key=work_key,
        described=described,
        image=item.film.listed.image,
        label=item.film.listed.label,
        label_kind=stated_kind(item.inspection),
        mask=item.film.mask if source is MaskSource.CORRECTED else None,
    )


def _work_key(inspection: Inspection, described: FilmRecord, setup: Setup) -> str:
    """Return a fingerprint of everything that a result depends on."""
    parts = [
        __version__,
        inspection.key,
        inspection.label_key,
        inspection.label_kind,
        inspection.mask_key if described.mask_source is MaskSource.CORRECTED else "",
        described.view == UNKNOWN_VIEW,
        described.age_years is None,
        setup.model_hashes,
        repr(setup.settings),
        setup.controls,
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _described(
    item: InspectedFilm, pseudonyms: Pseudonyms, *, keep_identifiers: bool
) -> FilmRecord:
    listed, seen = item.film.listed, item.inspection
    stated = "" if listed.patient == f"row {listed.row}" else listed.patient
    patient_key = pseudonyms.of("patient", stated) if stated else seen.patient_key
    identifiers = (("file", listed.image.name), ("patient", stated or seen.patient_id))
    return FilmRecord(
        row=listed.row,
        key=seen.key,
        patient_key=patient_key or pseudonyms.of("patient of film", seen.key),
        state=FilmState.FAILED,
        reason=NOT_MEASURED_YET,
        identifiers=identifiers if keep_identifiers else (),
        class_name=listed.class_name or None,
        subclass=listed.subclass or None,
        site=listed.dataset or None,
        view=known_view(listed.view or seen.view),
        age_years=told_age(_age(item)),
        sex=known_sex(listed.sex or seen.sex),
        manufacturer=listed.manufacturer or seen.manufacturer or None,
        row_mm=seen.row_mm,
        column_mm=seen.column_mm,
        spacing_source=SpacingSource(seen.spacing_source),
    )


def _age(item: InspectedFilm) -> float | None:
    stated = item.film.listed.age_years
    return item.inspection.age_years if stated is None else stated

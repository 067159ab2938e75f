"""A first look at a film: can it be read, who has it been before, do labels and masks fit."""

from __future__ import annotations

import dataclasses
import json
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from CXRTriageLib.classification.content_seed import pixel_sha256
from CXRTriageLib.cohort.film_list import LabelKind, ListedFilm
from CXRTriageLib.domain.arrays import Labels
from CXRTriageLib.domain.radiograph import Radiograph
from CXRTriageLib.errors import InvalidValueError, MaskMismatchError, RefusedInputError
from CXRTriageLib.exporting.labels import read_labels
from CXRTriageLib.reading import read_radiograph
from CXRTriageLib.reading.file_kind import FileKind
from CXRTriageLib.site_evaluation.label_agreement import label_kind_of
from CXRTriageLib.site_evaluation.pseudonyms import Pseudonyms


@dataclass(frozen=True, kw_only=True)
class SiteFilm:
    """A film that a site wants to know about.

    Attributes
    ----------
    listed
        Its row of the manifest.
    mask
        File of corrected masks, or None.
    """

    listed: ListedFilm
    mask: Path | None = None


@dataclass(frozen=True, kw_only=True)
class Inspection:
    """What a first look at a film's files has shown; no name and no path.

    Attributes
    ----------
    key
        Keyed hash of the pixels; of the path where they cannot be read.
    problems
        Sentences about files that are missing or do not fit; the row is not in them.
    refusal
        Why the reader refuses the film, else empty.
    patient_key, patient_id
        From the header, or empty; the ID only where identifiers are kept.
    view, age_years, sex, manufacturer
        From the header, or empty.
    row_mm, column_mm, spacing_source
        From the header.
    label_key, label_kind
        Keyed hash of the label image or empty, and what it draws.
    mask_key
        Keyed hash of the corrected masks, or empty.
    """

    key: str
    problems: tuple[str, ...] = ()
    refusal: str = ""
    patient_key: str = ""
    patient_id: str = ""
    view: str = ""
    age_years: float | None = None
    sex: str = ""
    manufacturer: str = ""
    row_mm: float | None = None
    column_mm: float | None = None
    spacing_source: str = "unknown"
    label_key: str = ""
    label_kind: str = ""
    mask_key: str = ""

    def to_json(self) -> str:
        """Return the findings as one line of JSON."""
        return json.dumps(dataclasses.asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Inspection:
        """Read findings.

        Raises
        ------
        InvalidValueError
            If the text holds none.
        """
        try:
            values = json.loads(text)
            return cls(**(values | {"problems": tuple(values["problems"])}))
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidValueError(f"These are no findings on a film: {error}") from error


def inspect_film(film: SiteFilm, pseudonyms: Pseudonyms, *, keep_identifiers: bool) -> Inspection:
    """Look at all files of a film; nothing in them raises.

    Parameters
    ----------
    film
        Row and mask.
    pseudonyms
        Make the keys.
    keep_identifiers
        Whether the patient's ID may be kept.

    Returns
    -------
    Inspection
        With problems and refusal instead of exceptions.
    """
    image = film.listed.image
    unread = Inspection(key=pseudonyms.of("path", str(image)))
    missing = _missing(film)
    if missing:
        return dataclasses.replace(unread, problems=missing)
    try:
        radiograph = read_radiograph(image)
    except RefusedInputError as error:
        return dataclasses.replace(unread, refusal=without_name(str(error), image))
    except Exception as error:  # noqa: BLE001 - one damaged file must not stop the others
        return dataclasses.replace(unread, refusal=unexpected(error))
    found = _facts(radiograph, pseudonyms)
    if radiograph.facts.file_format == FileKind.DICOM.value:
        patient = _patient_of(image)
        found = dataclasses.replace(
            found,
            patient_key=pseudonyms.of("patient", patient) if patient else "",
            patient_id=patient if keep_identifiers else "",
        )
    return _with_masks(found, film, radiograph, pseudonyms)


def without_name(message: str, path: Path) -> str:
    """Return a sentence that names the file as "The file"; names of files may be patients'."""
    name = re.escape(path.name)
    anonymous = re.sub(rf"^{name}(?=\W)", "The file", message).replace(str(path.parent), "")
    return re.sub(rf"(?<!\w){name}(?!\w)", "the file", anonymous)


def unexpected(error: BaseException) -> str:
    """Return what may be said of an error that nobody foresaw.

    Its own text may repeat anything that stood in the file, so only its kind and place is told.
    """
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = "" if place is None else f", line {place.tb_lineno} of {_module_of(place)}"
    return f"An error that should not happen: {type(error).__name__}{where}. Report it."


def _module_of(place: object) -> str:
    return str(getattr(place, "tb_frame").f_globals.get("__name__", "?"))  # noqa: B009


def _missing(film: SiteFilm) -> tuple[str, ...]:
    files = (("image", film.listed.image), ("label", film.listed.label))
    return tuple(
        f"there is no file where the column '{column}' points"
        for column, path in files
        if path is not None and not _is_file(path)
    )


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        # For example a name that is longer than the file system allows.
        return False


def _facts(radiograph: Radiograph, pseudonyms: Pseudonyms) -> Inspection:
    facts, spacing = radiograph.facts, radiograph.spacing
    return Inspection(
        key=pseudonyms.of("film", pixel_sha256(radiograph.pixels)),
        view=facts.view.value,
        age_years=facts.age_years,
        sex=facts.sex,
        manufacturer=facts.manufacturer,
        row_mm=spacing.row_mm,
        column_mm=spacing.column_mm,
        spacing_source=spacing.source.value,
    )


def _patient_of(image: Path) -> str:
    """Return the patient's ID with its issuer, else the name, else nothing."""
    from pydicom import config, dcmread

    from CXRTriageLib.reading.dicom_header import DAMAGED_DICOM_ERRORS, Header

    tags = ["PatientID", "IssuerOfPatientID", "PatientName", "PatientBirthDate"]
    try:
        with config.disable_value_validation():
            header = Header(
                dcmread(image, stop_before_pixels=True, force=True, specific_tags=list(tags))
            )
            for first, second in (tags[:2], tags[2:]):
                if header.text(first):
                    return f"{header.text(first)} {header.text(second)}".strip()
    except DAMAGED_DICOM_ERRORS:
        pass
    return ""


def _with_masks(
    found: Inspection, film: SiteFilm, radiograph: Radiograph, pseudonyms: Pseudonyms
) -> Inspection:
    problems: list[str] = []
    drawn = _labels(film.listed.label, radiograph, "label image", problems)
    corrected = _labels(film.mask, radiograph, "corrected mask", problems)
    if drawn is not None:
        kind = label_kind_of(drawn, film.listed.label_kind)
        found = dataclasses.replace(
            found, label_key=_content_key(drawn, pseudonyms), label_kind=kind.value
        )
        if not drawn.any():
            problems.append("the label image is empty")
    if corrected is not None:
        found = dataclasses.replace(found, mask_key=_content_key(corrected, pseudonyms))
    return dataclasses.replace(found, problems=tuple(problems))


def _labels(
    path: Path | None, radiograph: Radiograph, what: str, problems: list[str]
) -> Labels | None:
    if path is None:
        return None
    try:
        return read_labels(path, radiograph.shape)
    except MaskMismatchError as error:
        problems.append(f"the {what} does not fit. {without_name(str(error), path)}")
    except Exception as error:  # noqa: BLE001 - one damaged file must not stop the others
        problems.append(f"the {what} cannot be read. {unexpected(error)}")
    return None


def _content_key(labels: Labels, pseudonyms: Pseudonyms) -> str:
    return pseudonyms.of("labels", pixel_sha256(np.ascontiguousarray(labels)))


def stated_kind(inspection: Inspection) -> LabelKind:
    """Return what the label image of an inspected film draws."""
    return LabelKind(inspection.label_kind)

"""What a DICOM header says of the film and, without naming anyone, of the patient."""

from __future__ import annotations

import re
from datetime import date

from CXRTriageLib.domain.radiograph import FilmFacts, ViewPosition
from CXRTriageLib.domain.spacing import PixelSpacing
from CXRTriageLib.reading.dicom_header import Header
from CXRTriageLib.reading.file_kind import FileKind
from CXRTriageLib.reading.geometry import Pair, SpacingAttributes, choose_spacing, usable_pair

OLDEST_YEARS = 130.0

_DAYS = {"D": 1.0, "W": 7.0, "M": 365.25 / 12, "Y": 365.25}
"""Units of Patient's Age (0010,1010); PS3.5, value representation AS."""

_VIEW_POSITIONS = {
    "PA": ViewPosition.PA,
    "AP": ViewPosition.AP,
    "LL": ViewPosition.LATERAL,
    "RL": ViewPosition.LATERAL,
    "LAT": ViewPosition.LATERAL,
    "LATERAL": ViewPosition.LATERAL,
    "LLAT": ViewPosition.LATERAL,
    "RLAT": ViewPosition.LATERAL,
}
"""View Position (0018,5101). Decubitus (LLD, RLD) and oblique (LLO, RLO) say neither."""

_VIEW_CODES = {
    "272479007": ViewPosition.PA,
    "R-40888": ViewPosition.PA,
    "R-10214": ViewPosition.PA,
    "399348003": ViewPosition.AP,
    "R-10206": ViewPosition.AP,
    "399067008": ViewPosition.LATERAL,
    "R-102CD": ViewPosition.LATERAL,
    "399173006": ViewPosition.LATERAL,
    "R-10236": ViewPosition.LATERAL,
    "399198007": ViewPosition.LATERAL,
    "R-10232": ViewPosition.LATERAL,
}
"""View Code Sequence (0054,0220); PS3.16, CID 4010, in SNOMED CT and its older form."""

_CHEST_CODES = frozenset({"51185008", "816094009", "43799004", "T-D3000", "T-D3200"})
"""Anatomic Region Sequence (0008,2218); chest and thoracic cavity in PS3.16, CID 4031."""

_DESCRIPTIONS = ("SeriesDescription", "AcquisitionDeviceProcessingDescription", "ProtocolName")


def facts_of(header: Header, file_name: str) -> FilmFacts:
    """Return what the header says of the film.

    Parameters
    ----------
    header
        Of one image.
    file_name
        Name of the file without its folder.

    Returns
    -------
    FilmFacts
        Nothing in it names a patient.
    """
    sex = header.text("PatientSex").upper()
    return FilmFacts(
        file_name=file_name,
        file_format=FileKind.DICOM.value,
        modality=header.text("Modality").upper(),
        view=_view(header),
        age_years=_age_years(header),
        sex=sex if sex in ("M", "F", "O") else "",
        body_part=_body_part(header),
        manufacturer=header.text("Manufacturer"),
        sop_instance_uid=header.text("SOPInstanceUID"),
        sop_class_uid=header.text("SOPClassUID"),
        # The attribute names the side that rows run toward.
        left_edge={"L": "R", "R": "L"}.get(header.text("PatientOrientation").upper()[:1], ""),
    )


def spacing_of(header: Header) -> PixelSpacing:
    """Return the pixel spacing with its source; see `geometry.choose_spacing`."""
    return choose_spacing(
        SpacingAttributes(
            pixel_spacing=_pair(header, "PixelSpacing"),
            imager_pixel_spacing=_pair(header, "ImagerPixelSpacing"),
            is_calibrated=header.has("PixelSpacingCalibrationType"),
            other_spacing=_pair(header, "NominalScannedPixelSpacing"),
            aspect_ratio=_pair(header, "PixelAspectRatio"),
        )
    )


def _pair(header: Header, keyword: str) -> Pair | None:
    """Return two sizes, or None with a complaint where there is something else."""
    numbers = header.numbers(keyword)
    pair = usable_pair(numbers)
    if numbers and pair is None:
        header.leave_out(keyword, "is not a pair of positive sizes")
    return pair


def _view(header: Header) -> ViewPosition:
    """Return the view, from the most to the least exact attribute that gives one."""
    position = header.text("ViewPosition").upper()
    if position:
        return _VIEW_POSITIONS.get(position, ViewPosition.UNKNOWN)
    for item in header.items("ViewCodeSequence"):
        return _VIEW_CODES.get(item.text("CodeValue"), ViewPosition.UNKNOWN)
    # Rows that run forwards or backwards in the patient show him from the side.
    if header.text("PatientOrientation").upper()[:1] in ("A", "P"):
        return ViewPosition.LATERAL
    return _view_in_words(header)


def _view_in_words(header: Header) -> ViewPosition:
    """Return the view if descriptions name exactly one."""
    words: set[str] = set()
    for keyword in _DESCRIPTIONS:
        description = header.text(keyword).upper().replace(".", "")
        words.update(re.split(r"[^A-Z]+", description))
    views = {_VIEW_POSITIONS[word] for word in words & _VIEW_POSITIONS.keys()}
    return views.pop() if len(views) == 1 else ViewPosition.UNKNOWN


def _age_years(header: Header) -> float | None:
    """Return the age from Patient's Age, else in full years from birth date and study date."""
    stated = re.fullmatch(r"(\d{1,3})\s*([DWMY])", header.text("PatientAge").upper())
    # "000Y" is what anonymizers leave behind, not a newborn, who is counted in days.
    if stated and stated.group(0) != "000Y":
        return _plausible_age(header, int(stated.group(1)) * _DAYS[stated.group(2)] / 365.25)
    born, taken = _date(header, "PatientBirthDate"), _date(header, "StudyDate")
    if born is None or taken is None:
        return None
    birthday_to_come = (taken.month, taken.day) < (born.month, born.day)
    return _plausible_age(header, float(taken.year - born.year - birthday_to_come))


def _plausible_age(header: Header, years: float) -> float | None:
    """Return an age that a patient can have."""
    if 0 <= years <= OLDEST_YEARS:
        return years
    header.complain("The age that the file gives cannot be, and was left out.")
    return None


def _date(header: Header, keyword: str) -> date | None:
    """Return a date, or None if it is missing or none; dates of patients are not repeated."""
    digits = header.text(keyword).replace(".", "").replace("-", "")
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None


def _body_part(header: Header) -> str:
    """Return Body Part Examined, else what the anatomic region is called, in upper case."""
    body_part = header.text("BodyPartExamined").upper()
    if body_part:
        return body_part
    for item in header.items("AnatomicRegionSequence"):
        is_chest = item.text("CodeValue") in _CHEST_CODES
        return "CHEST" if is_chest else item.text("CodeMeaning").upper()
    return ""

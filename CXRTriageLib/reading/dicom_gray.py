"""What a DICOM header says about turning stored values into gray."""

from __future__ import annotations

import numpy as np

from CXRTriageLib.domain.radiograph import VoiWindow
from CXRTriageLib.errors import InvalidValueError
from CXRTriageLib.reading.dicom_header import Header
from CXRTriageLib.reading.film_assembly import Rendition
from CXRTriageLib.reading.grayscale import (
    FloatTable,
    LookupTable,
    Modality,
    Rescale,
    Window,
    WindowFunction,
)

_MOST_ENTRIES = 65_536


def rendition_of(header: Header, *, is_signed: bool) -> Rendition:
    """Return how the stored values of a film become gray.

    A lookup table goes before a window, and of several the first is taken, as the file's
    maker put it there (PS3.3, C.11.2.1.1). What cannot be used is left out with a complaint.

    Parameters
    ----------
    header
        Of one film with one sample for each pixel.
    is_signed
        Whether stored values are signed, which lookup tables do not say by themselves.

    Returns
    -------
    Rendition
        Modality LUT, VOI, polarity, padding and display windows.
    """
    modality = _modality(header, is_signed=is_signed)
    windows = _windows(header)
    return Rendition(
        modality=modality,
        voi=_voi_table(header, modality, is_signed=is_signed) or _voi_window(header, windows),
        inverted=_is_inverted(header),
        padding=_padding(header, is_signed=is_signed),
        windows=windows,
    )


def _modality(header: Header, *, is_signed: bool) -> Modality:
    """Return the modality LUT (PS3.3, C.11.1)."""
    for item in header.items("ModalityLUTSequence"):
        table = _lookup_table(header, item, is_signed=is_signed)
        if table is not None:
            return table
    slope, intercept = header.number("RescaleSlope"), header.number("RescaleIntercept")
    if slope == 0:
        header.leave_out("RescaleSlope", "is zero")
        return Rescale()
    return Rescale(
        slope=1.0 if slope is None else slope, intercept=0.0 if intercept is None else intercept
    )


def _voi_table(header: Header, modality: Modality, *, is_signed: bool) -> LookupTable | None:
    """Return the VOI LUT (PS3.3, C.11.2.1.1)."""
    # What a modality lookup table gives is never negative (PS3.3, C.11.1.1.1).
    if isinstance(modality, LookupTable):
        is_signed = False
    else:
        is_signed = is_signed or modality.slope < 0 or modality.intercept < 0
    for item in header.items("VOILUTSequence"):
        table = _lookup_table(header, item, is_signed=is_signed)
        if table is not None:
            return table
    return None


def _voi_window(header: Header, windows: tuple[VoiWindow, ...]) -> Window | None:
    """Return the first window (PS3.3, C.11.2.1.2)."""
    if not windows:
        return None
    function = _window_function(header)
    try:
        return Window(center=windows[0].center, width=windows[0].width, function=function)
    except InvalidValueError:
        header.leave_out("WindowWidth", "is too small")
        return None


def _windows(header: Header) -> tuple[VoiWindow, ...]:
    """Return all windows that have a center and a width that shows something."""
    centers, widths = header.numbers("WindowCenter"), header.numbers("WindowWidth")
    if len(centers) != len(widths):
        header.complain(
            "Window Center (0028,1050) and Window Width (0028,1051) differ in number; "
            "the rest was left out."
        )
    names = header.texts("WindowCenterWidthExplanation") + len(centers) * ("",)
    windows = tuple(
        VoiWindow(center=center, width=width, name=name)
        for center, width, name in zip(centers, widths, names, strict=False)
        if width > 0
    )
    if len(windows) < min(len(centers), len(widths)):
        header.leave_out("WindowWidth", "is not positive")
    return windows


def _window_function(header: Header) -> WindowFunction:
    """Return VOI LUT Function (0028,1056), LINEAR by default."""
    name = header.text("VOILUTFunction").upper() or WindowFunction.LINEAR.value
    try:
        return WindowFunction(name)
    except ValueError:
        header.leave_out("VOILUTFunction", "is unknown")
        return WindowFunction.LINEAR


def _lookup_table(header: Header, item: Header, *, is_signed: bool) -> LookupTable | None:
    """Return a lookup table, or None with a complaint if it is incomplete."""
    descriptor = item.numbers("LUTDescriptor")
    count = int(descriptor[0]) or _MOST_ENTRIES if len(descriptor) == 3 else 0
    entries = _entries(header, item, count) if 1 < count <= _MOST_ENTRIES else None
    if entries is None:
        header.leave_out("LUTData", "does not fit its descriptor")
        return None
    full_white = float((1 << int(min(max(descriptor[2], 1), 16))) - 1)
    return LookupTable(
        first_value=_with_sign(descriptor[1], is_signed=is_signed),
        entries=entries,
        highest=max(full_white, float(entries.max())),
    )


def _with_sign(value: float, *, is_signed: bool) -> float:
    """Return a 16-bit attribute, which may have been written with the other signedness."""
    if is_signed and value >= 1 << 15:
        return value - (1 << 16)
    return value + (1 << 16) if value < 0 and not is_signed else value


def _entries(header: Header, item: Header, count: int) -> FloatTable | None:
    """Return the entries of a lookup table, as numbers or as packed bytes of 8 or 16 bits."""
    data = item.raw_value("LUTData")
    if isinstance(data, bytes):
        order = "<" if header.is_little_endian else ">"
        kind = f"{order}u2" if len(data) >= 2 * count else "u1"
        entries = np.frombuffer(data, kind).astype(np.float64)
    else:
        entries = np.array(item.numbers("LUTData"), np.float64)
    return entries[:count] if len(entries) >= count else None


def _is_inverted(header: Header) -> bool:
    """Return whether the lowest modality value is shown brightest.

    MONOCHROME1 and Presentation LUT Shape INVERSE say the same thing twice (PS3.3,
    C.8.11.3.1.2) and make one inversion together.
    """
    photometric = header.text("PhotometricInterpretation").upper().replace(" ", "")
    shape = header.text("PresentationLUTShape").upper()
    if photometric == "MONOCHROME1" and shape == "IDENTITY":
        header.complain(
            "Photometric Interpretation (0028,0004) MONOCHROME1 and Presentation LUT Shape "
            "(2050,0020) IDENTITY contradict each other; the film was taken as MONOCHROME1."
        )
    return photometric == "MONOCHROME1" or shape == "INVERSE"


def _padding(header: Header, *, is_signed: bool) -> tuple[float, float] | None:
    """Return the stored values that mark pixels without data (PS3.3, C.7.5.1.1.2)."""
    value = header.number("PixelPaddingValue")
    if value is None:
        return None
    limit = header.number("PixelPaddingRangeLimit")
    ends = (value, value if limit is None else limit)
    first, last = sorted(_with_sign(end, is_signed=is_signed) for end in ends)
    return first, last

"""An estimate as commands print it."""

from __future__ import annotations

from CXRTriageLib.domain.estimate import Estimate


def spoken_estimate(estimate: Estimate) -> str:
    """Return value, interval, and what they rest on.

    Parameters
    ----------
    estimate
        What was measured.

    Returns
    -------
    str
        For example "0.944 (95% interval 0.940 to 0.948), 50 films of 50 patients".
    """
    if estimate.value is None:
        return f"undefined ({estimate.films} films)"
    interval = (
        f" (95% interval {estimate.low:.3f} to {estimate.high:.3f})"
        if estimate.low is not None and estimate.high is not None
        else ""
    )
    counts = f"{estimate.films} films of {estimate.patients} patients"
    return f"{estimate.value:.3f}{interval}, {counts}"

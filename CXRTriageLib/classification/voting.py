"""The majority vote over patches (paper, section II-B)."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from CXRTriageLib.domain.patches import PatchEvidence, PatchVotes
from CXRTriageLib.domain.settings import TieRule
from CXRTriageLib.errors import InvalidValueError


def count_votes(evidence: PatchEvidence, tie_rule: TieRule) -> PatchVotes:
    """Let every patch vote for its most probable class, and count.

    Parameters
    ----------
    evidence
        The network's output for all patches, in the order in which they were drawn.
    tie_rule
        Which of two classes with the same number of votes wins.

    Returns
    -------
    PatchVotes
        Counts, mean softmax and its entropy, the winner, and all classes level with it.

    Raises
    ------
    InvalidValueError
        If there is no patch.
    """
    if len(evidence.probabilities) == 0:
        raise InvalidValueError("A vote needs at least one patch, got none.")
    ballots = evidence.probabilities.argmax(axis=1)
    counts = np.bincount(ballots, minlength=len(evidence.class_names))
    tied = np.flatnonzero(counts == counts.max())
    mean = evidence.probabilities.mean(axis=0, dtype=np.float64)
    if tie_rule is TieRule.FIRST_MET:
        # Among equal counts, a counter puts first what it met first.
        winner = Counter(ballots.tolist()).most_common(1)[0][0]
    else:
        winner = int(tied[mean[tied].argmax()])
    return PatchVotes(
        class_names=evidence.class_names,
        counts=tuple(counts.tolist()),
        mean_probabilities=tuple(mean.tolist()),
        entropy_bits=_entropy_bits(mean),
        winner=winner,
        tied=tuple(tied.tolist()),
    )


def _entropy_bits(probabilities: NDArray[np.float64]) -> float:
    possible = probabilities[probabilities > 0]
    return float(np.sum(possible * -np.log2(possible)))

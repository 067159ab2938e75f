"""Loss functions."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from CXRTriageLib.cohort.film_list import LabelKind
from CXRTriageLib.domain.anatomy import LUNGS, Structure

LABEL_KINDS = (LabelKind.LUNGS_AND_HEART, LabelKind.LUNGS, LabelKind.LUNGS_WITH_RETROCARDIAC)
"""Order of label kinds in batches."""


def possible_structures() -> Tensor:
    """Return what a pixel may really be, for each kind of label and each label value.

    A film without a drawn heart says background where there is a heart; one whose lungs are
    drawn behind the heart says lung there, and draws its medial border elsewhere, so that only
    its background is taken at its word.

    Returns
    -------
    Tensor of bool
        (kinds, label values, structures).
    """
    exact = torch.eye(len(Structure), dtype=torch.bool)
    no_heart = exact.clone()
    no_heart[Structure.BACKGROUND, Structure.HEART] = True
    retrocardiac = no_heart.clone()
    for lung in LUNGS:
        retrocardiac[lung, (Structure.BACKGROUND, Structure.HEART)] = True
    return torch.stack((exact, no_heart, retrocardiac))


class PartialLabelLoss(nn.Module):
    """Weighted cross entropy of what is known (paper, equation 2, for complete labels).

    Where a label allows several structures, the loss asks for their joint probability only.

    Parameters
    ----------
    class_weights
        Weight of each label value.
    """

    weights: Tensor
    allowed: Tensor

    def __init__(self, class_weights: Sequence[float]) -> None:
        super().__init__()
        self.register_buffer("weights", torch.tensor(class_weights, dtype=torch.float32))
        self.register_buffer("allowed", possible_structures())

    def forward(self, logits: Tensor, labels: Tensor, kinds: Tensor) -> Tensor:
        """Return the mean loss over pixels.

        Parameters
        ----------
        logits
            (n, structures, rows, columns).
        labels
            Label values, (n, rows, columns), int64.
        kinds
            Index into `LABEL_KINDS`, (n,), int64.

        Returns
        -------
        Tensor
            Scalar: the weighted sum divided by the sum of weights.
        """
        log_probabilities = logits.float().log_softmax(dim=1)
        allowed = self.allowed[kinds[:, None, None], labels].movedim(-1, 1)
        joint = log_probabilities.masked_fill(~allowed, -torch.inf).logsumexp(dim=1)
        weights = self.weights[labels]
        return -(weights * joint).sum() / weights.sum()

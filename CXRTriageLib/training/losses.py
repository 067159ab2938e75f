"""Loss functions."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.training.possible_labels import INSIDE_WHOLE_LUNGS, OUTSIDE_WHOLE_LUNGS

SETS = 1 << len(Structure)
"""Number of sets of structures."""


class PartialLabelLoss(nn.Module):
    """Weighted cross entropy of what is known (paper, equation 2, for complete labels).

    Where a label allows several structures, the loss asks for their joint probability only. A
    network that also tells the whole lungs is asked for them where a label does, by the binary
    cross entropy, and both losses are added.

    Parameters
    ----------
    class_weights
        Weight of each label value; a set of structures has that of its first one.
    """

    weights: Tensor
    members: Tensor

    def __init__(self, class_weights: Sequence[float]) -> None:
        super().__init__()
        members = [[bool(number >> item & 1) for item in Structure] for number in range(SETS)]
        first = [row.index(True) if any(row) else 0 for row in members]
        weights = torch.tensor(class_weights, dtype=torch.float32)[first]
        self.register_buffer("weights", weights)
        self.register_buffer("members", torch.tensor(members))

    def forward(self, logits: Tensor, possible: Tensor) -> Tensor:
        """Return the mean loss over pixels.

        Parameters
        ----------
        logits
            (n, structures, rows, columns), or with the plane of the whole lungs behind them.
        possible
            From `possible_labels`, (n, rows, columns), int64.

        Returns
        -------
        Tensor
            Scalar: the weighted sum divided by the sum of weights.
        """
        logits = logits.float()
        sets = possible % SETS
        log_probabilities = logits[:, : len(Structure)].log_softmax(dim=1)
        allowed = self.members[sets].movedim(-1, 1)
        joint = log_probabilities.masked_fill(~allowed, -torch.inf).logsumexp(dim=1)
        weights = self.weights[sets]
        loss = -(weights * joint).sum() / weights.sum()
        if logits.shape[1] > len(Structure):
            loss = loss + _whole_lung_loss(logits[:, len(Structure)], possible)
        return loss


def _whole_lung_loss(logits: Tensor, possible: Tensor) -> Tensor:
    inside = (possible & INSIDE_WHOLE_LUNGS) > 0
    is_known = inside ^ ((possible & OUTSIDE_WHOLE_LUNGS) > 0)
    losses = functional.binary_cross_entropy_with_logits(logits, inside.float(), reduction="none")
    return (losses * is_known).sum() / possible.numel()

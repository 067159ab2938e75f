"""The loss is the paper's where labels are complete, and asks only for what is known elsewhere."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from CXRTriageLib.cohort.film_list import LabelKind
from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.training.losses import PartialLabelLoss
from CXRTriageLib.training.possible_labels import possible_labels

WEIGHTS = (0.5, 1.0, 2.0, 3.0)
BACKGROUND, HEART, LEFT, RIGHT = Structure


def possible_of(labels: torch.Tensor, kind: LabelKind) -> torch.Tensor:
    return torch.from_numpy(possible_labels(labels.numpy().astype(np.uint8), kind)).long()


def logits_of(*probabilities: float) -> torch.Tensor:
    """Return one pixel with these probabilities, (1, structures, 1, 1)."""
    return torch.tensor(probabilities).log().reshape(1, -1, 1, 1).requires_grad_()


def loss_of(logits: torch.Tensor, label: Structure, kind: LabelKind) -> torch.Tensor:
    return PartialLabelLoss(WEIGHTS)(logits, possible_of(torch.full((1, 1, 1), int(label)), kind))


def test_complete_labels_give_the_weighted_cross_entropy():
    generator = torch.Generator().manual_seed(0)
    logits = 3 * torch.randn(3, 4, 9, 7, generator=generator)
    labels = torch.randint(0, 4, (3, 9, 7), generator=generator)
    theirs = torch.nn.CrossEntropyLoss(weight=torch.tensor(WEIGHTS))

    ours = PartialLabelLoss(WEIGHTS)(logits, possible_of(labels, LabelKind.LUNGS_AND_HEART))

    assert ours.item() == pytest.approx(theirs(logits, labels).item(), rel=1e-6)


@pytest.mark.parametrize(
    ("label", "kind", "joint"),
    [
        (BACKGROUND, LabelKind.LUNGS_AND_HEART, 0.1),
        (BACKGROUND, LabelKind.LUNGS, 0.1 + 0.2),
        (LEFT, LabelKind.LUNGS, 0.3),
        (LEFT, LabelKind.LUNGS_WITH_RETROCARDIAC, 0.1 + 0.2 + 0.3),
        (RIGHT, LabelKind.LUNGS_WITH_RETROCARDIAC, 0.1 + 0.2 + 0.4),
        (BACKGROUND, LabelKind.LUNGS_WITH_RETROCARDIAC, 0.1 + 0.2),
        (HEART, LabelKind.LUNGS_WITH_RETROCARDIAC, 0.2),
    ],
)
def test_loss_is_that_of_the_joint_probability_of_what_a_label_allows(label, kind, joint):
    loss = loss_of(logits_of(0.1, 0.2, 0.3, 0.4), label, kind)

    assert loss.item() == pytest.approx(-torch.tensor(joint).log().item(), rel=1e-5)


def test_pixels_weigh_as_the_label_that_was_drawn():
    logits = torch.cat([logits_of(0.1, 0.2, 0.3, 0.4), logits_of(0.4, 0.1, 0.4, 0.1)])
    labels = torch.tensor([BACKGROUND, LEFT]).reshape(2, 1, 1)

    loss = PartialLabelLoss(WEIGHTS)(logits, possible_of(labels, LabelKind.LUNGS))

    terms = -torch.tensor([0.3, 0.4]).log()
    assert loss.item() == pytest.approx(((0.5 * terms[0] + 2 * terms[1]) / 2.5).item(), rel=1e-5)


@pytest.mark.parametrize("kind", [LabelKind.LUNGS, LabelKind.LUNGS_WITH_RETROCARDIAC])
def test_nothing_is_said_between_heart_and_background_where_no_heart_was_drawn(kind):
    losses = [
        loss_of(logits_of(0.6 - heart, heart, 0.3, 0.1), BACKGROUND, kind).item()
        for heart in (0.01, 0.3, 0.59)
    ]
    level = logits_of(0.3, 0.3, 0.3, 0.1)
    loss_of(level, BACKGROUND, kind).backward()
    push = level.grad.flatten()

    assert losses == pytest.approx([losses[0]] * 3, rel=1e-5)
    assert push[BACKGROUND].item() == pytest.approx(push[HEART].item())
    assert push[BACKGROUND] < 0
    assert push[LEFT] > 0


def test_certain_answer_that_is_allowed_is_left_alone():
    logits = logits_of(1e-6, 1 - 3e-6, 1e-6, 1e-6)

    loss_of(logits, BACKGROUND, LabelKind.LUNGS).backward()

    assert logits.grad.abs().max() < 1e-5


def test_gradient_stays_finite_where_the_network_is_certain_and_wrong():
    logits = torch.tensor([0.0, 0.0, 200.0, 0.0]).reshape(1, 4, 1, 1).requires_grad_()

    loss = loss_of(logits, BACKGROUND, LabelKind.LUNGS)
    loss.backward()

    assert loss.item() == pytest.approx(200, abs=1)
    assert torch.isfinite(logits.grad).all()


def test_loss_of_half_precision_logits_is_computed_in_full_precision():
    logits = logits_of(0.1, 0.2, 0.3, 0.4).bfloat16()

    assert loss_of(logits, LEFT, LabelKind.LUNGS).dtype == torch.float32


def test_whole_lungs_are_asked_for_where_a_label_tells_them():
    """Drawn behind the heart, all is told; drawn without, only that lungs belong to them."""
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(1, 5, 1, 4, generator=generator)
    labels = torch.tensor([BACKGROUND, BACKGROUND, LEFT, RIGHT]).reshape(1, 1, 4)
    inside = (labels > 0).float()
    loss = PartialLabelLoss(WEIGHTS)

    extra = [
        (loss(logits, possible) - loss(logits[:, :4], possible)).item()
        for possible in (
            possible_of(labels, LabelKind.LUNGS_WITH_RETROCARDIAC),
            possible_of(labels, LabelKind.LUNGS),
        )
    ]

    each = binary_cross_entropy_with_logits(logits[:, 4], inside, reduction="none")
    assert extra[0] == pytest.approx(each.mean().item(), rel=1e-5)
    assert extra[1] == pytest.approx((each[..., 2:].sum() / 4).item(), rel=1e-5)

"""Tables of answers give the scores that other libraries give."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score

from CXRTriageLib.training.vote_scores import accuracy, confusion, film_votes, macro_f1

answers = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=40)


@given(pairs=answers)
def test_scores_are_those_of_scikit_learn(pairs):
    truth, found = (list(part) for part in zip(*pairs, strict=True))

    counts = confusion(torch.tensor(truth), torch.tensor(found), 4)

    assert counts.tolist() == confusion_matrix(truth, found, labels=range(4)).tolist()
    assert accuracy(counts) == pytest.approx(accuracy_score(truth, found))
    assert macro_f1(counts) == pytest.approx(
        f1_score(truth, found, average="macro", zero_division=0)
    )


def test_patches_of_a_film_vote_and_the_first_of_a_tie_wins():
    # Film, its class, and what a patch was taken for.
    rows = torch.tensor(
        [[7, 1, 2], [3, 0, 1], [7, 1, 1], [3, 0, 1], [7, 1, 1], [9, 2, 2], [9, 2, 0]]
    ).double()

    truth, found = film_votes(rows, 3)

    assert truth.tolist() == [0, 1, 2]
    assert found.tolist() == [1, 1, 0]

"""Randomization goes from the output to the input and leaves the trained network alone."""

from __future__ import annotations

import numpy as np
import torch

from CXRTriageLib.controls.weight_randomization import (
    STAGES,
    RandomizationCheck,
    randomized_networks,
)
from CXRTriageLib.domain.settings import Mode, TriageSettings
from CXRTriageLib.networks.weights import Task, read_manifest
from support.small_networks import random_network


def changed_parts(first, second):
    """Return the parts of ResNet-18 that differ."""
    other = second.state_dict()
    return {
        name.split(".")[1]
        for name, values in first.state_dict().items()
        if not torch.equal(values, other[name]) and name.startswith("backbone")
    }


def test_each_stage_randomizes_one_part_more():
    network = random_network(Task.CLASSIFICATION)
    before = {name: values.clone() for name, values in network.state_dict().items()}

    stages = dict(randomized_networks(network))

    assert tuple(stages) == tuple(STAGES)
    expected: set[str] = set()
    for stage, parts in STAGES.items():
        expected |= set(parts)
        assert changed_parts(network, stages[stage]) == expected
    assert all(torch.equal(values, before[name]) for name, values in network.state_dict().items())


def test_random_weights_are_the_same_at_every_run():
    network = random_network(Task.CLASSIFICATION)
    (_, first), (_, second) = (next(randomized_networks(network)) for _ in range(2))

    assert changed_parts(first, second) == set()


def test_a_film_is_compared_with_every_stage(small_models):
    check = RandomizationCheck(read_manifest(Task.CLASSIFICATION, small_models / "small"))
    lungs = np.zeros((300, 300), dtype=bool)
    lungs[40:260, 30:130] = lungs[40:260, 170:270] = True
    film = np.random.default_rng(0).uniform(0, 255, lungs.shape).astype(np.float32) * lungs

    found = check.of_film(film, lungs, TriageSettings.for_mode(Mode.DEFAULT))

    assert tuple(found) == tuple(STAGES)
    assert all(abs(item.rank_correlation or 0) < 0.99 for item in found.values())

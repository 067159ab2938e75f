"""The engines compute the same from the same file, and only from the file that was meant."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
import torch

from CXRTriageLib.errors import ModelError
from CXRTriageLib.networks.device import Arithmetic, Device, cuda_is_available
from CXRTriageLib.networks.engine import load_engine
from CXRTriageLib.networks.openvino_engine import OpenVinoEngine
from CXRTriageLib.networks.quiet_openvino import openvino
from CXRTriageLib.networks.resnet_unet import ResNetUNet
from CXRTriageLib.networks.torch_engine import TorchEngine, load_network
from CXRTriageLib.networks.weights import MANIFEST_NAME, Task, read_manifest
from CXRTriageLib.training.packaging import package_network
from support.small_networks import DESCRIPTIONS, random_network, settled
from support.source_tree import ROOT

TASKS = pytest.mark.parametrize("task", Task, ids=lambda task: task.value)


@pytest.fixture
def copy(small_models, tmp_path):
    """Return a copy of the folder of networks that a test may damage."""
    return shutil.copytree(small_models / "small", tmp_path / "models")


def images_for(task: Task, count: int = 3) -> np.ndarray:
    """Return gray values 0 to 255 with broad shapes and noise."""
    side = DESCRIPTIONS[task].side_px
    rng = np.random.default_rng(count)
    waves = np.add.outer(np.sin(np.arange(side) / 19), np.cos(np.arange(side) / 31))
    noise = rng.normal(0, 0.3, (count, 1, side, side))
    return np.clip(128 + 60 * (waves + noise), 0, 255).astype(np.float32)


def assert_close(found: tuple, expected: tuple, *, share: float) -> None:
    """Compare outputs by the largest difference, as a share of the largest value."""
    assert [item.shape for item in found] == [item.shape for item in expected]
    for one, other in zip(found, expected, strict=True):
        assert np.abs(one - other).max() <= share * np.abs(other).max()


@TASKS
@pytest.mark.parametrize("folder", ["small", "float32"])
def test_openvino_in_f32_computes_what_pytorch_computes_from_the_same_file(
    small_models, task, folder
):
    manifest = read_manifest(task, small_models / folder)
    images = images_for(task)

    found = OpenVinoEngine(manifest, arithmetic=Arithmetic.F32).infer(images)

    assert_close(found, TorchEngine(manifest, device="cpu").infer(images), share=1e-4)


@pytest.fixture(scope="module")
def unet(tmp_path_factory):
    """Return the manifest of a U-Net of random weights that sees 96 pixels, and the network."""
    network = settled(ResNetUNet(input_scale=1 / 64))
    description = dataclasses.replace(
        DESCRIPTIONS[Task.SEGMENTATION], architecture="resnet18_unet", side_px=96
    )
    folder = tmp_path_factory.mktemp("unet")
    package_network(
        network, folder / "segmentation", description, facts={"version": "test"}, quantize=False
    )
    return read_manifest(Task.SEGMENTATION, folder), network


def test_both_engines_compute_what_the_unet_computes_at_its_own_side(unet):
    manifest, network = unet
    images = images_for(Task.SEGMENTATION)[:, :, :96, :96]
    with torch.inference_mode():
        expected = (network(torch.from_numpy(images)).numpy(),)

    assert manifest.side_px == 96
    assert_close(TorchEngine(manifest, device="cpu").infer(images), expected, share=1e-4)
    found = OpenVinoEngine(manifest, arithmetic=Arithmetic.F32).infer(images)
    assert_close(found, expected, share=1e-4)


def test_both_engines_read_a_unet_that_does_not_tell_the_whole_lungs(tmp_path):
    network = settled(ResNetUNet(input_scale=1 / 64, tells_whole_lungs=False))
    description = dataclasses.replace(
        DESCRIPTIONS[Task.SEGMENTATION], architecture="resnet18_unet", side_px=96
    )
    facts = {"version": "test"}
    package_network(network, tmp_path / "segmentation", description, facts=facts, quantize=False)
    manifest = read_manifest(Task.SEGMENTATION, tmp_path)
    images = images_for(Task.SEGMENTATION)[:, :, :96, :96]

    found = TorchEngine(manifest, device="cpu").infer(images)

    assert found[0].shape == (3, 4, 96, 96)
    assert_close(
        OpenVinoEngine(manifest, arithmetic=Arithmetic.F32).infer(images), found, share=1e-4
    )


@TASKS
def test_a_file_with_float32_weights_gives_the_outputs_of_the_network_it_was_made_of(
    small_models, task
):
    images = images_for(task)
    with torch.inference_mode():
        expected = random_network(task)(torch.from_numpy(images))
    outputs = expected if isinstance(expected, tuple) else (expected,)

    engine = OpenVinoEngine(
        read_manifest(task, small_models / "float32"), arithmetic=Arithmetic.F32
    )
    found = engine.infer(images)

    assert_close(found, tuple(item.numpy() for item in outputs), share=1e-4)


@pytest.mark.skipif(
    not hasattr(os, "sched_getaffinity") or len(os.sched_getaffinity(0)) < 2,
    reason="Threads can be bound to cores only where there are several, on Linux",
)
def test_no_thread_is_bound_to_a_core_that_other_processes_may_want_too(small_models):
    manifest = read_manifest(Task.CLASSIFICATION, small_models / "small")
    engine = OpenVinoEngine(manifest, arithmetic=Arithmetic.F32, threads=1)
    images = images_for(Task.CLASSIFICATION)
    inferring = threading.Thread(target=lambda: [engine.infer(images) for _ in range(20)])

    inferring.start()
    bound = set()
    while inferring.is_alive():
        bound |= {cores_of(thread) for thread in Path("/proc/self/task").iterdir()}
    inferring.join()

    assert bound - {frozenset()} == {frozenset(os.sched_getaffinity(0))}


def cores_of(thread: Path) -> frozenset[int]:
    """Return where a thread may run; nothing where it has ended."""
    try:
        return frozenset(os.sched_getaffinity(int(thread.name)))
    except ProcessLookupError:
        return frozenset()


def test_second_half_of_the_classifier_in_bf16_is_close_to_f32(small_models):
    manifest = read_manifest(Task.CLASSIFICATION, small_models / "small")
    images = images_for(Task.CLASSIFICATION)
    fast = OpenVinoEngine(manifest, arithmetic=Arithmetic.BF16)
    found = fast.infer(images)
    exact = OpenVinoEngine(manifest, arithmetic=Arithmetic.F32).infer(images)

    assert fast.description == "OpenVINO CPU bf16"
    # A number in bf16 has 8 significant bits; some of the error cancels over many terms.
    assert_close(found, exact, share=0.02)
    has_bf16 = "BF16" in openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    assert np.array_equal(found[0], exact[0]) is not has_bf16


def test_masks_are_computed_in_f32_even_where_bf16_is_asked_for(small_models):
    manifest = read_manifest(Task.SEGMENTATION, small_models / "small")
    images = images_for(Task.SEGMENTATION)

    fast, exact = (
        OpenVinoEngine(manifest, arithmetic=arithmetic)
        for arithmetic in (Arithmetic.BF16, Arithmetic.F32)
    )

    assert fast.description == exact.description == "OpenVINO CPU f32"
    assert np.array_equal(fast.infer(images)[0], exact.infer(images)[0])


@TASKS
def test_weights_of_8_bits_change_outputs_little(small_models, task):
    images = images_for(task)
    small, full = (
        OpenVinoEngine(read_manifest(task, small_models / folder), arithmetic=Arithmetic.F32)
        for folder in ("small", "float32")
    )

    assert_close(small.infer(images), full.infer(images), share=0.05)


@TASKS
def test_an_image_gives_the_same_alone_and_among_others(small_models, task):
    engine = OpenVinoEngine(read_manifest(task, small_models / "small"), arithmetic=Arithmetic.F32)
    images = images_for(task, count=5)

    together = engine.infer(images)

    for index in (0, 4):
        alone = engine.infer(images[index : index + 1])
        assert_close(alone, tuple(item[index : index + 1] for item in together), share=1e-4)


def test_outputs_stay_when_the_engine_is_used_again(small_models):
    engine = OpenVinoEngine(read_manifest(Task.SEGMENTATION, small_models / "small"))
    (first,) = engine.infer(images_for(Task.SEGMENTATION, count=1))
    kept = first.copy()

    engine.infer(images_for(Task.SEGMENTATION, count=1) / 2)

    assert np.array_equal(first, kept)


def test_class_maps_average_to_the_logits_but_for_a_constant_of_each_class(small_models):
    engine = OpenVinoEngine(
        read_manifest(Task.CLASSIFICATION, small_models / "small"), arithmetic=Arithmetic.F32
    )

    logits, class_maps = engine.infer(images_for(Task.CLASSIFICATION, count=4))

    bias = logits - class_maps.mean(axis=(2, 3))
    assert class_maps.shape == (4, 4, 7, 7)
    assert np.ptp(bias, axis=0).max() <= 1e-4 * np.abs(logits).max()


def test_arithmetic_is_what_the_processor_has(small_models):
    manifest = read_manifest(Task.CLASSIFICATION, small_models / "small")
    has_bf16 = "BF16" in openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")

    description = load_engine(manifest, device=Device.CPU).description

    assert description == f"OpenVINO CPU {'bf16' if has_bf16 else 'f32'}"


SIGNAL_AFTER_ENGINES = """
import gc, signal, sys
from pathlib import Path
from CXRTriageLib.networks.openvino_engine import OpenVinoEngine
from CXRTriageLib.networks.weights import Task, read_manifest

engines = [OpenVinoEngine(read_manifest(task, Path(sys.argv[1]))) for task in Task]
while engines:
    engines.pop(0)
    gc.collect()
signal.signal(signal.SIGUSR1, lambda number, frame: print("survived"))
signal.raise_signal(signal.SIGUSR1)
"""


def test_a_signal_after_the_last_engine_has_gone_does_not_kill_the_process(small_models):
    command = [sys.executable, "-c", SIGNAL_AFTER_ENGINES, str(small_models / "small")]

    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert (ended.returncode, ended.stdout) == (0, "survived\n")


@pytest.mark.skipif(cuda_is_available(), reason="This machine has a GPU.")
def test_a_gpu_that_is_not_there_is_refused_and_auto_does_without(small_models):
    manifest = read_manifest(Task.SEGMENTATION, small_models / "small")

    assert load_engine(manifest, device=Device.AUTO).description.startswith("OpenVINO CPU")
    with pytest.raises(ModelError, match="Leave out --device cuda"):
        load_engine(manifest, device=Device.CUDA)


def test_weights_that_do_not_fit_the_architecture_are_refused(copy):
    path = copy / "classification" / MANIFEST_NAME
    document = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(document | {"classes": document["classes"][:3]}), encoding="utf-8")

    with pytest.raises(ModelError, match="do not fit resnet18"):
        load_network(read_manifest(Task.CLASSIFICATION, copy))


def test_an_unknown_architecture_is_refused(copy):
    path = copy / "classification" / MANIFEST_NAME
    document = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(document | {"architecture": "alexnet"}), encoding="utf-8")

    with pytest.raises(ModelError, match="'alexnet' is unknown"):
        load_network(read_manifest(Task.CLASSIFICATION, copy))


def test_a_film_is_triaged_in_a_process_that_has_no_pytorch(small_models):
    code = f"""
import sys
sys.modules["torch"] = sys.modules["onnx"] = None
sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / "Testing")!r}]
from pathlib import Path
from CXRTriageLib import triage_radiograph
from CXRTriageLib.pipeline.triage import TriagePipeline
from support.phantoms import chest_phantom
film, masks = chest_phantom()
pipeline = TriagePipeline.load(Path({str(small_models / "small")!r}))
votes = triage_radiograph(film, corrected=masks, pipeline=pipeline).classification.votes
own = triage_radiograph(film, pipeline=pipeline)
print(sum(votes.counts), own.segmentation.labels.shape, own.provenance.engine)
"""
    finished = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=300
    )

    assert finished.returncode == 0, finished.stderr
    assert "(480, 420) OpenVINO CPU" in finished.stdout
    assert int(finished.stdout.split()[0]) > 10

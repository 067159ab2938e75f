"""Saliency maps lie over their film."""

from __future__ import annotations

import numpy as np
import pytest
import SimpleITK

from CXRTriageLib.domain.saliency import SaliencyMap
from CXRTriageLib.domain.spacing import PixelSpacing
from CXRTriageLib.exporting.labels import write_labels_nrrd
from CXRTriageLib.exporting.saliency_volume import write_saliency
from support.results import CLASS_NAMES, DETECTOR_SPACING, chest_labels, saliency


def written(path, maps: SaliencyMap, film_shape, spacing) -> SimpleITK.Image:
    write_saliency(path, maps, film_shape=film_shape, spacing=spacing)
    return SimpleITK.ReadImage(str(path))


def test_maps_are_slices_in_the_order_of_the_classes(tmp_path):
    maps = saliency(chest_labels(), (200, 160))

    image = written(tmp_path / "saliency.nrrd", maps, (400, 320), DETECTOR_SPACING)

    assert image.GetPixelID() == SimpleITK.sitkFloat32
    assert image.GetSize() == (160, 200, len(CLASS_NAMES))
    np.testing.assert_array_equal(SimpleITK.GetArrayFromImage(image), maps.values)
    assert image.GetMetaData("classes") == "normal,bacterial,tuberculosis,viral"


@pytest.mark.parametrize("working_shape", [(200, 160), (1024, 1024), (400, 320), (37, 91)])
@pytest.mark.parametrize("spacing", [DETECTOR_SPACING, PixelSpacing(aspect=1.3)])
def test_maps_lie_over_the_film(tmp_path, working_shape, spacing):
    labels = chest_labels((400, 320))
    write_labels_nrrd(tmp_path / "labels.nrrd", labels, spacing=spacing)
    film = SimpleITK.ReadImage(str(tmp_path / "labels.nrrd"))

    image = written(
        tmp_path / "saliency.nrrd", saliency(labels, working_shape), labels.shape, spacing
    )

    # Both cover the same field: their outer corners coincide.
    for corner in (0, 1):
        film_point, map_point = (
            item.TransformContinuousIndexToPhysicalPoint(
                (item.GetWidth() * corner - 0.5, item.GetHeight() * corner - 0.5, 0.0)
            )
            for item in (film, image)
        )
        assert map_point == pytest.approx(film_point, abs=1e-9)

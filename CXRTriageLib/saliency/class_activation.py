"""Grad-CAM in closed form: what a backward pass would give, from the forward pass alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def gradient_weighted_sum(class_maps: NDArray[np.float32]) -> NDArray[np.float32]:
    r"""Return Grad-CAM of the logits before its rectification.

    Parameters
    ----------
    class_maps
        Signed class activation maps of the last convolutional stage, (..., classes, h, w).

    Returns
    -------
    ndarray
        (..., classes, h, w), float32, signed.

    Notes
    -----
    Grad-CAM [1]_ weighs each feature map :math:`A_k` by the mean of the gradient of the class
    score, :math:`\alpha_{ck} = \frac{1}{hw} \sum_{ij} \partial y_c / \partial A_k(i, j)`, and
    sums. Behind global average pooling and one linear layer with weights :math:`w_{ck}` and
    bias :math:`b_c` the score is
    :math:`y_c = b_c + \sum_k w_{ck} \frac{1}{hw} \sum_{ij} A_k(i, j)`. Its gradient is
    :math:`w_{ck} / hw` at every position, and so is :math:`\alpha_{ck}`. The weighted sum is
    :math:`M_c / hw`, where :math:`M_c = \sum_k w_{ck} A_k` is the class activation map [2]_.

    The score is the logit. Grad-CAM of the softmax output mixes the classes and differs.

    References
    ----------
    .. [1] R. R. Selvaraju et al., "Grad-CAM: visual explanations from deep networks via
       gradient-based localization", ICCV 2017, equations (1) and (2).
    .. [2] B. Zhou et al., "Learning deep features for discriminative localization", CVPR 2016.
    """
    rows, columns = class_maps.shape[-2:]
    return class_maps / np.float32(rows * columns)


def grad_cam(class_maps: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return Grad-CAM of the logits.

    Parameters
    ----------
    class_maps
        Signed class activation maps of the last convolutional stage, (..., classes, h, w).

    Returns
    -------
    ndarray
        (..., classes, h, w), float32, the positive part of `gradient_weighted_sum`.
    """
    return np.maximum(gradient_weighted_sum(class_maps), np.float32(0))

"""The chest film that nobody was exposed for; it is shipped as the sample film of the module."""

from __future__ import annotations

from CXRTriageCase.synthetic_chest import GRAY_LEVELS, SyntheticChest, synthetic_chest

__all__ = ["GRAY_LEVELS", "SyntheticChest", "synthetic_chest"]

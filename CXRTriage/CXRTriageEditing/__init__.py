"""Correction of masks: tools, undo, the tie to a segmentation node, numbers that follow."""

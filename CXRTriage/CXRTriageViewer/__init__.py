"""The stand-alone viewer: hosts the module of 3D Slicer on PyQt5 and slicer-core."""

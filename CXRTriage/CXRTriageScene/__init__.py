"""What CXRTriage shows, as MRML nodes: the same in 3D Slicer and in the viewer."""

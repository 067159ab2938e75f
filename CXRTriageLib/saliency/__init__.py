"""Class maps of patches become one map of the film, without a backward pass."""

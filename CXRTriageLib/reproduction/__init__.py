"""The experiments of the paper, made again on films at hand."""

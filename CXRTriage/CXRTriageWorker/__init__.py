"""The process that keeps the networks loaded, seen from the window."""

"""Makers of test data and readers of the source tree."""

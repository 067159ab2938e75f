"""Trainings with their measurement, in the order in which they are worth their time."""

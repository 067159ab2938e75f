"""The parts composed."""

"""Patches of the lungs, what the network says of each, and their vote."""

"""Numbers that are measured on the film and its masks, with the reason where there is none."""

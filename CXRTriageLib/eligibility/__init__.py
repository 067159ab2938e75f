"""Whether a film and its masks may be triaged at all."""

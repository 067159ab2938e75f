"""Statistics of an evaluation: columns of films in, estimates with their intervals out."""

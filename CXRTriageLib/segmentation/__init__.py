"""From class probabilities to masks of lungs and heart at the film's own size."""

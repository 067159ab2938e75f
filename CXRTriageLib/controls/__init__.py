"""What a classifier could lean on instead of the disease, and how steady its answers are."""

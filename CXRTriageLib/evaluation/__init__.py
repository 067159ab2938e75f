"""What the networks can do, measured on films whose answer is known."""

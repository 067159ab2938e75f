"""One open film: what the worker found of it, what a reader made of it, what is saved."""

"""Controls: each joins one panel of the module, or what has none, to the desk."""

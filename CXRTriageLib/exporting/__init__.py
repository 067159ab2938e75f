"""A triage result as files."""

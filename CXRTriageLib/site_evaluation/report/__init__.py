"""The report of an evaluation: one page, the same as JSON, and every table as CSV."""

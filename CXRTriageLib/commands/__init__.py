"""The command line: a module for each verb, with `add_arguments` and `execute`."""

"""A site tests the software on its own films: intake, runner, store, statistics, report."""

"""From a radiograph to what the networks expect."""

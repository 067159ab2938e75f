"""How long it takes, how much memory, against the paper's procedure; and whether engines agree."""

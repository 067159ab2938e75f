"""Network architectures for training, and engines for inference; nothing here knows a lung."""

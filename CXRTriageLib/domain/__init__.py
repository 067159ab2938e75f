"""Values that travel through the library: frozen, validated, NumPy only."""

"""How the weights came about; everything here needs the extra ``train``."""

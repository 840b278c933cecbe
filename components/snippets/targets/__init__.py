"""One module per language; each holds one `TARGET`."""

"""Tables of the package (being built)."""

"""Decisions about sheets that enter and leave the house, in plain Python."""

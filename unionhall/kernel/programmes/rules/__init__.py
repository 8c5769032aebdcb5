"""Decisions of programmes and editions, in plain Python."""

"""The forms of the desk, one file a subject."""

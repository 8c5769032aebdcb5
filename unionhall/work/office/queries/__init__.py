"""What the pages of the desk read, one file a subject."""

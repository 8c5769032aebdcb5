"""The writes of the front room, one verb each."""

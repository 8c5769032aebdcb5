"""The front room of the hall: what a worker meets first, and their own page."""

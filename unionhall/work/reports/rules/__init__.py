"""What the room decides in plain Python, without database or page."""

"""Reading for the pages of the front room."""

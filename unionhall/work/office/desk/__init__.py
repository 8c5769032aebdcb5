"""The cadre's pages, one file a subject."""

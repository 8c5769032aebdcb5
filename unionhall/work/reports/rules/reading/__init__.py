"""How a report is read: cleaned, its numbers found with unit, qualifier, window and subset, its arithmetic checked.

Plain Python over one file of general words (vocabulary.toml). Positions are always those of the text as given.
"""

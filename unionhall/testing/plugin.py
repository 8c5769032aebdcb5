"""The pytest plugin of the house: what every test stands on."""

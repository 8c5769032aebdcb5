"""Every test stands on the house's own plugin."""

pytest_plugins = ["unionhall.testing.plugin"]

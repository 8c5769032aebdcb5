"""What the tree does by the clock."""

from unionhall.kernel.organizations import actions
from unionhall.lib.periodic import Periodic


def mend_paths() -> int:
    """Set right what was written in the very moment of a move; returns how many records."""
    return actions.mend_paths(by=None)


periodic = [Periodic("organizations.mend_paths", "37 2 * * *", mend_paths)]

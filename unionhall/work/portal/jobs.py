"""What the front room does by the clock."""

from unionhall.lib.periodic import Periodic
from unionhall.work.portal.actions import help as actions

periodic = [Periodic("portal.invite", "*/15 * * * *", actions.invite_all)]

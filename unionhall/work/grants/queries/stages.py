"""The steps of a grant's way and how far an application has come."""

from unionhall.kernel.flows import rules as flows
from unionhall.lib.text import Text
from unionhall.work.grants.models import Application
from unionhall.work.grants.queries import eligibility

NAMES = {
    "submitted": Text("审核", "Review"),
    "reviewed": Text("审批", "Approval"),
    "noticed": Text("公示", "Public notice"),
    "approved": Text("发放", "Payment"),
}
BEFORE, AFTER = "draft", "paid"


def of(one: Application, *, posted: bool) -> list[flows.Stage]:
    """From the review to the payment, with the public notice where one stood (`posted`) or will stand.

    Nothing for an application that has left the way: refused, withdrawn, called back.
    """
    if one.state not in (BEFORE, *NAMES, AFTER):
        return []
    decided = one.state in ("approved", AFTER)
    notice = posted or one.state == "noticed" or (not decided and eligibility.notice_days(one) > 0)
    steps = [code for code in NAMES if code != "noticed" or notice]
    here = {BEFORE: -1, AFTER: len(steps)}.get(one.state)
    return flows.stages([(NAMES[code], "") for code in steps], steps.index(one.state) if here is None else here)

"""The nine states of an issue and who may move it between them.

found ── grade ──> graded ── dispatch ──> dispatched ── accept ──> handling ── submit ──> submitted
  │                  ^                      │  refuse                 ^   ^                  │ pass_check
  │ withdraw         └── recall (undo)      v                         │   └── send_back ─────┤
  v                                      returned ── dispatch ──>     └────── send_back ── checked ── write_off ──> written_off
"""

from unionhall.kernel.flows.flow import Flow, Move, State
from unionhall.lib.text import Text

UNDISPATCHED = ("found", "graded", "returned")

ISSUE = Flow(
    "issues",
    Text("问题", "Issue"),
    states=(
        State("found", Text("已登记", "Found"), task="dispatch", due_policy="issues.dispatch_days"),
        State("graded", Text("待派单", "To dispatch"), task="dispatch", due_policy="issues.dispatch_days"),
        State("dispatched", Text("待签收", "Dispatched"), task="accept", due_policy="issues.accept_days"),
        State("returned", Text("已退回", "Returned"), task="dispatch", due_policy="issues.dispatch_days"),
        State("handling", Text("办理中", "In hand"), task="submit"),
        State("submitted", Text("待核查", "To check"), task="pass_check", due_policy="issues.check_days", signers="issues.check"),
        State("checked", Text("待销号", "Checked"), task="write_off", due_policy="issues.write_off_days", signers="issues.check"),
        State("written_off", Text("已销号", "Written off"), kind="closed"),
        State("withdrawn", Text("已撤销", "Withdrawn"), kind="closed"),
    ),
    moves=(
        Move("grade", Text("定级", "Grade"), UNDISPATCHED, "graded", "issues.dispatch", at="owner"),
        Move(
            "dispatch",
            Text("派单", "Dispatch"),
            UNDISPATCHED,
            "dispatched",
            "issues.dispatch",
            at="owner",
            routes=True,
            undo="issues.undo_minutes",
        ),
        Move("accept", Text("签收", "Accept"), ("dispatched",), "handling", "issues.accept"),
        Move("refuse", Text("退回", "Refuse"), ("dispatched",), "returned", "issues.accept", reason=True),
        Move(
            "reassign",
            Text("转办", "Reassign"),
            ("dispatched", "handling"),
            "dispatched",
            "issues.dispatch",
            at="owner",
            reason=True,
            routes=True,
        ),
        Move("submit", Text("提交核查", "Submit for check"), ("handling",), "submitted", "issues.handle", whole=True),
        Move(
            "pass_check",
            Text("核查通过", "Pass the check"),
            ("submitted",),
            "checked",
            "issues.check",
            at="owner",
            second_person=True,
        ),
        Move(
            "send_back",
            Text("核查退回", "Send back"),
            ("submitted", "checked"),
            "handling",
            "issues.check",
            at="owner",
            reason=True,
        ),
        Move("write_off", Text("销号", "Write off"), ("checked",), "written_off", "issues.write_off", at="owner"),
        Move("withdraw", Text("撤销", "Withdraw"), UNDISPATCHED, "withdrawn", "issues.report", at="owner", reason=True),
    ),
    supervise="issues.supervise",
)
OPEN_STATES = tuple(state.code for state in ISSUE.states if state.kind != "closed")

"""The way of a household's file, from the application to the file and out of it again.

draft ── apply ──> applied ──> visiting · checking · reviewing · noticed (those that the region's procedure names, in its order)
  returned <── send_back ──┘                                       │
                               on_file <── approve ── approving <──┘
                               │  └─ verify (each year), hand_over (to another unit, which takes it) ─┘
                 exited <──────┴──────> withdrawn         reopen: the same number goes to applied again
"""

from unionhall.kernel.flows.flow import Flow, Move, State
from unionhall.lib.text import Text

STAGES = ("applied", "visiting", "checking", "reviewing", "noticed", "approving")
OPEN_STATES = ("draft", *STAGES, "returned", "on_file")


def _others(target: str) -> tuple[str, ...]:
    return tuple(state for state in STAGES if state not in {target, "approving"})


HARDSHIP = Flow(
    "hardship",
    Text("困难职工档案", "Hardship file"),
    states=(
        State("draft", Text("草稿", "Draft"), kind="draft"),
        State(
            "applied", Text("待初审", "To review"), task="to_visit", due_policy="hardship.review_days", signers="hardship.review"
        ),
        State(
            "visiting", Text("入户调查", "Home visit"), task="to_check", due_policy="hardship.visit_days", signers="hardship.review"
        ),
        State(
            "checking",
            Text("信息核对", "Cross-check"),
            task="to_notice",
            due_policy="hardship.check_days",
            signers="hardship.review",
        ),
        State(
            "reviewing",
            Text("复核", "Second review"),
            task="to_notice",
            due_policy="hardship.review_days",
            signers="hardship.review",
        ),
        State(
            "noticed",
            Text("公示中", "On public notice"),
            kind="waiting",
            task="to_approve",
            due_policy="hardship.public_notice_days",
        ),
        State(
            "approving", Text("待审批", "To approve"), task="approve", due_policy="hardship.approve_days", signers="hardship.review"
        ),
        State("returned", Text("退回补正", "Sent back"), task="apply", due_policy="hardship.mend_days"),
        State("on_file", Text("在档", "On file"), kind="waiting", task="verify", due_policy="hardship.verify_days"),
        State("refused", Text("未通过", "Refused"), kind="closed"),
        State("discarded", Text("已放弃", "Discarded"), kind="closed"),
        State("exited", Text("已脱困", "Out of hardship"), kind="closed"),
        State("withdrawn", Text("已退出", "Withdrawn"), kind="closed"),
    ),
    moves=(
        Move("apply", Text("提交初审", "Apply"), ("draft", "returned"), "applied", "hardship.apply", at="owner"),
        Move("discard", Text("放弃草稿", "Discard"), ("draft",), "discarded", "hardship.apply", at="owner", anytime=True),
        Move("to_visit", Text("转入户调查", "On to the home visit"), _others("visiting"), "visiting", "hardship.review"),
        Move("to_check", Text("转信息核对", "On to the cross-check"), _others("checking"), "checking", "hardship.review"),
        Move("to_review", Text("转复核", "On to the second review"), _others("reviewing"), "reviewing", "hardship.review"),
        Move("to_notice", Text("转公示", "On to the public notice"), _others("noticed"), "noticed", "hardship.review"),
        Move("to_approve", Text("转审批", "On to the approval"), _others("approving"), "approving", "hardship.review"),
        Move("approve", Text("审批通过", "Approve"), ("approving",), "on_file", "hardship.approve"),
        Move("send_back", Text("退回补正", "Send back"), STAGES, "returned", "hardship.review", reason=True),
        Move("refuse", Text("不予建档", "Refuse"), STAGES, "refused", "hardship.review", reason=True),
        Move("verify", Text("年度核查", "Verify"), ("on_file",), "on_file", "hardship.visit", at="owner"),
        Move("hand_over", Text("移交", "Hand over"), ("on_file",), "on_file", "hardship.register", at="owner"),
        Move("exit", Text("脱困退出", "Leave hardship"), ("on_file",), "exited", "hardship.exit", at="owner", reason=True),
        Move(
            "withdraw",
            Text("撤销档案", "Withdraw"),
            ("draft", *STAGES, "returned", "on_file"),
            "withdrawn",
            "hardship.exit",
            at="owner",
            reason=True,
            anytime=True,
        ),
        Move(
            "reopen",
            Text("恢复档案", "Open again"),
            ("exited", "withdrawn", "refused"),
            "applied",
            "hardship.register",
            at="owner",
            reason=True,
        ),
    ),
    supervise="hardship.review",
)

HANDOVER = Flow(
    "hardship_handover",
    Text("档案移交", "Handing a file over"),
    states=(
        State("offered", Text("待接收", "To be taken"), task="take", due_policy="hardship.handover_days"),
        State("taken", Text("已接收", "Taken"), kind="closed"),
        State("declined", Text("不予接收", "Declined"), kind="closed"),
        State("called_back", Text("已撤回", "Called back"), kind="closed"),
    ),
    moves=(
        Move("take", Text("接收档案", "Take the file"), ("offered",), "taken", "hardship.register", at="owner"),
        Move("decline", Text("不予接收", "Decline"), ("offered",), "declined", "hardship.register", at="owner", reason=True),
        Move("call_back", Text("撤回移交", "Call back"), ("offered",), "called_back", "hardship.register", at="owner", reason=True),
    ),
    supervise="hardship.review",
)

TEMPORARY = Flow(
    "hardship_temporary",
    Text("临时救助档案", "Temporary record"),
    states=(
        State("kept", Text("临时在档", "Kept"), kind="waiting", task="convert", due_policy="hardship.temporary_days"),
        State("converted", Text("已转困难职工档案", "Made into a file"), kind="closed"),
        State("cancelled", Text("已取消", "Cancelled"), kind="closed"),
    ),
    moves=(
        Move(
            "convert",
            Text("转为困难职工档案", "Make a hardship file of it"),
            ("kept",),
            "converted",
            "hardship.register",
            at="owner",
        ),
        Move("cancel", Text("取消临时档案", "Cancel"), ("kept",), "cancelled", "hardship.register", at="owner", reason=True),
    ),
    supervise="hardship.review",
)

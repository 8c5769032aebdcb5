"""The ways of an application to join, of a transfer and of a wish.

applied ── approve ──> approved          asked ── release ──> released ── accept ──> arrived
  │  ^  └── refuse ──> refused             │                    │
  │  └── resend ── returned                ├── hold ──> held    └── decline ──> held
  └── hand_on (nearer union) ──> applied   └── withdraw ──> withdrawn

asked ── grant ──> granted, refuse ──> refused, withdraw ──> withdrawn, lapse ──> over

Nobody decides the own application or transfer (`impartial`); the own membership, and with it a wish, `standing` guards.
"""

from unionhall.kernel.flows.flow import Flow, Move, State
from unionhall.lib.text import Text

JOINING = Flow(
    "membership_joining",
    Text("入会申请", "Application to join"),
    states=(
        State("applied", Text("待审核", "To check"), task="approve", due_policy="membership.answer_days"),
        State("returned", Text("待补正", "Sent back"), kind="waiting", task="resend"),
        State("approved", Text("已通过", "Approved"), kind="closed"),
        State("refused", Text("未通过", "Refused"), kind="closed"),
        State("withdrawn", Text("已撤回", "Withdrawn"), kind="closed"),
    ),
    moves=(
        Move("approve", Text("通过", "Approve"), ("applied",), "approved", "membership.approve", impartial=True),
        Move(
            "send_back", Text("退回补正", "Send back"), ("applied",), "returned", "membership.approve", reason=True, impartial=True
        ),
        Move(
            "refuse",
            Text("不予通过", "Refuse"),
            ("applied", "returned"),
            "refused",
            "membership.approve",
            reason=True,
            impartial=True,
        ),
        Move(
            "hand_on",
            Text("转到更合适的工会", "Hand on"),
            ("applied",),
            "applied",
            "membership.approve",
            reason=True,
            routes=True,
            impartial=True,
        ),
        Move("resend", Text("补正后提交", "Send again"), ("returned",), "applied", "membership.register"),
        Move("withdraw", Text("撤回", "Withdraw"), ("applied", "returned"), "withdrawn", "membership.register", at="owner"),
    ),
    supervise="membership.approve",
)

TRANSFER = Flow(
    "membership_transfer",
    Text("转会", "Transfer"),
    states=(
        State("asked", Text("待转出", "To release"), task="release", due_policy="membership.release_days"),
        State("released", Text("待转入", "To accept"), task="accept", due_policy="membership.answer_days"),
        State("arrived", Text("已转入", "Arrived"), kind="closed"),
        State("held", Text("未转出", "Held"), kind="closed"),
        State("withdrawn", Text("已撤回", "Withdrawn"), kind="closed"),
    ),
    moves=(
        Move(
            "release",
            Text("同意转出", "Release"),
            ("asked",),
            "released",
            "membership.move",
            at="owner",
            routes=True,
            impartial=True,
        ),
        Move("hold", Text("不同意转出", "Hold"), ("asked",), "held", "membership.move", at="owner", reason=True, impartial=True),
        Move("accept", Text("接收", "Accept"), ("released",), "arrived", "membership.move", impartial=True),
        Move("decline", Text("不接收", "Decline"), ("released",), "held", "membership.move", reason=True, impartial=True),
        Move("withdraw", Text("撤回", "Withdraw"), ("asked",), "withdrawn", "membership.register", at="owner"),
    ),
    supervise="membership.move",
)
WISH = Flow(
    "membership_wish",
    Text("会籍申请", "Wish about the membership"),
    states=(
        State("asked", Text("待办理", "To decide"), task="grant", due_policy="membership.wish_days"),
        State("granted", Text("已办理", "Carried out"), kind="closed"),
        State("refused", Text("未同意", "Not agreed"), kind="closed"),
        State("withdrawn", Text("已撤回", "Withdrawn"), kind="closed"),
        State("over", Text("已终止", "Over"), kind="closed"),
    ),
    moves=(
        Move("grant", Text("办理", "Carry out"), ("asked",), "granted", "membership.move", at="owner"),
        Move("refuse", Text("不同意", "Do not agree"), ("asked",), "refused", "membership.move", at="owner", reason=True),
        Move("withdraw", Text("撤回", "Withdraw"), ("asked",), "withdrawn", "membership.move", at="owner", anytime=True),
        Move(
            "lapse", Text("自行终止", "End by itself"), ("asked",), "over", "membership.move", at="owner", reason=True, anytime=True
        ),
    ),
    supervise="membership.move",
)
OPEN_JOINING = tuple(state.code for state in JOINING.states if state.kind != "closed")
OPEN_TRANSFER = tuple(state.code for state in TRANSFER.states if state.kind != "closed")
OPEN_WISH = tuple(state.code for state in WISH.states if state.kind != "closed")

"""The way of an application, and that of an objection or an appeal.

draft ── submit ──> submitted ── review ──> reviewed ── approve ──> approved ── pay ──> paid ── recall ──> recovering ──> recovered
  └── send_back <─────────┴────────────────────┤ └── publish ──> noticed ── release ──┘
     send_up: reviewed, with the level above   └─> refused ── reopen ──> submitted          (withdrawn from any state before paid)

objection or appeal: taken ── uphold ──> upheld, or ── dismiss ──> dismissed
"""

from unionhall.kernel.flows.flow import Flow, Move, State
from unionhall.lib.text import Text

UNDECIDED = ("submitted", "reviewed")
UNPAID = ("noticed", "approved")
GRANTED = (*UNPAID, "paid", "recovering", "recovered")
"""States in which somebody decided to give the money."""

GRANT = Flow(
    "grants",
    Text("帮扶申请", "Application for a grant"),
    states=(
        State("draft", Text("草稿", "Draft"), kind="draft"),
        State("submitted", Text("待审核", "To review"), task="review", due_policy="grants.review_days", signers="grants.review"),
        State(
            "reviewed", Text("待审批", "To approve"), task="approve", due_policy="grants.approve_days", signers="grants.review"
        ),
        State(
            "noticed", Text("公示中", "On public notice"), kind="waiting", task="release", due_policy="grants.public_notice_days"
        ),
        State("approved", Text("待发放", "To pay"), kind="waiting", task="pay", due_policy="grants.pay_days"),
        State("paid", Text("已发放", "Paid"), kind="closed"),
        State("recovering", Text("待追回", "To recover"), task="recover", due_policy="grants.recover_days"),
        State("recovered", Text("已追回", "Recovered"), kind="closed"),
        State("refused", Text("未通过", "Refused"), kind="closed"),
        State("withdrawn", Text("已撤回", "Withdrawn"), kind="closed"),
    ),
    moves=(
        Move("submit", Text("提交", "Submit"), ("draft",), "submitted", "grants.request", at="owner"),
        Move("review", Text("审核通过", "Review"), ("submitted",), "reviewed", "grants.review"),
        Move("send_back", Text("退回补正", "Send back"), UNDECIDED, "draft", "grants.review", reason=True),
        Move("send_up", Text("报上级审批", "Send up for approval"), ("reviewed",), "reviewed", "grants.approve", routes=True),
        Move("approve", Text("审批通过", "Approve"), ("reviewed",), "approved", "grants.approve"),
        Move("publish", Text("审批通过并公示", "Approve and post"), ("reviewed",), "noticed", "grants.approve"),
        Move("release", Text("公示期满", "Public notice over"), ("noticed",), "approved", "grants.approve", by_clock=True),
        Move("refuse", Text("不予通过", "Refuse"), (*UNDECIDED, *UNPAID), "refused", "grants.approve", reason=True),
        Move(
            "withdraw", Text("撤回", "Withdraw"), ("draft", *UNDECIDED, *UNPAID), "withdrawn", "grants.request", at="owner",
            reason=True, anytime=True,
        ),
        Move("pay", Text("发放", "Pay"), ("approved",), "paid", "grants.pay"),
        Move("reopen", Text("申诉成立，重新审核", "Open again"), ("refused",), "submitted", "grants.approve", reason=True),
        Move("recall", Text("要求退回", "Call back"), ("paid",), "recovering", "grants.approve", reason=True),
        Move("recover", Text("款项已退回", "Money came back"), ("recovering",), "recovered", "grants.pay", reason=True),
    ),
    supervise="grants.review",
)  # fmt: skip

OBJECTION = Flow(
    "grants_objection",
    Text("异议和申诉", "Objection or appeal"),
    states=(
        State("taken", Text("核实中", "Being looked into"), task="dismiss", due_policy="grants.objection_days"),
        State("upheld", Text("成立", "Upheld"), kind="closed"),
        State("dismissed", Text("不成立", "Dismissed"), kind="closed"),
    ),
    moves=(
        Move("uphold", Text("认定成立", "Uphold"), ("taken",), "upheld", "grants.approve", reason=True),
        Move("dismiss", Text("认定不成立", "Dismiss"), ("taken",), "dismissed", "grants.approve", reason=True),
    ),
    supervise="grants.approve",
)

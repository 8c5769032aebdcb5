"""The way of an application: registered, reviewed, approved by another person with its money held, paid by a batch.

draft ── submit ──> submitted ── review ──> reviewed ── approve ──> approved ── pay ──> paid
  └── send_back <─────────┴────────────────────┘ └─> refused           └─> withdrawn
"""

from unionhall.kernel.flows.flow import Flow, Move, State
from unionhall.lib.text import Text

UNDECIDED = ("submitted", "reviewed")

GRANT = Flow(
    "grants",
    Text("帮扶申请", "Application for a grant"),
    states=(
        State("draft", Text("草稿", "Draft"), kind="draft"),
        State("submitted", Text("待审核", "To review"), task="review", due_policy="grants.review_days"),
        State("reviewed", Text("待审批", "To approve"), task="approve", due_policy="grants.approve_days"),
        State("approved", Text("待发放", "To pay"), kind="waiting", task="pay", due_policy="grants.pay_days"),
        State("paid", Text("已发放", "Paid"), kind="closed"),
        State("refused", Text("未通过", "Refused"), kind="closed"),
        State("withdrawn", Text("已撤回", "Withdrawn"), kind="closed"),
    ),
    moves=(
        Move("submit", Text("提交", "Submit"), ("draft",), "submitted", "grants.apply", at="owner"),
        Move("review", Text("审核通过", "Review"), ("submitted",), "reviewed", "grants.review"),
        Move("send_back", Text("退回补正", "Send back"), UNDECIDED, "draft", "grants.review", reason=True),
        Move("approve", Text("审批通过", "Approve"), ("reviewed",), "approved", "grants.approve"),
        Move("refuse", Text("不予通过", "Refuse"), UNDECIDED, "refused", "grants.approve", reason=True),
        Move(
            "withdraw", Text("撤回", "Withdraw"), ("draft", *UNDECIDED, "approved"), "withdrawn", "grants.apply", at="owner",
            reason=True,
        ),
        Move("pay", Text("发放", "Pay"), ("approved",), "paid", "grants.pay"),
    ),
    supervise="grants.review",
)  # fmt: skip

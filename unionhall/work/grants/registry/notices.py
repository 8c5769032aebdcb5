"""What the room tells people: each kind with its words, and who of a unit hears it."""

from unionhall.kernel.notices.registry import Kind
from unionhall.lib.text import Text


def _notice(code: str, subject: Text, body: Text, audience: str = "grants.review", more: str = "") -> Kind:
    return Kind(f"grants.{code}", subject, body, fields=("reference", *more.split()), audience=audience)


NOTICES = [
    _notice(
        "approved",
        Text("申请 {reference} 已审批通过", "{reference} was approved"),
        Text("申请 {reference} 已审批通过，公示期满后发放。", "{reference} was approved; it is paid after any public notice."),
    ),
    _notice(
        "refused",
        Text("申请 {reference} 未通过", "{reference} was not granted"),
        Text("申请 {reference} 未通过，原因见办理详情；不服的可以申诉。", "{reference} was not granted: see why; you may appeal."),
    ),
    _notice(
        "objected",
        Text("{reference} 收到异议或申诉", "Objection or appeal: {reference}"),
        Text(
            "申请 {reference} 收到异议或申诉，已暂停办理，请核实。",
            "There is an objection or appeal to {reference}; it is held until decided.",
        ),
        "grants.approve",
    ),
    _notice(
        "decided",
        Text("{reference} 的异议或申诉已处理", "Decided: {reference}"),
        Text(
            "申请 {reference} 的异议或申诉已有结论，请查看办理详情。",
            "The objection or appeal to {reference} was decided: see the details.",
        ),
    ),
    _notice(
        "turned_back",
        Text("{reference} 的款项被银行退回", "The bank turned back the payment of {reference}"),
        Text(
            "申请 {reference} 的款项被银行退回：{reason}。请核对或更换收款账号（个人在服务大厅，单位在“单位收款账户”），"
            "更正后再次发放。",
            "The bank turned back the payment of {reference}: {reason}. Check or change the account, people in the service hall, "
            "units under Accounts of units; then it is paid again.",
        ),
        "grants.apply",
        more="reason",
    ),
    _notice(
        "rejects",
        Text("批次 {reference} 有 {count} 笔被银行退回", "The bank turned back {count} payments of {reference}"),
        Text(
            "批次 {reference} 有 {count} 笔被银行退回，款项仍占用预算。账号更正后请重新制单。",
            "The bank turned back {count} payments of batch {reference}; the money stays held. Present them again once the "
            "accounts are mended.",
        ),
        "grants.prepare",
        more="count",
    ),
]

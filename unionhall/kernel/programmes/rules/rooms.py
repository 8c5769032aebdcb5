"""The rooms that the architecture knows, and the options that each may be given by a programme."""

from unionhall.lib.text import Text

ROOMS: dict[str, Text] = {
    "office": Text("工作台", "Office"),
    "portal": Text("职工端", "Workers' hall"),
    "membership": Text("会员", "Membership"),
    "unions": Text("建会与届次", "Unions"),
    "hardship": Text("困难职工档案", "Hardship files"),
    "grants": Text("申请与发放", "Grants"),
    "funds": Text("经费", "Funds"),
    "campaigns": Text("活动与走访", "Campaigns and visits"),
    "contests": Text("竞赛", "Contests"),
    "issues": Text("问题清单", "Issues"),
    "undertakings": Text("任务落实", "Undertakings"),
    "cases": Text("案件与热线", "Cases"),
    "honours": Text("评选表彰", "Honours"),
    "proposals": Text("提案与建议", "Proposals"),
    "relations": Text("协商与民主管理", "Labour relations"),
    "employment": Text("就业与创业服务", "Employment"),
    "facilities": Text("服务阵地", "Facilities"),
    "learning": Text("学习与考试", "Learning"),
    "newsroom": Text("信息与宣传", "Newsroom"),
    "surveys": Text("测评与调查", "Surveys"),
    "reports": Text("统计与报告", "Reports"),
}

CODES, NAMED, POLICY, POLICIES, FLAG = "codes", "named", "policy", "policies", "flag"
OPTIONS: dict[str, dict[str, str]] = {
    "office": {"kinds": NAMED},
    "portal": {"kinds": NAMED, "channels": NAMED},
    "membership": {"kinds": NAMED, "standing": CODES, "checked_by": POLICY},
    "unions": {"kinds": NAMED, "items": NAMED, "levels": CODES, "share": POLICY, "term": POLICY, "floor": POLICY},
    "hardship": {"kinds": NAMED, "routes": NAMED, "line": POLICY, "public_notice": POLICY, "contact_every": POLICY},
    "grants": {
        "kinds": NAMED,
        "items": NAMED,
        "amount": POLICY,
        "cap": POLICY,
        "public_notice": POLICY,
        "pay_within": POLICY,
        "standing": CODES,
        "share": POLICY,
        "two_person": FLAG,
    },
    "funds": {"kinds": NAMED, "lines": NAMED, "earmarked": FLAG, "share": POLICY},
    "campaigns": {
        "kinds": NAMED,
        "modes": CODES,
        "recipients": NAMED,
        "visits": FLAG,
        "sessions": FLAG,
        "quota": FLAG,
        "goods": FLAG,
        "frequency": POLICY,
        "head_counts": FLAG,
    },
    "contests": {"kinds": NAMED, "tiers": CODES, "teams": FLAG, "coverage": FLAG, "share": POLICY},
    "issues": {
        "sources": CODES,
        "kinds": NAMED,
        "grades": CODES,
        "handle_within": POLICIES,
        "accept_within": POLICY,
        "check_within": POLICY,
        "notices_in_a_row": POLICY,
        "self_reported": FLAG,
        "listed": FLAG,
    },
    "undertakings": {"kinds": NAMED, "stages": NAMED, "frequency": POLICY, "flags": FLAG, "compared": FLAG, "evidence": FLAG},
    "cases": {"kinds": NAMED, "sources": CODES, "modes": CODES, "partners": NAMED, "reply_within": POLICY, "call_back": POLICY},
    "honours": {
        "kinds": NAMED,
        "levels": CODES,
        "recipients": CODES,
        "quota": POLICY,
        "public_notice": POLICY,
        "reviewed_every": POLICY,
        "plaque": FLAG,
    },
    "proposals": {"kinds": NAMED, "reply_within": POLICY, "rated": FLAG},
    "relations": {"kinds": NAMED, "items": NAMED, "term": POLICY, "share": POLICY},
    "employment": {"kinds": NAMED, "partners": NAMED},
    "facilities": {"kinds": NAMED, "items": NAMED, "inspect_every": POLICY, "stars": FLAG, "map": FLAG},
    "learning": {"kinds": NAMED, "frequency": POLICY, "modes": CODES, "pass_mark": POLICY},
    "newsroom": {"kinds": NAMED, "channels": NAMED, "frequency": POLICY, "reviewed": FLAG, "adoptions": FLAG},
    "surveys": {"kinds": NAMED, "frequency": POLICY, "anonymous": FLAG},
    "reports": {"kinds": NAMED, "frequency": POLICY},
}
"""Per room: the options a programme may set and the shape of each value."""

VOCABULARY: dict[tuple[str, str], frozenset[str]] = {
    ("issues", "sources"): frozenset(
        {"self_inspection", "research", "squat", "inspection", "hotline", "shortcoming", "personal", "quality", "listing", "other"}
    ),
    ("issues", "grades"): frozenset({"major", "serious", "general"}),
    ("campaigns", "modes"): frozenset({"on_site", "online", "live"}),
    ("learning", "modes"): frozenset({"on_site", "online", "live"}),
    ("cases", "modes"): frozenset({"transfer", "assign", "supervise", "joint"}),
    ("cases", "sources"): frozenset({"hotline", "visit", "letter", "online", "screening", "court", "partner"}),
    ("honours", "levels"): frozenset({"national", "province", "city", "county", "unit"}),
    ("honours", "recipients"): frozenset({"person", "team", "unit", "collective"}),
    ("contests", "tiers"): frozenset({"enterprise", "county", "industry", "city", "province", "nation", "special"}),
    ("unions", "levels"): frozenset({"city", "county", "township", "grassroots"}),
    ("grants", "standing"): frozenset({"hardship", "model_worker", "member", "studio"}),
    ("membership", "standing"): frozenset({"member", "new_form", "migrant"}),
}
"""Closed word lists of the options whose shape is a list of codes."""

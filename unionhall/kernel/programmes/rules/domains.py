"""The 16 fields of union work, in the order in which people navigate them."""

from dataclasses import dataclass

from unionhall.lib.text import Text


@dataclass(frozen=True, slots=True)
class Domain:
    """One field of union work (条线): its code, its number, its full name and the short one for navigation."""

    code: str
    number: str
    name: Text
    short: Text


DOMAINS: tuple[Domain, ...] = (
    Domain("org_building", "D01", Text("组织建设", "Organisation building"), Text("组织", "Organisation")),
    Domain("membership", "D02", Text("会员发展与服务", "Members and their benefits"), Text("会员", "Members")),
    Domain("cadre", "D03", Text("工会干部队伍", "Union cadres and social workers"), Text("干部", "Cadres")),
    Domain("publicity", "D04", Text("思想引领与宣传", "Guidance and publicity"), Text("宣教", "Publicity")),
    Domain("party_building", "D05", Text("机关党建", "Party building in the organs"), Text("党建", "Party building")),
    Domain("execution", "D06", Text("落实与督查", "Execution and supervision"), Text("落实", "Execution")),
    Domain("assistance", "D07", Text("困难帮扶与送温暖", "Hardship and warmth"), Text("帮扶", "Assistance")),
    Domain("employment", "D08", Text("就业与创业", "Employment and start-ups"), Text("就业", "Employment")),
    Domain("rights", "D09", Text("维权与法律服务", "Rights and law"), Text("维权", "Rights")),
    Domain("labour_relations", "D10", Text("劳动关系与民主管理", "Labour relations"), Text("劳动关系", "Labour relations")),
    Domain("contest_innovation", "D11", Text("竞赛、技能与创新", "Contests, skills and innovation"), Text("竞赛", "Contests")),
    Domain("honours", "D12", Text("荣誉与劳模工作", "Honours and model workers"), Text("荣誉", "Honours")),
    Domain("facilities", "D13", Text("服务阵地", "Service positions"), Text("阵地", "Facilities")),
    Domain("wellbeing", "D14", Text("职工关爱与文体", "Wellbeing"), Text("关爱", "Wellbeing")),
    Domain("funds", "D15", Text("工会经费", "Union funds"), Text("经费", "Funds")),
    Domain("portal_feedback", "D16", Text("网上服务与评议", "Online services and feedback"), Text("网上", "Online")),
)
BY_CODE: dict[str, Domain] = {domain.code: domain for domain in DOMAINS}

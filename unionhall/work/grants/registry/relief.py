"""The words of relief, and the rules of it that a region sets by kind of household: items a year, shares, temporary aid."""

from unionhall.kernel.policies.registry import Policy
from unionhall.lib.text import Text
from unionhall.work.grants.rules import Terms, levels
from unionhall.work.grants.rules.items import items_a_year
from unionhall.work.grants.rules.tiers import WHOLE, shares

YUAN = 100
ITEMS = {
    "living": Text("生活救助", "living aid"),
    "medical": Text("医疗救助", "medical aid"),
    "schooling": Text("助学救助", "aid to education"),
    "accident": Text("意外救助", "aid after an accident"),
}
"""What a household on file may be helped with, by the group of a kind."""
HOUSEHOLDS = {
    "deep": Text("深度困难", "deep hardship"),
    "relative": Text("相对困难", "relative hardship"),
    "accident": Text("意外致困", "hardship by accident"),
    "near": Text("边缘困难", "a near miss"),
}
UNKNOWN = Text("在档困难", "hardship on file")
LEVELS = "grants.medical_levels"
TIERS = ("grants.medical_share", "grants.medical_most")
PROGRAMME, KIND = "hardship_relief_fund", "temporary"
TEMPORARY = Terms(
    standing=("hardship_temporary",), period="ever", group="temporary", most="grants.temporary_cap", by_clerk=True, off_file=True
)
"""Aid outside the files: once for a person, on a temporary record that the room of the files keeps."""
LOCAL = Text("各地规定不一，请按本地文件设定", "local: set what your own document says")
POLICIES = [
    Policy(
        "grants.items_a_year",
        Text("困难家庭每年可享受的救助项数（0为不限）", "Kinds of aid that a household on file has in a year (0: no limit)"),
        "table",
        dict.fromkeys(HOUSEHOLDS, 0),
        Text(
            "各地规定不一：有省份规定深度困难可叠加、相对困难只享受一项",
            "local: in one province deep hardship may stack, relative hardship has one item only",
        ),
        words=HOUSEHOLDS,
        further=items_a_year,
    ),
    Policy(
        "grants.medical_share",
        Text("医疗救助占自付费用的比例（%）", "Share of the own medical cost that is paid (percent)"),
        "table",
        dict.fromkeys(HOUSEHOLDS, WHOLE),
        Text(
            "各地规定不一：有省份规定深度困难不超过自付费用，相对困难按自付费用的80%",
            "local: in one province deep hardship has at most its own cost, relative hardship 80 % of it",
        ),
        words=HOUSEHOLDS,
        further=shares,
    ),
    Policy(
        "grants.medical_most",
        Text("医疗救助分类上限（0为按医疗救助上限）", "Most of a medical aid by kind of household (0: the plain limit)"),
        "fen_table",
        dict.fromkeys(HOUSEHOLDS, 0),
        Text("各地规定不一：有省份规定相对困难不超过16,000元", "local: in one province relative hardship has at most 16,000 yuan"),
        words=HOUSEHOLDS,
    ),
    Policy(
        LEVELS,
        Text(
            "医疗救助超过多少元须报该级审批（0为不设）",
            "Medical aid: yuan above which a level approves (0: the level is not named)",
        ),
        "fen_table",
        levels.NONE,
        Text(
            "各地规定不一，默认不设：有省份“分类确定救助标准”规定深度困难家庭医疗救助超过2万元报省总工会审批，超过5万元报全国总工会审批",
            "local, none to begin with: by one province's standards medical relief in deep hardship above 20,000 yuan is "
            "approved by the province, above 50,000 by the ACFTU",
        ),
        words=levels.LEVELS,
        further=levels.approval_levels,
    ),
    Policy(
        "grants.temporary_cap",
        Text("档外临时救助每人上限（0为未设定）", "Most of a temporary aid outside the files (0: not set)"),
        "fen",
        3_000 * YUAN,
        Text("各地规定不一：有省份规定每人不超过3,000元", "local: in one province at most 3,000 yuan a person"),
    ),
    Policy(
        "grants.temporary_bars",
        Text("临时救助与档内救助同年不重复享受", "Temporary aid and relief on a file exclude each other in a year"),
        "yes_no",
        True,
        LOCAL,
    ),
]

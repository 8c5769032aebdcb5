"""Words of the room: where money comes from, what it is for, how far it has come, and what agreements and audits go through."""

from unionhall.lib.text import Text

SOURCES: dict[str, Text] = {
    "central": Text("中央财政", "Central budget"),
    "local_fiscal": Text("地方财政", "Local public finance"),
    "own": Text("工会经费", "Own union funds"),
    "upper_union": Text("上级工会", "Upper-level union"),
    "partner_union": Text("外地工会", "Partner union elsewhere"),
    "donated": Text("社会捐赠", "Donations"),
    "enterprise": Text("企业行政", "Employers"),
}
PURPOSES: dict[str, Text] = {
    "relief": Text("困难职工帮扶", "Relief for workers in hardship"),
    "warmth": Text("送温暖", "Sending warmth"),
    "student_aid": Text("助学", "Student aid"),
    "emergency": Text("应急慰问", "Emergency relief"),
    "site": Text("服务阵地建设", "Service sites"),
    "palace": Text("工人文化宫", "Workers' palaces"),
    "recuperation": Text("职工疗休养", "Recuperation"),
    "training": Text("工会干部培训", "Training of cadres"),
    "startup": Text("创业创新", "Start-ups and innovation"),
    "strengthening": Text("县级工会加强年", "Strengthening county unions"),
    "service": Text("购买服务", "Purchase of services"),
    "other": Text("其他", "Other"),
}
FORMS: dict[str, Text] = {"money": Text("资金", "Money"), "goods": Text("物资", "Goods in kind")}

STAGES: dict[str, Text] = {
    "committed": Text("安排", "Committed"),
    "applied": Text("申报", "Applied for"),
    "approved": Text("批复", "Approved"),
    "raised": Text("筹集", "Raised"),
    "received": Text("到账", "Received"),
    "set_aside": Text("设立专项", "Set aside"),
    "passed_down": Text("下拨", "Passed down"),
    "spent": Text("支出", "Spent"),
    "returned": Text("退回", "Returned"),
}
PAID_OUT = Text("批次发放", "Paid out in batches")
"""What lines have paid for rooms that pay people; no stage of this room, and never added to one."""
IN_KIND = ("raised", "received", "passed_down", "spent")
"""The stages that goods go through as well; the others exist for money only."""

STOCK_MOVES: dict[str, Text] = {"came": Text("入库", "Came in"), "given": Text("发放", "Handed out")}
STAGE_OF = {"came": "received", "given": "spent"}
"""At which stage the value of pieces is booked."""

AGREEMENTS: dict[str, Text] = {
    "cooperation": Text("合作协议", "Cooperation agreement"),
    "service": Text("服务合同", "Service contract"),
}
STEPS: dict[str, Text] = {
    "support": Text("支持事项", "Support given"),
    "delivered": Text("交付", "Delivered"),
    "accepted": Text("验收", "Accepted"),
    "supervised": Text("监督", "Supervised"),
}
STEPS_OF: dict[str, tuple[str, ...]] = {"cooperation": ("support",), "service": ("delivered", "accepted", "supervised")}

LEVELS: dict[str, Text] = {
    "nation": Text("全国", "Nation"),
    "province": Text("省", "Province"),
    "city": Text("市", "City"),
    "county": Text("县（区）", "County"),
    "township": Text("乡镇（街道）", "Township"),
    "grassroots": Text("基层", "Grassroots"),
    "group": Text("小组", "Group"),
}

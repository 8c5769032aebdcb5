"""The verb that governs a figure, words that stand only inside longer ones, and units by the noun beside 户, 对 and 个."""

from datetime import date

import pytest

from unionhall.kernel.ledger import registry
from unionhall.work.reports.queries import matching as books
from unionhall.work.reports.rules.reading import governing, hearing, matching, report

UNTIL = date(2025, 12, 31)


def mentions(sentence):
    return report.read(sentence, until=UNTIL).mentions


def first(sentence, place=0):
    found = books._indicators(len(registry.indicators())).proposals(mentions(sentence)[place], 1)
    return found[0].code.removesuffix(".distinct") if found else ""


GOVERNED = [
    ("投入慰问资金约12万元。", "funds.spent"),
    ("争取到职工帮扶资金9万元。", "funds.received"),
    ("筹集送清凉资金7万元。", "funds.raised"),
    ("下拨慰问资金7万元。", "funds.passed_down"),
    ("财政拨付慰问资金7万元。", "funds.received"),
    ("省财政厅拨付慰问资金7万元。", "funds.received"),
    ("为各驿站拨款共计7万元。", "funds.passed_down"),
    ("接收企业7万元的捐赠物资。", "funds.goods_raised"),
    ("接受企业捐款7万元。", "funds.raised"),
    ("慰问工友,物资7万元。", "campaigns.goods_given"),
    ("安排慰问资金7万元。", "funds.committed"),
    ("发放慰问资金7万元。", "grants.paid"),
    ("发慰问资金7万元。", "grants.paid"),
    ("筹集资金后全部发放,共7万元。", ""),
    ("筹集并发放助学金7万元。", "grants.paid"),
    ("价值7万元的慰问品。", "campaigns.goods_given"),
    ("申报驿站资金7万元。", "funds.applied"),
    ("为26名装卸工送水。", "campaigns.greeted"),
    ("成为26名装卸工的家。", ""),
    ("以26名骨干为重点。", ""),
    ("看望26名装卸工。", "campaigns.greeted"),
    ("慰问品26名装卸工领取。", ""),
    ("资助26名新生。", "grants.person_paid"),
    ("资助金26名新生领取。", ""),
    ("吸纳26名骑手。", "membership.joined"),
    ("培训26名骑手。", "campaigns.audience"),
    ("选派26名骨干。", "campaigns.dispatched"),
    ("走访26家门店。", ""),
]


@pytest.mark.parametrize(("sentence", "fact"), GOVERNED)
def test_the_last_verb_before_a_figure_governs_it(sentence, fact):
    assert next(iter(governing.governed(mentions(sentence)[0])[0]), "") == fact


@pytest.mark.parametrize(
    ("sentence", "much"),
    [("投入慰问资金7万元。", 1.3), ("财政拨款7万元。", 1.6), ("为65名工友义诊。", 1.6), ("为65名工友送水。", 1.3)],
)
def test_a_sure_verb_and_what_follows_favour_a_fact_more(sentence, much):
    assert governing.governed(mentions(sentence)[0])[1] == much


def test_a_unit_of_which_no_row_speaks_is_governed_by_nothing():
    verbs, rows = governing._rows("governed", "hectare")
    assert (rows, verbs.search(""), verbs.search("投入8公顷")) == ([], None, None)
    assert governing._rows("governed", "CNY")[1][0]["facts"] == ["funds.spent", "funds.set_aside"]


ACTING = [
    ("9家门店参与市集。", "campaigns.unit_took_part"),
    ("7支队伍展开角逐。", "campaigns.unit_took_part"),
    ("30名骨干欢聚一堂。", "campaigns.audience"),
    ("30名骨干获评先进后参加座谈。", ""),
    ("走访了30名骨干。", ""),
    ("为65名工友义诊。", "campaigns.served"),
    ("为65名工友发放互助金。", "grants.person_paid"),
    ("为65名工友举办讲座。", "campaigns.audience"),
    ("为65户困难家庭送上礼物。", "campaigns.household_visited"),
    ("为65户困难家庭发放救助金。", "grants.household_paid"),
    ("工会救助其2000元。", "grants.paid"),
    ("将慰问金2000元送到他手中。", "grants.paid"),
    ("补助资金2000元。", "grants.paid"),
    ("发生费用2000元。", "funds.spent"),
    ("接待职工300人次。", "campaigns.served"),
    ("志愿服务300人次。", ""),
    ("对30名工友进行了走访慰问。", "campaigns.greeted"),
    ("与30名工友结对。", "hardship.paired"),
    ("30名工友将获得9万元的补助金。", "grants.person_paid"),
    ("咨询300人次。", "campaigns.served"),
    ("组织15名技师深入车间开展服务。", "campaigns.mobilised"),
    ("组织15名工友参加座谈。", "campaigns.audience"),
    ("给16家企业工会拨付了专项资金。", "grants.unit_paid"),
    ("为16家企业订购车票。", "campaigns.unit_visited"),
    ("3个小组分赴各镇。", "campaigns.team_formed"),
    ("9家单位作交流发言。", "campaigns.unit_took_part"),
]


@pytest.mark.parametrize(("sentence", "fact"), ACTING)
def test_what_follows_a_figure_tells_for_whom_or_what_it_does_itself(sentence, fact):
    assert next(iter(governing.governed(mentions(sentence)[0])[0]), "") == fact


def test_words_of_the_sentence_alone_do_not_go_before_the_verb_of_the_figure():
    sentence = "工友捐款900元,工会救助其2000元。"
    assert [first(sentence, place) for place in (0, 1)] == ["funds.raised", "grants.paid"]


PROPOSED = [
    ("县总投入慰问资金约12万元。", 0, "funds.spent"),
    ("县总投入中央财政帮扶资金12万元。", 0, "funds.spent"),
    ("工会向15名新入会的骑手发放了礼包。", 0, "campaigns.greeted"),
    ("为900名工友祝贺过生日。", 0, "campaigns.greeted"),
    ("向4名劳模、60名班组长赠送图书。", 0, "campaigns.greeted"),
    ("向4名劳模、60名班组长赠送图书。", 1, "campaigns.greeted"),
    ("困难职工中今年脱困22人。", 0, "hardship.exited"),
    ("上门慰问困难职工90户。", 0, "campaigns.household_visited"),
    ("共摸排职工900户。", 0, "hardship.visited"),
    ("职工特殊疾病互助缴纳560人。", 0, "grants.joined"),
    ("8支队伍200名职工同台竞技。", 0, "campaigns.unit_took_part"),
    ("组织70名职工投入抢险。", 0, "campaigns.mobilised"),
    ("年末结余金额30万元。", 0, ""),
    ("个人参与奖17名。", 0, ""),
    ("召开支部党员大会4次。", 0, ""),
    ("组织13名有就业意向的青年参加招聘会。", 0, "campaigns.audience"),
    ("邀请医生为70名环卫工人提供义诊。", 0, "campaigns.served"),
    ("6个调研组深入企业开展调研。", 0, "campaigns.team_formed"),
    ("900家企业同步开展竞赛。", 0, "campaigns.unit_took_part"),
    ("购买农产品17万元。", 0, "funds.spent"),
    ("结对10人;", 0, "hardship.paired"),
    ("确定了40个特困职工家庭。", 0, "hardship.filed"),
    ("300名农民工乘坐专列返乡。", 0, "campaigns.served"),
    ("课后服务班次34个。", 0, "campaigns.session_held"),
    ("到会的80名代表投票。", 0, "campaigns.audience"),
]


@pytest.mark.parametrize(("sentence", "place", "fact"), PROPOSED)
def test_what_is_proposed_by_it(sentence, place, fact):
    assert first(sentence, place) == fact


def test_without_it_the_purpose_of_the_money_would_be_taken_for_what_became_of_it(monkeypatch):
    sentence = "工会投入8万元为工友发放水杯。"
    assert first(sentence) == "funds.spent"
    monkeypatch.setattr(governing, "governed", lambda mention: ((), 1.0))
    assert first(sentence) == "grants.paid"


def test_words_that_stand_only_inside_longer_ones():
    words = hearing.Words({"慰问", "慰问金", "送", "送温暖", "金"})
    assert words.hidden("发放慰问金") == {"慰问": {"慰问金"}, "金": {"慰问金"}}
    assert words.hidden("慰问三人,发放慰问金") == {"金": {"慰问金"}}
    assert words.hidden("送温暖") == {"送": {"送温暖"}}
    assert words.hidden("送") == {}


@pytest.mark.parametrize(
    ("text", "fits"), [("发放慰问金8元。", False), ("慰问工友,发放慰问金8元。", True), ("慰问一事,资金8元。", True)]
)
def test_one_word_of_the_text_does_not_fill_two_slots(text, fits):
    index = matching.Index([matching.Candidate("a.b", "慰问 慰问金/资金", units=("元",), frame=True)])
    index.proposals(mentions(text)[-1])
    assert [one.code for one in index._framed(mentions(text)[-1], ())] == (["a.b"] if fits else [])


UNITS = [
    ("走访5户不同规模的非公企业。", "org"),
    ("授信企业62户。", "org"),
    ("走访困难企业职工30户。", "household"),
    ("走访6家企业和40户困难职工。", "org household"),
    ("走访企业3户、困难职工40户。", "org household"),
    ("12户企业的70名职工。", "org person"),
    ("20对职工牵手成功。", "pair"),
    ("20对单身青年。", "pair"),
    ("共有24个医生。", "person"),
    ("建成24个司机之家。", "facility"),
    ("24个教师工作室。", "facility"),
    ("达成就业意向60个。", "project"),
    ("建设浴池6个。", "facility"),
    ("深入8个站段。", "org"),
    ("开设15个班级。", "class"),
    ("职工夜校开班14个。", "class"),
    ("设置10个可移动的驿站。", "facility"),
    ("开放2个以棋牌为主的活动中心。", "facility"),
    ("打造12个工会暖心驿站。", "facility"),
    ("送出35个粽子。", "piece"),
    ("七支队伍展开角逐。", "team"),
    ("发放防寒物资30贴。", "piece"),
    ("走访90家户外职工爱心接力站。", "facility"),
    ("增加到8样。", "kind"),
    ("二等奖2个。", "award"),
    ("慰问70一线职工。", "person"),
    ("“子女托管班”21家。", "class"),
    ("31个省级“关爱室”示范点。", "facility"),
    ("培训人次累计达到1.8亿。", "person_time"),
    ("24小时驿站40个。", "facility"),
    ("提供24小时咨询。", "hour"),
    ("国家级二类竞赛20项。", "project"),
]


@pytest.mark.parametrize(("sentence", "units"), UNITS)
def test_units_by_the_noun_beside_the_number(sentence, units):
    assert [one.unit for one in mentions(sentence)] == units.split()

"""Words of the trade find the indicator they stand for, and what others count finds none: one sentence for each."""

import pytest

from unionhall.work.reports.tests.test_propose_indicators import first, offered

# One sentence each for words that were added fact by fact, not after a text: field words of many unions.
FIELD_WORDS = [
    ("工作组分赴8个县市区开展调研。", "campaigns.area_reached"),
    ("走访了6户不同行业、不同规模的民营企业。", "campaigns.unit_visited"),
    ("省总补助60万元,本级配套25万元。", "funds.received funds.committed"),
    ("为30家企业送去防暑物资,采购慰问物资8万元。", "campaigns.unit_visited campaigns.goods_given"),
    ("县总工会斥资12万元购买健身器材。", "funds.spent"),
    ("收到中央财政帮扶资金40万元。", "funds.received"),
    ("互助保障活动发放住院津贴9万元。", "grants.paid"),
    ("在档困难职工共70户。", "hardship.on_file"),
    ("新识别困难职工家庭15户。", "hardship.filed"),
    ("组织45名劳模赴外地疗休养。", "campaigns.audience"),
    ("2000名货车司机找到了“娘家”。", "membership.joined"),
    ("征集微心愿130个,办成118个。", "issues.identified issues.resolved"),
    ("上门为老人理发90人次。", "campaigns.served"),
    ("全县共有在档困难职工295名。", "hardship.on_file"),
    ("干部与39名劳动者结对。", "hardship.paired"),
    ("为232名教师配齐保障计划。", "grants.joined"),
    ("给予47名同学及时的帮助。", "grants.person_paid"),
    ("给她家3万元大病医疗救助。", "grants.paid"),
    ("驿站服务覆盖人数超2000人。", "campaigns.served"),
    ("一百余名学生和家长参加了发放仪式。", "campaigns.audience"),
    ("将电影票发放到600名女职工手中。", "membership.benefit_taken"),
    ("为865名女职工办理了安康保险。", "grants.joined"),
    ("消费帮扶金额达600万元。", "funds.spent"),
    ("15支队伍展开角逐,篮球赛圆满落幕。", "campaigns.unit_took_part"),
    ("通过专项资金下拨、企业捐赠等方式多方筹集资金454万元。", "funds.raised"),
    ("100万元购买方便面、毛巾。", "funds.spent"),
    ("为16个一线单位送上防护用品。", "campaigns.unit_visited"),
    ("为30个单位送上防护用品。", "campaigns.unit_visited"),
    ("为300名职工免费发放月饼。", "campaigns.greeted"),
    ("为7000名劳模生日致礼。", "campaigns.greeted"),
    ("全年上缴保费977万元。", "grants.contributed"),
    ("帮助1320名农民工平安返乡。", "campaigns.served"),
    ("对638户困难家庭重新复核。", "hardship.verified"),
    ("参加活动的有环卫工人、干部及家属共120余人。", "campaigns.audience"),
    ("全县150余名干部职工参加比赛。", "campaigns.audience"),
    ("60名机关干部参加社区值守。", "campaigns.mobilised"),
    ("300名农民工正式成为工会会员。", "membership.joined"),
    ("现场咨询200余人次。", "campaigns.served"),
    ("前往两个森林管护站慰问。", "campaigns.unit_visited"),
    ("20多家参建单位投入劳动竞赛。", "campaigns.unit_took_part"),
]


@pytest.mark.parametrize(("sentence", "codes"), FIELD_WORDS)
def test_field_words_of_the_trade(sentence, codes):
    wanted = codes.split()
    assert [first(sentence, place) for place in range(len(wanted))] == wanted


@pytest.mark.parametrize(
    "sentence",
    [
        "为2500名职工挽回经济损失5700万元。",
        "工资集体协商覆盖职工91.7万名。",
        "推荐2个单位参与全市评比。",
        "帮扶站点达3万个。",
        "为10名导师颁发聘书。",
        "为3万名女职工进行了免费体检。",
        "定时发放200元定额补贴消费券。",
        "组织劳务输送100万人次。",
        "技能人才总数达到31万人。",
        "查出6家单位拖欠农民工工资。",
        "安置下岗职工2052名。",
        "提案办结率100%。",
        "评出一等奖3项。",
        "12个项目参加评选。",
        "注册司机1200余人。",
    ],
)
def test_what_is_won_back_covered_or_put_forward_is_left_alone(sentence):
    assert offered(sentence) == []

"""A file moves with its head: the same number, the past where it happened, the stock where it is kept; the taker says yes."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from unionhall.kernel.flows import queries as flows
from unionhall.kernel.flows.models import Task
from unionhall.kernel.ledger.facts import Window
from unionhall.kernel.people import queries as people
from unionhall.lib import dates
from unionhall.lib.refusal import Conflict, NotVisible, Refused
from unionhall.work.hardship.actions import handover, helps, inquiries, leave, pairing, procedure, trials, yearly
from unionhall.work.hardship.actions.helps import NewHelp
from unionhall.work.hardship.actions.inquiries import Answered
from unionhall.work.hardship.models.files import Household, Member, Visit
from unionhall.work.hardship.models.rounds import Handover, Pairing, Sheet, YearLine
from unionhall.work.hardship.queries import recounts
from unionhall.work.hardship.tests.conftest import POOR, assert_books_agree, figure, fresh, on_day

CODES = ("applied", "visited", "checked", "objected", "filed", "on_file", "persons_on_file", "in_year", "verified", "paired",
         "contacted", "helped", "help_paid", "taken_over")  # fmt: skip


def figures(at):
    """Every figure of a unit alone."""
    return {code: figure(f"hardship.{code}", at, below=False) for code in CODES}


def lived(desk, cast):
    """A file of two persons with something of everything in it, kept by the township."""
    file = desk.visited(
        members=[{"person": desk.child(), "relation": "child", "school": "middle"}]
    )  # the next step is the approval
    procedure.approve(household_id=file.pk, by=cast.county_clerk)
    asked = inquiries.ask(household_id=file.pk, sources=["vehicles"], by=cast.county_clerk)[0]
    inquiries.take(Answered(asked.pk, "agrees", "", "车管所 7"), by=cast.county_clerk, household_id=file.pk)
    said = procedure.take_objection(household_id=file.pk, words="有房", way="phone", by=cast.county_clerk)
    decision = {"objection_id": said.pk, "upheld": False, "decision": "查无", "by": cast.county_clerk}
    procedure.decide_objection(household_id=file.pk, **decision)
    procedure.verify(household_id=file.pk, by=cast.township_clerk)
    pairing.pair(household_id=file.pk, cadre=cast.chair, by=cast.county_clerk)
    pairing.contact(household_id=file.pk, by=cast.county_clerk, need="药费")
    new = NewHelp(item="living", source="凭证 1", approved=300_000, approved_on=dates.today(), paid=300_000, paid_on=dates.today())
    helps.note(household_id=file.pk, new=new, by=cast.county_clerk)
    return fresh(file)


def offered(desk, cast, file=None, to=None, by=None):
    file = file or lived(desk, cast)
    to = to or cast.neighbour_township
    return handover.offer(household_id=file.pk, to=to, words="户主调至东山矿业工作", by=by or cast.township_clerk)


def test_a_file_moves_and_the_past_stays_where_it_happened(desk, cast):
    with on_day(2026, 3, 2):
        file = lived(desk, cast)
    before = figures(cast.township)
    assert before == {
        "applied": 1, "visited": 1, "checked": 1, "objected": 1, "filed": 1, "on_file": 1, "persons_on_file": 2, "in_year": 1,
        "verified": 1, "paired": 1, "contacted": 1, "helped": 1, "help_paid": 300_000, "taken_over": 0,
    }  # fmt: skip
    with on_day(2026, 6, 10):
        one = offered(desk, cast, file)
        assert (figures(cast.township), fresh(file).organization) == (before, cast.township)  # nothing moves before it is taken
        handover.take(handover_id=one.pk, by=cast.neighbour, words="已核实劳动合同")
        after = fresh(file)
        assert (after.organization, after.org_path, after.reference, after.state, after.kind, after.due_on) == (
            cast.neighbour_township, cast.neighbour_township.path, file.reference, "on_file", "deep", file.due_on,
        )  # fmt: skip
        assert figures(cast.township) == {**before, "on_file": 0, "persons_on_file": 0}
        assert figures(cast.neighbour_township) == {
            **dict.fromkeys(CODES, 0), "on_file": 1, "persons_on_file": 2, "taken_over": 1,
        }  # fmt: skip
        assert figure("hardship.on_file.deep", cast.city) == 1
        assert_books_agree()
    with on_day(2026, 7, 1):  # what follows counts where it is kept now
        procedure.verify(household_id=file.pk, by=cast.neighbour)
        said = procedure.take_objection(household_id=file.pk, words="有车", way="phone", by=cast.neighbour)
        decision = {"objection_id": said.pk, "upheld": False, "decision": "查无", "by": cast.neighbour}
        procedure.decide_objection(household_id=file.pk, **decision)
        assert (figures(cast.township)["verified"], figures(cast.neighbour_township)["verified"]) == (1, 1)
        assert (figures(cast.township)["objected"], figures(cast.neighbour_township)["objected"]) == (1, 1)
        assert_books_agree()
    stock = Window.until(date(2026, 6, 9))
    assert figure("hardship.on_file", cast.township, below=False, window=stock) == 1  # as it stood the day before
    assert figure("hardship.on_file", cast.neighbour_township, below=False, window=stock) == 0


def test_sabotage_recounted_by_the_present_unit_the_past_would_move(desk, cast):
    """What this replaces: rows counted by the unit that keeps the file today."""
    one = offered(desk, cast)
    handover.take(handover_id=one.pk, by=cast.neighbour)
    assert list(recounts.visited()) == [(cast.township.pk, dates.today(), 1, 0)]
    moved = recounts._days(Visit.objects.all(), "household__organization_id", "visited_on")
    assert list(moved) == [(cast.neighbour_township.pk, dates.today(), 1, 0)]
    Visit.objects.update(kept_by=cast.neighbour_township)
    with pytest.raises(AssertionError):
        assert_books_agree()


def test_standings_task_and_sheet_follow_and_the_pairing_ends(desk, cast):
    with on_day(2026, 3, 2):
        file = lived(desk, cast)
    with on_day(2026, 6, 10):
        handover.take(handover_id=offered(desk, cast, file).pk, by=cast.neighbour)
        held = people.standing_on(date(2026, 6, 10), "hardship_household").get()
        assert (held.person_id, held.organization, held.source_id) == (file.head_id, cast.neighbour_township, str(file.pk))
        assert people.standing_on(date(2026, 6, 10), "hardship_member").get().organization == cast.neighbour_township
        assert people.standing_on(date(2026, 6, 9), "hardship_household").get().organization == cast.township
        assert flows.holder(fresh(file)) == cast.neighbour_township
        task = Task.objects.get(record_kind="hardship.household", record_id=file.pk, done_at=None)
        assert (task.move, task.organization, task.due_on) == ("verify", cast.neighbour_township, file.due_on)
        assert Pairing.objects.get().until == date(2026, 6, 10)
    assert trials.recompute(organization=cast.neighbour_township, by=cast.city_clerk) == 1
    assert trials.recompute(organization=cast.township, by=cast.city_clerk) == 0
    assert Sheet.objects.count() == 2


def test_the_unit_that_is_asked_says_yes_or_no_with_a_reason(desk, cast):
    one = offered(desk, cast)
    waiting = Task.objects.get(record_kind="hardship.handover", done_at=None)
    assert (waiting.organization, waiting.move, waiting.title) == (cast.neighbour_township, "take", f"赵** · {one.reference}")
    for other in (cast.township_clerk, cast.stranger):  # who gives it away does not take it
        with pytest.raises(NotVisible):
            handover.take(handover_id=one.pk, by=other)
    with pytest.raises(Refused, match="请填写“不予接收”的原因"):
        handover.decline(handover_id=one.pk, words=" ", by=cast.neighbour)
    assert handover.decline(handover_id=one.pk, words="户主未在本单位就业", by=cast.neighbour).state == "declined"
    assert fresh(one.household).organization == cast.township
    with pytest.raises(Conflict):
        handover.take(handover_id=one.pk, by=cast.neighbour)
    assert_books_agree()


def test_an_offer_is_called_back_and_a_file_that_is_left_is_offered_no_more(desk, cast):
    one = offered(desk, cast)
    with pytest.raises(NotVisible):
        handover.call_back(handover_id=one.pk, words="误移", by=cast.neighbour)
    assert handover.call_back(handover_id=one.pk, words="误移", by=cast.township_clerk).state == "called_back"
    again = offered(desk, cast, one.household)
    leave.withdraw(household_id=one.household_id, reason="error", words="错录", by=cast.county_clerk)
    again.refresh_from_db()
    assert again.state == "called_back"
    with pytest.raises(Conflict):
        handover.take(handover_id=again.pk, by=cast.neighbour)
    assert_books_agree()


def test_only_what_is_on_record_moves_once_at_a_time_and_elsewhere(desk, cast):
    draft = desk.draft(head=desk.person("钱桂英"))
    with pytest.raises(Conflict, match="只有在档档案可以移交"):
        offered(desk, cast, draft)
    one = offered(desk, cast)
    with pytest.raises(Conflict, match="该档案已在移交"):
        offered(desk, cast, one.household)
    other = desk.filed(head=desk.person("孙志强"))
    with pytest.raises(Refused, match="请选择另一个现有的工会"):
        offered(desk, cast, other, to=cast.township)
    with pytest.raises(Refused, match="请写明移交原因"):
        handover.offer(household_id=other.pk, to=cast.factory, words=" ", by=cast.township_clerk)
    procedure.take_objection(household_id=other.pk, words="有房", way="phone", by=cast.county_clerk)
    with pytest.raises(Conflict, match="有异议正在核实"):
        offered(desk, cast, other)
    with pytest.raises(IntegrityError), transaction.atomic():
        Handover.objects.filter(pk=one.pk).update(state="taken")


def test_an_objection_that_came_meanwhile_keeps_the_file_where_it_is(desk, cast):
    one = offered(desk, cast)
    procedure.take_objection(household_id=one.household_id, words="有房", way="phone", by=cast.county_clerk)
    with pytest.raises(Conflict, match="有异议正在核实"):
        handover.take(handover_id=one.pk, by=cast.neighbour)
    assert fresh(one.household).organization == cast.township


def test_nobody_takes_or_gives_away_the_file_of_their_own_household(desk, cast):
    file = desk.filed()
    one = offered(desk, cast, file)
    Member.objects.create(household=file, person=cast.neighbour, relation="sibling", since=dates.today())
    with pytest.raises(Refused) as refused:
        handover.take(handover_id=one.pk, by=cast.neighbour)
    assert refused.value.code == "own_case"


def test_a_file_drawn_by_one_unit_is_not_drawn_again_where_it_has_moved(desk, cast):
    file, other = desk.filed(), desk.filed(head=desk.person("孙志强"))
    drawn = yearly.draw(organization=cast.county, by=cast.county_clerk)
    handover.take(handover_id=offered(desk, cast, file).pk, by=cast.neighbour)
    later = yearly.draw(organization=cast.neighbour_county, by=cast.neighbour)
    assert set(YearLine.objects.filter(list=drawn).values_list("household_id", flat=True)) == {file.pk, other.pk}
    assert not YearLine.objects.filter(list=later).exists()
    assert (yearly.repeat(drawn).same, yearly.repeat(later).same) == (True, True)
    assert figure("hardship.in_year", cast.city) == 2
    assert_books_agree()


def test_a_refusal_and_a_spot_check_count_where_the_file_was_kept(desk, cast):
    file = desk.filed()
    yearly.draw(organization=cast.county, by=cast.county_clerk)
    line = YearLine.objects.get(spot=True)
    yearly.spot_check(line_id=line.pk, correct=True, words="", by=cast.city_clerk)
    handover.take(handover_id=offered(desk, cast, file).pk, by=cast.neighbour)
    refused = desk.applied(head=desk.person("孙志强"), book=POOR)
    procedure.refuse(household_id=refused.pk, reason="不符", by=cast.county_clerk)
    Household.objects.filter(pk=refused.pk).update(organization=cast.factory, org_path=cast.factory.path)  # as a merge would
    assert figure("hardship.spot_correct", cast.township, below=False) == 1
    assert figure("hardship.refused", cast.township, below=False) == 1
    assert_books_agree()


def test_the_pages_from_the_offer_to_the_file_at_its_new_place(desk, cast):
    file = desk.filed()
    township, neighbour = cast.client("township_clerk"), cast.client("neighbour")
    url = reverse("hardship:desk-hand-over", args=[file.pk])
    for wrong in ({"to": "999999", "words": "调动"}, {"to": cast.neighbour_township.pk, "words": "x" * 201}):
        assert township.post(url, {f"hand-over-{name}": value for name, value in wrong.items()}).status_code == 422
    answer = township.post(
        url, {"hand-over-to": cast.neighbour_township.pk, "hand-over-words": "调动", "hand-over-version": file.version}
    )
    assert answer.status_code == 303
    one = Handover.objects.get()
    assert neighbour.get(reverse("hardship:desk-file", args=[file.pk])).status_code == 404
    page = neighbour.get(reverse("hardship:desk-handovers")).content.decode()
    assert file.reference in page and "待接收" in page
    here = reverse("hardship:desk-handover", args=[one.pk])
    assert "接收档案" in neighbour.get(here).content.decode()
    assert cast.client("stranger").get(here).status_code == 404
    assert neighbour.post(reverse("hardship:desk-handover-decline", args=[one.pk]), {"decline-words": ""}).status_code == 422
    taken = neighbour.post(reverse("hardship:desk-handover-take", args=[one.pk]), {"take-version": one.version})
    assert taken["Location"] == reverse("hardship:desk-file", args=[file.pk])
    assert neighbour.get(taken["Location"]).status_code == 200
    gone = township.get(reverse("hardship:desk-file", args=[file.pk]))
    assert (gone.status_code, gone["Location"]) == (303, here)
    span = file.spans.order_by("pk").first()
    behind = township.get(reverse("hardship:desk-of", args=["span", span.pk]))
    assert behind["Location"] == here
    assert "档案现由对方单位办理" in township.get(here).content.decode()


def test_who_comes_second_reads_why_though_the_form_is_gone(desk, cast):
    file = desk.filed()
    township, neighbour = cast.client("township_clerk"), cast.client("neighbour")
    url = reverse("hardship:desk-hand-over", args=[file.pk])
    given = {"hand-over-to": cast.neighbour_township.pk, "hand-over-words": "调动"}
    assert township.post(url, given).status_code == 303
    again = township.post(url, given)
    assert (again.status_code, "该档案已在移交，等待对方接收。" in again.content.decode()) == (409, True)
    one = Handover.objects.get()
    back = township.post(reverse("hardship:desk-handover-call-back", args=[one.pk]), {"call-back-words": "误移"})
    assert back.status_code == 303
    assert cast.township_clerk.name in township.get(back["Location"]).content.decode()
    late = neighbour.post(reverse("hardship:desk-handover-take", args=[one.pk]), {"take-version": one.version})
    assert late.status_code == 409
    assert 'role="alert"' in late.content.decode()
    assert fresh(file).organization == cast.township


def test_two_clerks_on_one_file_the_second_is_told_by_whom_it_was_moved_on(desk, cast):
    file = desk.applied()
    first, second = cast.client("county_clerk"), cast.client("city_clerk")
    given = {"go-on-version": file.version}
    assert first.post(reverse("hardship:desk-go-on", args=[file.pk]), given).status_code == 303
    late = second.post(reverse("hardship:desk-go-on", args=[file.pk]), given)
    assert late.status_code == 409
    assert 'role="alert"' in late.content.decode()
    assert fresh(file).state == "approving"

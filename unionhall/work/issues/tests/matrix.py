"""One object of every kind of this room in a unit, for the permission matrix."""

from django.core.files.uploadedfile import SimpleUploadedFile

from unionhall.kernel.files import actions as files
from unionhall.kernel.people import queries as people
from unionhall.lib import dates
from unionhall.work.issues.actions import lists, register, reviews, routing
from unionhall.work.issues.actions.register import NewIssue
from unionhall.work.issues.models import Notice, NoticeItem, Proposal, ReviewItem
from unionhall.work.issues.urls import ACTS


def objects(cast, unit, token):
    house, today = people.house(), dates.today()
    onto = lists.open_list(organization=unit, name=token, source="research", team=token, by=house)
    new = NewIssue(title=token, kind="rights", details=token, example=token)
    issue = register.register(organization=unit, new=new, onto=onto, by=house)
    file = files.attach(issue, SimpleUploadedFile(f"{token}.txt", token.encode()), by=house, kind="evidence")
    line = routing.set_route(area=unit, kind="rights", grade="", target=unit, by=house)
    review = reviews.open_review(organization=unit, month=today, by=house)
    on_table = ReviewItem.objects.create(review=review, issue=issue, remark=token)
    notice = reviews.draft_notice(organization=unit, year=today.year, quarter=(today.month + 2) // 3, by=house)
    item = NoticeItem.objects.create(notice=notice, issue=issue, unit=unit, problem=token)
    issued = Notice.objects.create(organization=unit, org_path=unit.path, year=2020, quarter=1, drafted_by=house)
    proposal = Proposal.objects.create(
        organization=unit, org_path=unit.path, unit=unit, notice=issued, in_a_row=2, raised_on=today, reason=token
    )
    one = {"id": issue.pk}
    return {
        "issues:desk-list": {},
        "issues:desk-lists": {},
        "issues:desk-print": {},
        **{f"issues:desk-{page}": one for page in ("issue", "dispatch", "recall", "order", "correct", "source")},
        **{f"issues:desk-{act}": one for act in ACTS},
        "issues:desk-evidence": {**one, "file": file.pk},
        "issues:desk-list-close": {"id": onto.pk},
        "issues:desk-route-end": {"id": line.pk},
        "issues:desk-review": {"id": review.pk},
        "issues:desk-review-item": {"id": review.pk, "item": on_table.pk},
        "issues:desk-notice": {"id": notice.pk},
        "issues:desk-notice-print": {"id": notice.pk},
        "issues:desk-notice-document": {"id": notice.pk},
        "issues:desk-of-item": {"id": item.pk},
        "issues:desk-notice-drop": {"id": notice.pk, "item": item.pk},
        "issues:desk-proposal": {"id": proposal.pk},
    }

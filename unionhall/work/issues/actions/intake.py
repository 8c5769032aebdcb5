"""What workers ask for at one touch becomes an issue of the federation that takes it in hand."""

from django.db import transaction

from unionhall.kernel.files import actions as files
from unionhall.kernel.flows.registry import Asked
from unionhall.kernel.people import queries as people
from unionhall.work.issues.actions import register
from unionhall.work.issues.actions.register import NewIssue
from unionhall.work.issues.models import Issue

KINDS = {"rating": "service"}  # what comes in otherwise is about workers' rights until somebody grades it
UNNAMED = "（职工要求对承办单位保密）"


@transaction.atomic
def take(asked: Asked) -> Issue:
    """Register what a worker asked for, with its photos and recordings; unnamed where the worker wants it so."""
    house = people.house()
    details = asked.text if asked.person is not None else f"{asked.text}\n{UNNAMED}".strip()
    new = NewIssue(
        title=asked.title,
        kind=KINDS.get(asked.channel, "rights"),
        source="worker",
        details=details,
        area=asked.area,
        concerns=asked.person,
    )
    issue = register.register(organization=asked.organization, new=new, by=house)
    for upload in asked.files:
        files.attach(issue, upload, by=house, kind="evidence")
    return issue

"""Templates: saved, changed, retired."""

from django.db import transaction

from unionhall.kernel.audit import actions as audit
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.lib import clock
from unionhall.lib.refusal import Conflict, Refused
from unionhall.lib.text import Text
from unionhall.work.reports import access
from unionhall.work.reports.actions.writing import unknown_indicator
from unionhall.work.reports.models import Template
from unionhall.work.reports.queries import compose


def check(name: str, body: str) -> None:
    """What a template must be: named, readable, and naming nothing that the house does not count."""
    if not name.strip():
        raise Refused(Text("请填写模板名称。", "Name the template."), field="name")
    if not body.strip():
        raise Refused(Text("模板是空的，请写正文。", "The template is empty."), field="body")
    if missing := compose.unknown(body):
        raise unknown_indicator(missing[0])


@transaction.atomic
def add(*, organization: Organization, name: str, kind: str, body: str, by: Person) -> Template:
    """Keep a template for a unit and everybody below it."""
    access.require(by, access.DEFINE, organization)
    check(name, body)
    _check_name(organization, name)
    made = Template.objects.create(
        organization=organization,
        org_path=organization.path,
        name=name.strip(),
        kind=kind,
        body=body,
        updated_by=by,
        updated_at=clock.now(),
    )
    audit.record(by, "reports.template_saved", made, at=organization, version=1)
    return made


@transaction.atomic
def change(*, template_id: int, name: str, kind: str, body: str, version: int, by: Person) -> Template:
    """Change a template. Who began from an older version is told, and nothing is overwritten."""
    template = access.one_for_change(access.templates_for(by), by, template_id, to=access.DEFINE)
    if template.version != version:
        raise Conflict(
            Text(
                "别人刚保存过这个模板，您的文字还在框里，请对照后再保存。",
                "Somebody saved the template meanwhile: compare, then save.",
            ),
            field="body",
        )
    check(name, body)
    if name.strip() != template.name:
        _check_name(template.organization, name)
    template.name, template.kind, template.body = name.strip(), kind, body
    template.version += 1
    template.updated_by, template.updated_at = by, clock.now()
    template.save()
    audit.record(by, "reports.template_saved", template, at=template.organization, version=template.version)
    return template


@transaction.atomic
def retire(*, template_id: int, by: Person) -> Template:
    """Offer a template no more; reports written from it stay."""
    template = access.one_for_change(access.templates_for(by), by, template_id, to=access.DEFINE)
    template.retired_at = clock.now()
    template.save(update_fields=["retired_at"])
    audit.record(by, "reports.template_retired", template, at=template.organization)
    return template


def _check_name(organization: Organization, name: str) -> None:
    if Template.objects.filter(organization=organization, name=name.strip(), retired_at=None).exists():
        raise Conflict(Text(f"已有名为“{name}”的模板。", f"There is already a template named “{name}”."), field="name")

"""The routing table: which unit an issue of an area, kind and grade goes to, from when to when."""

from datetime import date

from django.db import transaction

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.access.actions import one_for_change
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.lib import dates
from unionhall.work.issues import access, registry, rules
from unionhall.work.issues.models import Kind, Route
from unionhall.work.issues.queries import kinds


@transaction.atomic
def set_route(*, area: Organization, kind: str, grade: str, target: Organization, since: date | None = None, by: Person) -> Route:
    """Send the issues of an area (and kind, and grade) to a unit from a day on; the line that stood there ends that day."""
    access_actions.require(by, "issues.route", at=area)
    since = since or dates.today()
    if kind:
        rules.check_known(kind, kinds.names(area), field="kind")
    if grade:
        rules.check_known(grade, registry.GRADES, field="grade")
    before = Route.objects.select_for_update().filter(organization=area, kind=kind, grade=grade, until=None).first()
    if before is not None:
        if before.since >= since:
            before.delete()
        else:
            before.until = since
            before.save(update_fields=["until"])
    route = Route.objects.create(
        organization=area, org_path=area.path, kind=kind, grade=grade, target=target, since=since, set_by=by
    )
    audit.record(by, "issues.route_set", route, at=area, kind=kind, grade=grade, target=target.pk, since=since.isoformat())
    return route


@transaction.atomic
def end_route(*, route_id: int, until: date | None = None, by: Person) -> Route:
    """Take a line out of the table from a day on; issues sent before keep their unit."""
    route = one_for_change(access.routes_for(by), by, route_id, to="issues.route")
    until = until or dates.today()
    if route.since == until:
        audit.record(by, "issues.route_ended", route, at=route.organization, until=until.isoformat())
        route.delete()  # it never counted on any day before
        return route
    rules.check_days(route.since, until)
    route.until = until
    route.save(update_fields=["until"])
    audit.record(by, "issues.route_ended", route, at=route.organization, until=until.isoformat())
    return route


@transaction.atomic
def add_kind(*, organization: Organization, code: str, name: str, by: Person) -> Kind:
    """Add a kind of issue for a unit and everything below it."""
    access_actions.require(by, "issues.route", at=organization)
    rules.check_new_kind(code, name, taken=code in registry.KINDS or Kind.objects.filter(code=code).exists())
    kind = Kind.objects.create(organization=organization, org_path=organization.path, code=code, name=name.strip())
    audit.record(by, "issues.kind_added", kind, at=organization, code=code, name=name)
    return kind

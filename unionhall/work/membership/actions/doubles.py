"""Doubles across the registry: searched as a background job, decided by a person, merged and taken back."""

from collections.abc import Collection, Mapping
from typing import Any

import orjson
from django.db import transaction
from django.utils.translation import gettext as _

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.exchange.actions import run_job
from unionhall.kernel.exchange.models import Job
from unionhall.kernel.exchange.registry import Progress
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.actions import merging
from unionhall.kernel.people.models import Merger, Person
from unionhall.lib import dates
from unionhall.lib.later import Later
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text
from unionhall.work.membership import access
from unionhall.work.membership.actions import standing
from unionhall.work.membership.models import Membership
from unionhall.work.membership.queries import doubles as queries

SEARCH = "membership.doubles"
STEP = 20_000
engine = Later("unionhall.kernel.people.adapters.search")  # the extra `scale`, which not every house has
MISSING = Text(
    '没有安装扩展 scale，无法全库查重。请管理员在项目目录运行 .venv/bin/pip install -e ".[scale]"。',
    'The extra `scale` is not installed. The administrator runs .venv/bin/pip install -e ".[scale]" in the project\'s folder.',
)


def start(*, at: Organization, by: Person) -> Job:
    """Search the whole registry in the background. Raises Denied."""
    return run_job.start(SEARCH, by=by, at=at, title=str(_("Search for doubles")), permission="membership.move")


def search(by: Person, params: Mapping[str, Any], progress: Progress) -> str:
    """The job: compare everybody with everybody, keep the likely pairs. Raises Refused without the extra `scale`."""
    return _("%(count)s likely doubles wait for a decision.") % {"count": search_all(progress)}


def search_all(progress: Progress | None = None) -> int:
    """Compare everybody with everybody and keep what is likely. Returns how many pairs are open; a second run finds the same."""

    def counted() -> Any:
        for number, file in enumerate(queries.files(), start=1):
            if progress is not None and number % STEP == 0:
                progress.report(number)
            yield file

    try:
        find = engine.resolve()
    except ImportError:
        raise Refused(MISSING) from None
    found = [(one.first, one.second, one.probability, orjson.dumps(one.agreed).decode()) for one in find(counted())]
    return merging.note_pairs(found)


def search_by_clock() -> int:
    """The weekly search; a house without the extra `scale` has none."""
    try:
        return search_all()
    except Refused:
        return 0


@transaction.atomic
def merge(*, pair_id: int, by: Person, keep: str, fields: Collection[str] = (), membership: str = "kept", reason: str) -> Merger:
    """Make the two files of a pair one; `keep` is "first" or "second", `fields` come from the other, `membership` that goes on.

    Raises NotVisible, Denied, and what `merging.merge` raises.
    """
    pair = queries.pair(by, pair_id)
    kept, gone = (pair.first, pair.second) if keep == "first" else (pair.second, pair.first)
    _require(by, kept, gone)
    return merging.merge(by=by, kept=kept, gone=gone, fields=fields, wishes={"membership": membership}, reason=reason)


@transaction.atomic
def tell_apart(*, pair_id: int, by: Person, reason: str = "") -> None:
    """Note that the two files of a pair are two persons; they are never shown again."""
    pair = queries.pair(by, pair_id)
    _require(by, pair.first, pair.second)
    merging.tell_apart(by=by, one=pair.first, other=pair.second, reason=reason)


@transaction.atomic
def undo(*, merger_id: int, by: Person) -> Merger:
    """Take a merging back, within the days that `merging` gives."""
    merger = queries.merger(by, merger_id)
    _require(by, merger.kept, merger.gone)
    return merging.undo(by=by, merger=merger)


def _require(by: Person, *persons: Person) -> None:
    for person in persons:
        assert person.home is not None
        access_actions.require(by, "membership.move", at=person.home)
        access.check_not_own(by, person.pk)  # which files are one human decides whose own case something is


def follow(kept: Person, gone: Person, *, by: Person, wishes: Mapping[str, str]) -> dict[str, Any]:
    """Of two alive memberships one ends as a double, so that nobody is counted twice from today on."""
    alive = Membership.objects.select_for_update(of=("self",)).select_related("organization", "person")
    held = {one.person_id: one for one in alive.filter(person__in=[kept, gone], until=None).order_by("pk")}
    if len(held) < 2:
        return {}
    double = held[kept.pk if wishes.get("membership") == "gone" else gone.pk]
    before = {"membership": double.pk, "state": double.state, "ground": double.ground}
    standing.turn(double, "merge", by=by, reason=str(_("Registered twice")))
    return before


def unfollow(kept: Person, gone: Person, *, by: Person, noted: Mapping[str, Any]) -> None:
    """The membership that ended as a double goes on, and counts again from today."""
    if not noted:
        return
    rows = Membership.objects.select_for_update(of=("self",)).select_related("organization", "person")
    one = rows.get(pk=noted["membership"])
    one.state, one.ground, one.until, one.state_since = noted["state"], noted["ground"], None, dates.today()
    one.version += 1
    one.save(update_fields=["state", "ground", "until", "state_since", "version"])
    standing.note(one, "unmerge", old="merged", on=one.state_since, by=by)
    standing.stand(one, by=by)

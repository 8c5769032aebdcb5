"""How a worker comes in: a code to the phone, and a file for somebody whom the unions do not know yet."""

import logging
import uuid

from django.db import transaction
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from unionhall.kernel.access.actions import codes
from unionhall.kernel.access.rules import CodeLimits
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.notices import adapters
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import actions as people
from unionhall.kernel.people import queries as people_queries
from unionhall.kernel.people.actions import freshness
from unionhall.kernel.people.models import Person
from unionhall.kernel.policies import queries as policies
from unionhall.lib import dates
from unionhall.lib.refusal import Conflict, Refused
from unionhall.lib.text import Text
from unionhall.work.portal.queries import unions

log = logging.getLogger("unionhall.portal")
KIND = "portal.code"


class NoWayOut(Refused):
    """The code could not be sent; nothing is lost by trying again."""

    code = "sms_down"
    status = 503

    def __init__(self) -> None:
        super().__init__(
            Text(
                "短信平台暂时没有响应，请几分钟后再试，或拨打 12351。",
                "The text-message service does not answer: try again in a few minutes, or call 12351.",
            ),
            field="phone",
        )


def limits() -> CodeLimits:
    """What the federation allows for codes: its policies at the highest unit, today."""
    top = Organization.objects.filter(parent=None, until=None).order_by("path").first()
    if top is None:
        return CodeLimits()
    held = policies.values(at=top, on=dates.today())
    return CodeLimits(
        minutes=held["portal.code_minutes"].whole,
        tries=held["portal.code_tries"].whole,
        seconds_between=60 * held["portal.code_wait_minutes"].whole,
        per_phone_day=held["portal.codes_per_phone"].whole,
        per_device_hour=held["portal.codes_per_device"].whole,
        per_address_hour=held["portal.codes_per_address"].whole,
    )


@sensitive_variables()
def send_code(phone: str, *, device: str, address: str) -> str:
    """Send a code to a phone, known or not, and give it back for demos. Raises BadPhone, TooManyAttempts, NoWayOut."""
    allowed = limits()
    code = codes.make_code(phone, device=device, address=address, limits=allowed)
    words = _("Your sign-in code is %(code)s, good for %(n)d minutes. Nobody of the union ever asks for it.")
    said = words % {"code": code, "n": allowed.minutes}
    message = adapters.Message(codes.mobile(phone), KIND, said, said, str(uuid.uuid4()), {"code": code})
    try:
        adapters.adapter("sms").send(message)
    except (adapters.Unreachable, adapters.Rejected) as failure:
        codes.take_back(phone, device=device)
        log.warning("a sign-in code could not be sent: %s", failure)
        raise NoWayOut from failure
    return code


@sensitive_variables()
def take_code(phone: str, code: str, *, device: str) -> list[Person]:
    """Who bears the phone, once the right code was given. Raises WrongCode."""
    return codes.take_code(phone, code, device=device, limits=limits())


def note_phone(person: Person) -> None:
    """Whoever came in by a code has shown that the phone on file is theirs."""
    freshness.confirm([person.pk], {"phone": "code"}, by=person)


@sensitive_variables()
@transaction.atomic
def open_file(*, name: str, phone: str, union_id: int) -> Person:
    """Open a file for somebody who has proven a phone that nobody bears yet, at the federation of their choice.

    It makes nobody a member: it lets them ask for help and be called back.
    """
    unit = unions.union(union_id)
    if people_queries.find(codes.mobile(phone), None).exists():
        raise Conflict(
            Text("该手机号已登记，请重新获取验证码登录。", "This phone is registered meanwhile: sign in with a new code.")
        )
    person = people.register(by=None, name=name, home=unit, phone=phone)
    audit.record(person, "portal.file_opened", person, at=unit)
    return person

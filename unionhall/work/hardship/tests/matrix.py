"""One object of every kind of this room in a unit, for the permission matrix."""

from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile

from unionhall.kernel.files import actions as files
from unionhall.kernel.flows.actions import moves
from unionhall.kernel.people import actions as people
from unionhall.kernel.people import queries as persons
from unionhall.lib import clock, dates
from unionhall.testing.matrix import Anywhere
from unionhall.work.hardship.actions import register, temporary
from unionhall.work.hardship.actions.register import NewFile
from unionhall.work.hardship.desk import handovers
from unionhall.work.hardship.desk.file import DOORS
from unionhall.work.hardship.hall import SCREENS
from unionhall.work.hardship.models.files import Posting
from unionhall.work.hardship.models.rounds import Handover, Trial, Watch, YearLine, YearList


def objects(cast, unit, token):
    house, today = persons.house(), dates.today()
    head = people.register(by=None, name=token, home=unit)
    new = NewFile(head=head, cause="illness", worker="employed", note=token, employer=token)
    file = register.register(organization=unit, new=new, by=house)
    upload = SimpleUploadedFile(f"{token}.txt", token.encode())
    paper = files.attach(file, upload, by=house, kind="visit")
    watch = Watch.objects.create(household=file, organization=unit, org_path=unit.path, months=6, due_on=today)
    listed = YearList.objects.create(
        organization=unit, org_path=unit.path, year=2020, seed=token[:40], percent=30, drawn_on=date(2020, 1, 2), drawn_by=house
    )
    line = YearLine.objects.create(list=listed, household=file, organization=unit, year=2020, listed_on=date(2020, 1, 2), spot=True)
    Trial.objects.create(
        organization=unit, org_path=unit.path, rule={}, outcome={"gain": 0, "lose": 0, "cost": 0}, by=house, at=clock.now()
    )
    Posting.objects.create(
        household=file,
        organization=unit,
        org_path=unit.path,
        name="赵**",
        unit=unit.name,
        kind="deep",
        posted_on=today,
        until_on=today,
        kept_by=unit,
    )
    handover = moves.start(
        Handover(organization=unit, origin=unit, household=file, reference=f"{file.reference}-{token}", words=token), by=house
    )
    alone = people.register(by=None, name=token, home=unit)
    record = temporary.keep(organization=unit, person=alone, cause="illness", words=token, by=house)
    one = {"id": file.pk}
    return {
        "hardship:desk-list": {},
        "hardship:desk-watches": {},
        "hardship:desk-yearly": {},
        **{f"hardship:desk-{page}": one for page in ("file", "revise", "book", "print", "notice", "phone")},
        **{f"hardship:desk-{act}": one for act in DOORS},
        "hardship:desk-of": {"kind": "yearline", "id": line.pk},
        "hardship:desk-evidence": {**one, "file": paper.pk},
        "hardship:desk-watch": {"id": watch.pk},
        "hardship:desk-year": {"id": listed.pk},
        "hardship:desk-year-export": {"id": listed.pk},
        "hardship:desk-part": Anywhere({"year": 2020}),
        "hardship:desk-part-export": Anywhere({"year": 2020}),
        "hardship:desk-spot": {"id": line.pk},
        "hardship:desk-handovers": {},
        "hardship:desk-temporaries": {},
        "hardship:desk-temporary": {"id": record.pk},
        "hardship:desk-temporary-words": {"id": record.pk},
        "hardship:desk-temporary-cancel": {"id": record.pk},
        "hardship:desk-handover": {"id": handover.pk},
        **{f"hardship:desk-handover-{act}": {"id": handover.pk} for act in handovers.DOORS},
        "hardship:public": {"id": unit.pk},
        **{f"hardship_hall:{page}": one for page in ("progress", "discard", "add-paper", "press", "withdraw", *SCREENS)},
    }

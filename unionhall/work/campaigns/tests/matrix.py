"""One object of every kind of this room in a unit, for the permission matrix."""

from django.core.files.uploadedfile import SimpleUploadedFile

from unionhall.kernel.files import actions as files
from unionhall.kernel.people import queries as people
from unionhall.kernel.programmes import actions as programmes
from unionhall.kernel.programmes import queries as programme_queries
from unionhall.work.campaigns.actions import visits
from unionhall.work.campaigns.rules import Stopped


def objects(cast, unit, token):
    house = people.house()
    programmes.load_catalogue()
    programme = programme_queries.programme("warmth_sending")
    new = visits.NewVisit(programme=programme, stops=[Stopped(recipient="hardship", name=token)], theme=token, notes=token)
    visit = visits.register_visit(organization=unit, new=new, by=house)
    file = files.attach(visit, SimpleUploadedFile(f"{token}.txt", token.encode()), by=house, kind="photo")
    one = {"id": visit.pk}
    return {
        "campaigns:desk-visits": {},
        "campaigns:desk-visit": one,
        "campaigns:desk-visit-withdraw": one,
        "campaigns:desk-visit-file": {**one, "file": file.pk},
    }

"""The addresses of the room."""

from django.urls import path

from unionhall.work.hardship import hall
from unionhall.work.hardship.desk import file, handovers, overview, papers, register, rounds, temporary

app_name = "hardship"

urlpatterns = [
    path("", overview.index, name="desk-list"),
    path("export/", overview.export, name="desk-export"),
    path("rates/", overview.rates, name="desk-rates"),
    path("register/", register.register, name="desk-register"),
    path("what-if/", register.what_if, name="desk-what-if"),
    path("known/", register.known, name="desk-known"),
    path("watches/", rounds.watches, name="desk-watches"),
    path("watches/<int:id>/", rounds.watch, name="desk-watch"),
    path("years/", rounds.years, name="desk-yearly"),
    path("years/draw/", rounds.draw, name="desk-draw"),
    path("years/<int:id>/", rounds.year, name="desk-year"),
    path("years/<int:id>/export/", rounds.year_export, name="desk-year-export"),
    path("years/of/<int:year>/", rounds.part, name="desk-part"),
    path("years/of/<int:year>/export/", rounds.part_export, name="desk-part-export"),
    path("spot/<int:id>/", rounds.spot, name="desk-spot"),
    path("temporary/", temporary.index, name="desk-temporaries"),
    path("temporary/new/", temporary.keep, name="desk-temporary-keep"),
    path("temporary/<int:id>/", temporary.record, name="desk-temporary"),
    path("temporary/<int:id>/words/", temporary.words, name="desk-temporary-words"),
    path("temporary/<int:id>/cancel/", temporary.cancel, name="desk-temporary-cancel"),
    path("handovers/", handovers.index, name="desk-handovers"),
    path("handovers/<int:id>/", handovers.handover, name="desk-handover"),
    *(path(f"handovers/<int:id>/{code}/", door, name=f"desk-handover-{code}") for code, door in handovers.DOORS.items()),
    path("answers/", rounds.answers, name="desk-answers"),
    path("trials/", rounds.rule_trials, name="desk-trials"),
    path("trials/recompute/", rounds.recompute, name="desk-recompute"),
    path("public/<int:id>/", rounds.public, name="public"),
    path("of/<str:kind>/<int:id>/", file.of, name="desk-of"),
    path("<int:id>/", file.file, name="desk-file"),
    path("<int:id>/revise/", register.revise, name="desk-revise"),
    path("<int:id>/book/", register.book, name="desk-book"),
    path("<int:id>/notice/", papers.notice, name="desk-notice"),
    path("<int:id>/print/", papers.printed, name="desk-print"),
    path("<int:id>/phone/", papers.phone, name="desk-phone"),
    path("<int:id>/files/<int:file>/", papers.evidence, name="desk-evidence"),
    *(path(f"<int:id>/{code}/", door, name=f"desk-{code}") for code, door in file.DOORS.items()),
]
hall_urls = [
    path("", hall.start, name="start"),
    path("<int:id>/", hall.progress, name="progress"),
    path("<int:id>/add-paper/", hall.add_paper, name="add-paper"),
    path("<int:id>/press/", hall.press, name="press"),
    path("<int:id>/withdraw/", hall.withdraw, name="withdraw"),
    path("<int:id>/discard/", hall.discard, name="discard"),
    *(path(f"<int:id>/{screen}/", door, name=screen) for screen, door in hall.SCREENS.items()),
]

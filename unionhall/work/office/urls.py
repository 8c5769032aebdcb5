"""The addresses of the desk."""

from django.urls import path

from unionhall.work.office.desk import figures, home, people, programmes, units, worklist

app_name = "office"
desk_urls = [
    path("", home.home, name="home"),
    path("worklist/", worklist.worklist, name="worklist"),
    path("worklist/export", worklist.export_worklist, name="worklist-export"),
    path("programmes/", programmes.programme_list, name="programmes"),
    path("programmes/new", programmes.add_programme, name="programme-add"),
    path("programmes/<str:code>/", programmes.programme, name="programme"),
    path("programmes/<str:code>/open", programmes.open_edition, name="edition-open"),
    path("programmes/<str:code>/fields/new", programmes.add_field, name="programme-field"),
    path("programmes/<str:code>/<int:edition>/target", programmes.set_target, name="programme-target"),
    path("programmes/<str:code>/<int:edition>/close", programmes.close_edition, name="edition-close"),
    path("programmes/<str:code>/<int:edition>/reopen", programmes.reopen_edition, name="edition-reopen"),
    path("people/", people.people_list, name="people"),
    path("people/new", people.register, name="person-register"),
    path("people/<int:id>/", people.person_page, name="person"),
    path("people/<int:id>/correct", people.correct, name="person-correct"),
    path("people/<int:id>/erase", people.erase, name="person-erase"),
    path("people/<int:id>/reveal/<str:field>", people.reveal, name="person-reveal"),
    path("units/", units.unit_list, name="units"),
    path("units/export", units.export_units, name="units-export"),
    path("units/<int:id>/", units.unit_page, name="unit"),
    path("units/<int:id>/found", units.found_unit, name="unit-found"),
    path("units/<int:id>/rename", units.rename_unit, name="unit-rename"),
    path("units/<int:id>/correct", units.correct_unit, name="unit-correct"),
    path("units/<int:id>/move", units.move_unit, name="unit-move"),
    path("units/<int:id>/merge", units.merge_unit, name="unit-merge"),
    path("units/<int:id>/close", units.close_unit, name="unit-close"),
    path("units/<int:id>/posts/new", units.add_post, name="unit-post"),
    path("units/<int:id>/posts/<int:post>/hold", units.hold_post, name="unit-hold"),
    path("units/<int:id>/terms/<int:tenure>/end", units.leave_post, name="unit-leave"),
    path("figures/<str:code>/", figures.figure, name="figure"),
]

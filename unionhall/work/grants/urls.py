"""The addresses of the room."""

from django.urls import path

from unionhall.work.grants import hall
from unionhall.work.grants.desk import accounts, applications, batches, covers, objections, rolls

app_name = "grants"

urlpatterns = [
    path("", applications.index, name="desk-applications"),
    path("export/", applications.export, name="desk-export"),
    path("apply/", applications.apply, name="desk-apply"),
    path("<int:id>/", applications.application, name="desk-application"),
    path("<int:id>/revise/", applications.revise, name="desk-revise"),
    path("mutual-aid/", covers.index, name="desk-covers"),
    path("rolls/", rolls.index, name="desk-rolls"),
    path("rolls/<int:id>/end/", rolls.take_off, name="desk-roll-end"),
    path("accounts/", accounts.index, name="desk-accounts"),
    path("objections/", objections.index, name="desk-objections"),
    path("objections/<int:id>/", objections.objection, name="desk-objection"),
    path("public/<int:id>/", objections.public, name="public"),
    path("payments/<int:id>/", applications.of_payment, name="desk-of-payment"),
    path("<int:id>/papers/", applications.add_paper, name="desk-paper-add"),
    path("<int:id>/phone/", applications.phone, name="desk-phone"),
    path("<int:id>/papers/<int:file>/", applications.paper, name="desk-paper"),
    path("<int:id>/print/", applications.printed, name="desk-print"),
    *(path(f"<int:id>/{code}/", door, name=f"desk-{code}") for code, door in applications.act_doors.items()),
    path("batches/", batches.index, name="desk-batches"),
    path("batches/<int:id>/", batches.batch, name="desk-batch"),
    path("batches/<int:id>/check/", batches.check, name="desk-check"),
    path("batches/<int:id>/release/", batches.release, name="desk-release"),
    path("batches/<int:id>/file/", batches.bank_file, name="desk-bank-file"),
    path("batches/<int:id>/results/", batches.results, name="desk-results"),
    path("batches/<int:id>/hand-out/", batches.hand_out, name="desk-hand-out"),
    path("batches/<int:id>/signed/", batches.signed, name="desk-signed"),
    path("batches/<int:id>/dissolve/", batches.dissolve, name="desk-dissolve"),
    path("batches/<int:id>/vouchers/", batches.vouchers, name="desk-vouchers"),
    path("batches/<int:id>/list/", batches.signed_list, name="desk-signed-list"),
    path("batches/<int:id>/<int:number>/take-out/", batches.take_out, name="desk-take-out"),
    path("payments/<int:id>/voucher/", batches.voucher, name="desk-voucher"),
]
hall_urls = [
    path("", hall.start, name="start"),
    path("notices/", hall.notices, name="notices"),
    path("notices/<int:id>/", hall.objection, name="object"),
    path("<int:id>/", hall.progress, name="progress"),
    path("<int:id>/withdraw/", hall.withdraw, name="withdraw"),
    path("<int:id>/add-paper/", hall.add_paper, name="add-paper"),
    path("<int:id>/give-account/", hall.give_account, name="give-account"),
    path("<int:id>/press/", hall.press, name="press"),
    path("<int:id>/appeal/", hall.appeal, name="appeal"),
    *(path(f"<int:id>/{screen}/", door, name=screen) for screen, door in hall.SCREENS.items()),
]

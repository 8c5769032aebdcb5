"""The addresses of the room."""

from django.urls import path

from unionhall.work.grants.desk import applications, batches

app_name = "grants"

urlpatterns = [
    path("", applications.index, name="desk-applications"),
    path("export/", applications.export, name="desk-export"),
    path("apply/", applications.apply, name="desk-apply"),
    path("<int:id>/", applications.application, name="desk-application"),
    path("<int:id>/revise/", applications.revise, name="desk-revise"),
    path("<int:id>/print/", applications.printed, name="desk-print"),
    *(path(f"<int:id>/{code}/", door, name=f"desk-{code}") for code, door in applications.act_doors.items()),
    path("batches/", batches.index, name="desk-batches"),
    path("batches/<int:id>/", batches.batch, name="desk-batch"),
    path("batches/<int:id>/check/", batches.check, name="desk-check"),
    path("batches/<int:id>/export/", batches.export, name="desk-bank-file"),
    path("batches/<int:id>/results/", batches.results, name="desk-results"),
    path("batches/<int:id>/dissolve/", batches.dissolve, name="desk-dissolve"),
    path("batches/<int:id>/list/", batches.signed_list, name="desk-signed-list"),
    path("batches/<int:id>/<int:number>/take-out/", batches.take_out, name="desk-take-out"),
    path("batches/<int:id>/<int:number>/voucher/", batches.voucher, name="desk-voucher"),
]

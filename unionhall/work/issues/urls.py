"""The addresses of the room."""

from django.urls import path

from unionhall.work.issues.desk import bulk, detail, lists, overview, register, reviews, routing

app_name = "issues"
ACTS = {code.replace("_", "-"): door for code, door in detail.DOORS.items()}

urlpatterns = [
    path("", overview.index, name="desk-list"),
    path("export/", overview.export, name="desk-export"),
    path("print/", overview.printed, name="desk-print"),
    path("closing/", overview.closing, name="desk-closing"),
    path("register/", register.register, name="desk-register"),
    path("register/own/", register.own, name="desk-own"),
    path("register/rows/", register.rows, name="desk-rows"),
    path("similar/", register.similar, name="desk-similar"),
    path("lists/", lists.index, name="desk-lists"),
    path("lists/<int:id>/close/", lists.close, name="desk-list-close"),
    path("bulk/dispatch/", bulk.dispatch, name="desk-bulk-dispatch"),
    path("bulk/chase/", bulk.chase, name="desk-bulk-chase"),
    path("bulk/supervise/", bulk.supervise, name="desk-bulk-supervise"),
    path("bulk/write-off/", bulk.write_off, name="desk-bulk-write-off"),
    path("routing/", routing.index, name="desk-routing"),
    path("routing/<int:id>/end/", routing.end, name="desk-route-end"),
    path("coverage/", routing.coverage, name="desk-coverage"),
    path("reviews/", reviews.index, name="desk-reviews"),
    path("reviews/<int:id>/", reviews.review, name="desk-review"),
    path("reviews/<int:id>/items/<int:item>/", reviews.remark, name="desk-review-item"),
    path("notices/items/<int:id>/", reviews.of_item, name="desk-of-item"),
    path("notices/<int:id>/", reviews.notice, name="desk-notice"),
    path("notices/<int:id>/print/", reviews.printed, name="desk-notice-print"),
    path("notices/<int:id>/document/", reviews.document, name="desk-notice-document"),
    path("notices/<int:id>/items/<int:item>/drop/", reviews.drop, name="desk-notice-drop"),
    path("proposals/", reviews.proposals, name="desk-proposals"),
    path("proposals/<int:id>/", reviews.proposal, name="desk-proposal"),
    path("<int:id>/", detail.issue, name="desk-issue"),
    path("<int:id>/dispatch/", detail.dispatch, name="desk-dispatch"),
    path("<int:id>/recall/", detail.recall, name="desk-recall"),
    path("<int:id>/files/<int:file>/", detail.evidence, name="desk-evidence"),
    path("<int:id>/order/", detail.order, name="desk-order"),
    path("<int:id>/correct/", register.correct, name="desk-correct"),
    path("<int:id>/source/", register.source, name="desk-source"),
    *(path(f"<int:id>/{act}/", door, name=f"desk-{act}") for act, door in ACTS.items()),
]

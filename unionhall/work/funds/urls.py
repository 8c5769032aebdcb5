"""The addresses of the room."""

from django.urls import path

from unionhall.work.funds.desk import agreements, audits, lines, movements, stocks

app_name = "funds"

urlpatterns = [
    path("", movements.overview, name="desk-overview"),
    path("movements/", movements.index, name="desk-movements"),
    path("movements/export/", movements.export, name="desk-export"),
    path("movements/book/", movements.book, name="desk-book"),
    path("movements/<int:id>/", movements.movement, name="desk-movement"),
    path("movements/<int:id>/withdraw/", movements.withdraw, name="desk-withdraw"),
    path("movements/<int:id>/confirm/", movements.confirm, name="desk-confirm"),
    path("movements/<int:id>/files/<int:file>/", movements.paper, name="desk-paper"),
    path("lines/", lines.index, name="desk-lines"),
    path("lines/<int:id>/", lines.line, name="desk-line"),
    path("stocks/", stocks.index, name="desk-stocks"),
    path("stocks/<int:id>/", stocks.stock, name="desk-stock"),
    path("agreements/", agreements.index, name="desk-agreements"),
    path("agreements/<int:id>/", agreements.agreement, name="desk-agreement"),
    path("audits/", audits.index, name="desk-audits"),
    path("audits/findings/<int:id>/", audits.of_finding, name="desk-of-finding"),
    path("audits/<int:id>/", audits.audit, name="desk-audit"),
    path("audits/<int:id>/findings/<int:finding>/", audits.correct, name="desk-correct"),
]

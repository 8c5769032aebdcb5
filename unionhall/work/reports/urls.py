"""The addresses of the room."""

from django.urls import URLPattern, path

from unionhall.work.reports.desk import check, dashboard, indicators, tables, templates, totals, written

app_name = "reports"
urlpatterns: list[URLPattern] = [
    path("", written.index, name="desk-list"),
    path("new/", written.new, name="desk-new"),
    path("<int:id>/", written.report, name="desk-report"),
    path("<int:id>/edit/<str:key>/", written.edit, name="desk-edit"),
    path("<int:id>/restore/", written.restore, name="desk-restore"),
    path("<int:id>/regenerate/", written.regenerate, name="desk-regenerate"),
    path("<int:id>/rename/", written.rename, name="desk-rename"),
    path("<int:id>/issue/", written.issue, name="desk-issue"),
    path("<int:id>/document/", written.document, name="desk-document"),
    path("<int:id>/now/", written.beside, name="desk-beside"),
    path("<int:id>/figures/<int:number>/", written.figure, name="desk-figure"),
    path("check/", check.index, name="desk-check"),
    path("check/<int:id>/", check.checked, name="desk-checked"),
    path("check/<int:id>/figures/<int:number>/", check.match, name="desk-match"),
    path("templates/", templates.index, name="desk-templates"),
    path("templates/new/", templates.new, name="desk-template-new"),
    path("templates/preview/", templates.preview, name="desk-preview"),
    path("templates/<int:id>/", templates.template, name="desk-template"),
    path("templates/<int:id>/retire/", templates.retire, name="desk-template-retire"),
    path("dashboard/", dashboard.index, name="desk-dashboard"),
    path("mine/", dashboard.mine, name="desk-mine"),
    path("totals/", totals.index, name="desk-totals"),
    path("totals/<int:id>/take-back/", totals.take_back, name="desk-total-back"),
    path("totals/<int:id>/files/<int:file>/", totals.evidence, name="desk-total-file"),
    path("tables/", tables.index, name="desk-tables"),
    path("tables/new/", tables.new, name="desk-table-new"),
    path("tables/<int:id>/", tables.table, name="desk-table"),
    path("tables/<int:id>/open/", tables.open_period, name="desk-table-open"),
    path("filings/<int:id>/", tables.filing, name="desk-filing"),
    path("filings/<int:id>/cell/", tables.cell, name="desk-filing-cell"),
    path("filings/<int:id>/export/", tables.export, name="desk-filing-export"),
    path("filings/<int:id>/<str:verb>/", tables.act, name="desk-filing-act"),
    path("rules/", totals.rules, name="desk-rules"),
    path("rules/new/", totals.rule_new, name="desk-rule-new"),
    path("rules/<int:id>/end/", totals.rule_end, name="desk-rule-end"),
    path("indicators/", indicators.index, name="desk-indicators"),
    path("indicators/new/", indicators.new, name="desk-definition-new"),
    path("indicators/<int:id>/", indicators.change, name="desk-definition"),
    path("indicators/<int:id>/retire/", indicators.retire, name="desk-definition-retire"),
]

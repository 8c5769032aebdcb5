"""Every address of the house."""

from django.urls import URLPattern, URLResolver, include, path

from unionhall.config import health
from unionhall.work.grants import urls as grants
from unionhall.work.hardship import urls as hardship
from unionhall.work.office import urls as office

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("frame/", include("unionhall.shell.urls")),
    path("", include("unionhall.work.campaigns.urls")),  # these two before the others: here stands a crowd at one moment
    path("", include("unionhall.work.membership.urls")),
    path("", include("unionhall.work.portal.urls")),
    path("hall/grants/", include((grants.hall_urls, "grants_hall"))),
    path("hall/hardship/", include((hardship.hall_urls, "hardship_hall"))),
    path("issues/", include("unionhall.work.issues.urls")),
    path("hardship/", include("unionhall.work.hardship.urls")),
    path("funds/", include("unionhall.work.funds.urls")),
    path("grants/", include("unionhall.work.grants.urls")),
    path("reports/", include("unionhall.work.reports.urls")),
    path("account/", include("unionhall.kernel.access.urls")),
    path("", include((office.desk_urls, "office"))),
]

handler400 = "unionhall.shell.doors.bad_request"
handler403 = "unionhall.shell.doors.forbidden"
handler404 = "unionhall.shell.doors.not_found"
handler500 = "unionhall.shell.doors.server_error"

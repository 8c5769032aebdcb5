"""The addresses of the room."""

from django.urls import path

from unionhall.work.campaigns.desk import visits

app_name = "campaigns"

urlpatterns = [
    path("visits/", visits.index, name="desk-visits"),
    path("visits/export/", visits.export, name="desk-visits-export"),
    path("visits/register/", visits.register, name="desk-register"),
    path("visits/<int:id>/", visits.visit, name="desk-visit"),
    path("visits/<int:id>/withdraw/", visits.withdraw, name="desk-visit-withdraw"),
    path("visits/<int:id>/files/<int:file>/", visits.photo, name="desk-visit-file"),
]

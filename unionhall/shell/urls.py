"""Addresses of the frame itself."""

from django.urls import path

from unionhall.shell import desk

app_name = "shell"
urlpatterns = [
    path("language", desk.language, name="language"),
    path("unit", desk.unit, name="unit"),
    path("switch", desk.switch, name="switch"),
    path("session", desk.extend, name="extend"),
    path("search", desk.find, name="search"),
    path("panels/<str:place>/<str:code>/<int:id>", desk.panel, name="panel"),
    path("options/<str:source>", desk.options, name="options"),
]

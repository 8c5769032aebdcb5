"""The addresses of the front room of the hall."""

from django.urls import path

from unionhall.work.portal.hall import home

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
]

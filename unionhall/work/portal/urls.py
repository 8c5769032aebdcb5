"""The addresses of the front room of the hall, and of its side at the desk."""

from django.urls import include, path

from unionhall.work.portal import desk
from unionhall.work.portal.hall import entrance, help, home, me, photo, rating, unions

app_name = "portal"
hall_urls = [
    path("", home.home, name="home"),
    path("enter/", entrance.enter, name="enter"),
    path("enter/which/", entrance.which, name="which"),
    path("enter/new/", entrance.newcomer, name="newcomer"),
    path("leave/", entrance.leave, name="leave"),
    path("help/", help.choose, name="help"),
    path("help/write/", help.write, name="write"),
    path("help/speak/", help.speak, name="speak"),
    path("help/call/", help.call, name="call"),
    path("help/<int:id>/", help.asked, name="request"),
    path("help/<int:id>/press/", help.press, name="press"),
    path("matters/", me.matters, name="matters"),
    path("me/", me.me, name="me"),
    path("me/looks/", me.looks, name="looks"),
    path("me/consents/", me.consents, name="consents"),
    path("me/correct/", me.correct, name="correct"),
    path("messages/", me.messages, name="messages"),
    path("rate/<str:kind>/<int:id>/", rating.rate, name="rate"),
    path("rated/<str:token>/", rating.rate_by_link, name="rate-link"),
    path("photo/<str:code>/", photo.photo, name="photo"),
    path("unions/", unions.index, name="unions"),
    path("unions/<int:id>/", unions.union, name="union"),
]
desk_urls = [
    path("corrections/", desk.corrections, name="desk-corrections"),
    path("corrections/<int:id>/answer/", desk.answer, name="desk-answer"),
    path("requests/<int:id>/", desk.of_request, name="desk-of-request"),
    path("ratings/", desk.rated, name="desk-ratings"),
    path("channels/", desk.channels, name="desk-channels"),
    path("channels/<int:id>/", desk.channel, name="desk-channel"),
]
urlpatterns = [path("hall/", include(hall_urls)), path("portal/", include(desk_urls))]

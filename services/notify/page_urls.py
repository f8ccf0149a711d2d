"""Addresses of the pages below /notifications/."""

from django.urls import path

from services.notify import pages

app_name = "notify"
urlpatterns = [
    path("", pages.inbox, name="inbox"),
    path("unread/", pages.unread, name="unread"),
    path("read/", pages.read_all, name="read-all"),
    path("settings/", pages.wishes, name="settings"),
    path("test/", pages.test, name="test"),
    path("outbox/", pages.outbox, name="outbox"),
    path("outbox/<uuid:public_id>/resend/", pages.resend, name="resend"),
    path("<uuid:public_id>/", pages.open_message, name="open"),
]

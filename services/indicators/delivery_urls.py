"""Addresses of the delivery pages, below /indicators/deliver/."""

from django.urls import path

from services.indicators import delivery_pages as pages

app_name = "deliver"
urlpatterns = [
    path("", pages.duty_list, name="duties"),
    path("duties/<slug:duty>/<slug:period>/", pages.duty, name="duty"),
    path("duties/<slug:duty>/<slug:period>/template/", pages.template, name="template"),
    path("duties/<slug:duty>/<slug:period>/send/", pages.send, name="send"),
    path("duties/<slug:duty>/<slug:period>/close/", pages.close, name="close"),
    path("other/", pages.other, name="other"),
    path("other/send/", pages.send_other, name="send-other"),
    path("workbooks/", pages.workbook_list, name="workbooks"),
    path("workbooks/<uuid:public_id>/", pages.workbook, name="workbook"),
    path("workbooks/<uuid:public_id>/marked/", pages.marked, name="marked"),
]

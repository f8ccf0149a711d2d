"""Addresses below ``/api/casework/``: checklists and standard texts."""

from django.urls import path

from services.tickets.casework import api

urlpatterns = [
    path("checklists/", api.ChecklistList.as_view(), name="checklist-list"),
    path("checklists/new/", api.ChecklistNew.as_view(), name="checklist-new"),
    path("checklists/<slug:slug>/", api.ChecklistDetail.as_view(), name="checklist-detail"),
    path("checklists/<slug:slug>/edit/", api.ChecklistEdit.as_view(), name="checklist-edit"),
    path("checklists/<slug:slug>/retire/", api.ChecklistActive.as_view(active=False), name="checklist-retire"),
    path("checklists/<slug:slug>/activate/", api.ChecklistActive.as_view(active=True), name="checklist-activate"),
    path("texts/", api.TextList.as_view(), name="text-list"),
    path("texts/new/", api.TextNew.as_view(), name="text-new"),
    path("texts/<slug:slug>/", api.TextDetail.as_view(), name="text-detail"),
    path("texts/<slug:slug>/edit/", api.TextEdit.as_view(), name="text-edit"),
    path("texts/<slug:slug>/retire/", api.TextActive.as_view(active=False), name="text-retire"),
    path("texts/<slug:slug>/activate/", api.TextActive.as_view(active=True), name="text-activate"),
]

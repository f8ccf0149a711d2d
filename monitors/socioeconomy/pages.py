"""Pages for citizens: none of its own; plans and disbursement are published in the department's reports."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []

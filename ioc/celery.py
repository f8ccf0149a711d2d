"""Celery carries nudges, never work: tasks claim what is due in PostgreSQL, so a lost or doubled one is harmless."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ioc.settings")

app = Celery("ioc", task_cls="services.kernel.nudge:Nudged")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

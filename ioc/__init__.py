"""The Django project: wiring only. Rules live in ``services`` and ``monitors``."""

from ioc.celery import app as celery_app

__all__ = ["celery_app"]

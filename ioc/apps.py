"""Django's entries of the project itself."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin


class ProjectConfig(AppConfig):
    """Settings of ``ioc``: its commands and template tags."""

    name = "ioc"
    default = True


class SiteAdminConfig(admin.AdminConfig):
    """Django's admin behind the access table."""

    default = False
    default_site = "ioc.admin_site.Site"

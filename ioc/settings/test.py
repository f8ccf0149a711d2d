"""What tests change: quick password hashing, no pool (a test's database must be droppable), mail in memory's place."""

from ioc.settings import *  # noqa: F403
from ioc.settings import DATABASES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DATABASES["default"]["OPTIONS"].pop("pool", None)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True  # static files are looked for when asked for, not listed anew by every test's client

"""Settings for every environment; what differs between machines comes from ``ioc.env``."""

import warnings
from pathlib import Path

from ioc import env
from ioc.settings.databases import database_from_url, default_database_url, default_redis_url
from ioc.settings.libraries import gdal_library, geos_library
from ioc.settings.monitors import monitor_apps
from ioc.settings.secret import secret_key

# Under ASGI Django reads files and exports whole before it sends them: ours are small or bounded.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")

BASE_DIR = env.ROOT
VAR = env.VAR

# --- this centre -------------------------------------------------------------------------------------------------
IOC_DEMO = env.flag("IOC_DEMO")
IOC_REALM = "demo" if IOC_DEMO else "live"  # what pages, lists and the wall show unless asked otherwise
IOC_PROVINCE = env.text("IOC_PROVINCE")
IOC_PROVINCES_DIRS = [Path(p) for p in (env.text("IOC_PROVINCES_DIR"), str(BASE_DIR / "fixtures" / "province")) if p]
IOC_ROLE = env.text("IOC_ROLE")
IOC_INTAKE_MAX_BYTES = env.number("IOC_INTAKE_MAX_BYTES")
IOC_ATTACHMENT_MAX_BYTES = env.number("IOC_ATTACHMENT_MAX_BYTES")
IOC_QUARANTINE_DAYS = env.number("IOC_QUARANTINE_DAYS")
IOC_INTAKE_MAX_ITEMS = 10_000  # a larger body answers with the batch's address instead of every count
IOC_PUBLIC_URL = env.text("IOC_PUBLIC_URL") or f"http://{env.text('IOC_HOST')}:{env.text('IOC_PORT')}"
IOC_MAIL_DIR = VAR / "mail"
IOC_CAMERA_STREAMS = Path(env.text("IOC_CAMERA_STREAMS")) if env.text("IOC_CAMERA_STREAMS") else None

# --- Django ------------------------------------------------------------------------------------------------------
DEBUG = env.flag("IOC_DEBUG")
SECRET_KEY = secret_key(env.text("IOC_SECRET_KEY"), VAR / "secret")
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *filter(None, env.text("IOC_ALLOWED_HOSTS").split(","))]
if env.text("IOC_HOST") not in {"0.0.0.0", "::"}:  # noqa: S104 - a comparison, nothing is bound here
    ALLOWED_HOSTS.append(env.text("IOC_HOST"))
ROOT_URLCONF = "ioc.urls"
ASGI_APPLICATION = "ioc.asgi.application"
AUTH_USER_MODEL = "directory.User"
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "ioc.apps.SiteAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.gis",
    "django.contrib.postgres",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_vite",
    "services.kernel",
    "services.audit",
    "services.directory",
    "services.worktime",
    "services.indicators",
    "services.wall",
    "services.screens",
    "services.notify",
    "services.duty",
    "services.alerts",
    "services.incidents",
    "services.tickets",
    "services.intake",
    "services.handover",
    "services.reports",
    *monitor_apps(BASE_DIR / "monitors"),
    "ioc",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "ioc.middleware.ContentSecurityPolicyMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "frontend" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ioc.context.province",
            ],
        },
    },
]

# --- data --------------------------------------------------------------------------------------------------------
IOC_LATE_SECONDS = env.number("IOC_LATE_SECONDS")
DATABASE_URL = env.text("DATABASE_URL") or default_database_url(VAR)
DATABASES = {"default": database_from_url(DATABASE_URL, pool=env.number("IOC_DB_POOL"))}
REDIS_URL = env.text("REDIS_URL") or default_redis_url(VAR)
GDAL_LIBRARY_PATH = env.text("GDAL_LIBRARY_PATH") or gdal_library()
GEOS_LIBRARY_PATH = env.text("GEOS_LIBRARY_PATH") or geos_library()
SESSION_ENGINE = "django.contrib.sessions.backends.db"
DATA_UPLOAD_MAX_MEMORY_SIZE = IOC_INTAKE_MAX_BYTES

# --- language and time -------------------------------------------------------------------------------------------
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
FORMAT_MODULE_PATH = ["ioc.formats"]
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

# --- static files and the built front end ------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [d for d in [BASE_DIR / "frontend" / "dist"] if d.exists()]
MEDIA_ROOT = VAR / "media"  # private: served by views that ask who is reading
WHITENOISE_USE_FINDERS = True  # serves frontend/dist as built: no collect step on one machine
WHITENOISE_MAX_AGE = 31_536_000 if not DEBUG else 0
DJANGO_VITE = {"default": {"manifest_path": BASE_DIR / "frontend" / "dist" / "manifest.json"}}

# --- API ---------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["services.directory.access.AccessPermission"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "services.kernel.schema.Schema",
    "EXCEPTION_HANDLER": "services.kernel.problems.exception_handler",
    "DEFAULT_VERSIONING_CLASS": None,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "IOC",
    "DESCRIPTION": "Monitoring, alerts and tickets of a provincial operations centre. Version 1; changes only add.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "REDOC_DIST": "SIDECAR",
    "SERVE_PERMISSIONS": ["services.directory.access.AccessPermission"],
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "services.kernel.schema.add_problems"],
    "ENUM_NAME_OVERRIDES": {
        "SeverityEnum": "services.contract.SEVERITY_CHOICES",
        "AlertStateEnum": "services.alerts.workflow.STATE_CHOICES",
        "TicketStateEnum": "services.tickets.workflow.STATE_CHOICES",
        "TicketItemStateEnum": "services.tickets.flow.models.TicketItem.STATES",
        "TicketLinkKindEnum": "services.tickets.flow.models.TicketLink.KINDS",
        "ExtensionStateEnum": "services.tickets.flow.models.Extension.STATES",
        "ChannelEnum": "services.notify.channels.CHANNEL_CHOICES",
        "OutwardChannelEnum": "services.notify.channels.OUTWARD_CHOICES",
        "IncidentStateEnum": "services.incidents.models.STATES",
        "SwapStateEnum": "services.duty.models.Swap.State",
        "HandoverStateEnum": "services.handover.models.Handover.State",
        "MessageStateEnum": "services.notify.models.Message.STATES",
        "UnitLevelEnum": "services.directory.models.units.UnitLevel",
        "SchoolLevelEnum": "monitors.education.schools.LEVEL_CHOICES",
        "ReportStatusEnum": "monitors.field_reports.models.Status",
        "DossierStatusEnum": "monitors.public_services.models.Status",
        "ProjectStatusEnum": "monitors.socioeconomy.models.Status",
    },
}

# --- Celery: nudges only (ARCHITECTURE.md, decision 5) -----------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1) if REDIS_URL.startswith("unix://") else REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_DISABLE_PREFETCH = True  # nothing is taken off the queue that cannot begin: what is urgent stays first
CELERY_TASK_DEFAULT_PRIORITY = 6  # services.kernel.nudge.LATER
CELERY_TASK_STORE_ERRORS_EVEN_IF_IGNORED = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "priority_steps": [0, 3, 6],
    "socket_timeout": 2,  # a worker's own wait is 1 s
    "socket_connect_timeout": 0.5,
    "max_retries": 0,  # publishing tries once: kombu's default makes a POST wait 6 s for a dead Redis
}
CELERY_WORKER_CONSUMER = "ioc.consumer:QuickConsumer"
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "run" / "beat")
CELERY_BEAT_SCHEDULE = {
    # A sweep's nudge that outlives its period is worthless: it expires instead of piling up behind a slow worker.
    name: {"task": task, "schedule": seconds, "options": {"expires": seconds}}
    for name, task, seconds in (
        ("evaluate", "services.intake.tasks.evaluate", 1.0),
        ("timers", "services.tickets.tasks.fire_timers", 1.0),
        ("units", "services.tickets.tasks.follow_units", 60.0),
        ("digests", "services.tickets.tasks.send_digests", 60.0),
        ("gaps", "services.tickets.tasks.close_gaps", 60.0),
        ("send", "services.notify.tasks.send", 2.0),
        ("panels", "services.wall.tasks.refresh_panels", 1.0),
        ("duty", "services.duty.tasks.plan", 60.0),
        ("handovers", "services.handover.tasks.open_due", 60.0),
        ("alert-timers", "services.alerts.tasks.fire_timers", 5.0),
        ("alert-settle", "services.alerts.tasks.settle", 30.0),
        ("correlate", "services.incidents.tasks.correlate", 2.0),
        ("sweep-rules", "services.intake.tasks.sweep_rules", 15.0),
        ("heartbeats", "services.intake.tasks.check_heartbeats", 10.0),
        ("workbooks", "services.indicators.tasks.process_workbooks", 5.0),
        ("publish", "services.indicators.tasks.publish_figures", 30.0),
        ("audit-chain", "services.audit.tasks.chain", 10.0),
        ("wall-tidy", "services.wall.tasks.tidy", 3600.0),
        ("partitions", "services.kernel.tasks.ensure_partitions", 3600.0),
        ("clean", "services.kernel.tasks.clean", 3600.0),
        ("quarantine", "services.intake.tasks.empty_quarantine", 3600.0),
        ("cameras", "monitors.public_safety.tasks.check_cameras", 10.0),
        ("pictures", "monitors.public_safety.tasks.purge_pictures", 3600.0),
    )
}

# --- mail: files unless a server is named; realms other than live never leave the machine --------------------------
EMAIL_URL = env.text("IOC_EMAIL_URL")
IOC_EXCHANGE_NUMBER = env.text("IOC_EXCHANGE_NUMBER")
DEFAULT_FROM_EMAIL = env.text("IOC_EMAIL_FROM")
IOC_NOTIFY = Path(env.text("IOC_NOTIFY")) if env.text("IOC_NOTIFY") else None
IOC_SINK_DIR = VAR / "sink"  # SMS, Zalo, browser notifications and webhooks of realms other than live
IOC_VAPID_KEY = VAR / "vapid.pem"

# --- the sensors' broker: who may publish is its own business; messages go to the realm on show -------------------
MQTT_URL = env.text("MQTT_URL")
IOC_MQTT_ROUTES = (
    ("v1.1/+/Observations", "environment/observations"),
    ("frigate/events", "public_safety/camera_events"),
)

# --- safety ------------------------------------------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "SAMEORIGIN"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = IOC_PUBLIC_URL.startswith("https://")
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE
CSRF_TRUSTED_ORIGINS = [IOC_PUBLIC_URL]
SILENCED_SYSTEM_CHECKS: list[str] = []

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "uvicorn.access": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
    },
}

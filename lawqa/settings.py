"""Django's settings. What an operator may change comes from the environment, through lawqa.env."""

import os
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF

from lawqa import env, pdfjs

BASE_DIR = Path(__file__).resolve().parent.parent
ENV = env.read(os.environ, BASE_DIR)

LAWQA_DATA = ENV.data
LAWQA_SHARED = ENV.shared
LAWQA_ENCODER = ENV.encoder
LAWQA_MAX_QUESTION_CHARS = ENV.max_question_chars
LAWQA_THREADS = ENV.threads
LAWQA_MAX_UPLOAD_BYTES = ENV.max_upload_mb * 10**6
LAWQA_MAX_PAGES = ENV.max_pages
LAWQA_MAX_TEXT_CHARS = ENV.max_text_mb * 10**6
LAWQA_KEEP_REMOVED_DAYS = ENV.keep_removed_days
LAWQA_SERVERS = ENV.servers
LAWQA_MODEL_CALLS = ENV.model_calls
LAWQA_INDEX = ENV.index
LAWQA_MILVUS_URL = ENV.milvus_url
LAWQA_MILVUS_TOKEN = ENV.milvus_token
LAWQA_MILVUS_PREFIX = ENV.milvus_prefix
LAWQA_STANDBY_PASSAGES = ENV.standby_passages
LAWQA_LAPTOP = ENV.allowed_hosts == env.LOOPBACK
"""Whether this is one person's machine: reached under loopback names only, so nobody has to sign in."""
LAWQA_DEFAULT_PACKS = ("eu-digital", "in-constitution")

SECRET_KEY = ENV.secret_key
DEBUG = ENV.debug
ALLOWED_HOSTS = list(ENV.allowed_hosts)

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "csp",
    "corpus",
    "lawqa",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "lawqa.urls"
ASGI_APPLICATION = "lawqa.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "corpus.access.librarian",
            ],
        },
    },
]

LOGIN_URL = "admin:login"
AUTH_USER_MODEL = "corpus.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SQLITE = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": LAWQA_DATA / "lawqa.sqlite3",
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000; "
            "PRAGMA mmap_size=268435456; PRAGMA cache_size=-32000;"
        ),
    },
}
DATABASES: dict[str, Any] = {"default": SQLITE}
if ENV.database:
    DATABASES["default"] = dj_database_url.parse(ENV.database, conn_max_age=60, conn_health_checks=True)

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static", *pdfjs.static_folders()]
WHITENOISE_USE_FINDERS = True  # served from where they lie: nothing has to be collected first

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FILES = 200  # of a form sent without script: each is held open until it is kept
FILE_UPLOAD_HANDLERS = ["corpus.upload.Handler"]

# Without a broker's address a folder carries the messages, so that one machine needs no service besides Python.
# A lost message loses nothing: the row of a question or a file is the job and the message only a hint to look at it.
CELERY_BROKER_URL = ENV.broker or "filesystem://localhost/"
if ENV.broker:
    CELERY_BROKER_TRANSPORT = "lawqa.broker:RedisTransport"
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {
        "socket_connect_timeout": 2, "socket_timeout": 2, "socket_keepalive": True, "visibility_timeout": 3600,
    }  # fmt: skip
else:
    CELERY_BROKER_TRANSPORT = "lawqa.broker:Transport"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(LAWQA_DATA / "queue"),
        "data_folder_out": str(LAWQA_DATA / "queue"),
        "polling_interval": 0.05,
    }
    CELERY_WORKER_ENABLE_REMOTE_CONTROL = False  # a folder has no broadcast
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY = False  # who publishes goes on; the sweeper tells the worker later
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
# Questions and files have workers of their own, so that neither waits for the other.
CELERY_TASK_DEFAULT_QUEUE = "questions"
CELERY_TASK_ROUTES = {
    "corpus.sweep": {"queue": "sweeps"},
    "corpus.*": {"queue": "ingestion"},
}
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"  # keeps nothing on disk
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "corpus.sweep", "schedule": 15.0, "options": {"expires": 15.0}},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"lawqa": {"level": "INFO"}, "corpus": {"level": "INFO"}},
}

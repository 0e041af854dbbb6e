"""Django's settings. What an operator may change comes from the environment, through lawqa.env."""

import os
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF

from lawqa import env, pdfjs
from lawqa.operations.logs import logging_settings
from people import environment

BASE_DIR = Path(__file__).resolve().parent.parent
ENV = env.read(os.environ, BASE_DIR)
SIGN_IN = environment.read(os.environ)

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
LAWQA_API_REQUESTS = ENV.api_requests
LAWQA_API_QUESTIONS = ENV.api_questions
LAWQA_INDEX = ENV.index
LAWQA_MILVUS_URL = ENV.milvus_url
LAWQA_MILVUS_TOKEN = ENV.milvus_token
LAWQA_MILVUS_PREFIX = ENV.milvus_prefix
LAWQA_STANDBY_PASSAGES = ENV.standby_passages
LAWQA_AUDIT_KEY = ENV.audit_key
LAWQA_WEBHOOK_HOSTS = ENV.webhook_hosts
LAWQA_METRICS_TOKEN = ENV.metrics_token
LAWQA_LAPTOP = ENV.allowed_hosts == env.LOOPBACK
"""Whether this is one person's machine: reached under loopback names only, so nobody has to sign in."""
LAWQA_ANONYMOUS = ENV.anonymous
"""Whether official law may be read without signing in; by default on that one machine only."""
LAWQA_DEFAULT_PACKS = ("eu-digital", "in-constitution")

SECRET_KEY = ENV.secret_key
SECRET_KEY_FALLBACKS = list(SIGN_IN.former_keys)
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
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "audit",
    "people",
    "corpus",
    "lawqa",
    "lawqa.operations",
    "api",
    "api.webhooks",
]
MIDDLEWARE = [
    "lawqa.operations.middleware.Traced",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "lawqa.operations.middleware.Probed",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "people.laptop.LaptopMiddleware",
    "people.gate.SignInMiddleware",
    "people.second_factor.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
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
                "people.context.person",
            ],
        },
    },
]

# Who comes in: people/ holds the doors, and django-allauth what is behind them.
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "/"
AUTH_USER_MODEL = "corpus.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",  # needs memory as well as time
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",  # passwords of former versions, until their next use
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "people.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an admin who knows the person hands over the link
ACCOUNT_USERNAME_BLACKLIST = ["laptop"]  # the owner of a laptop: people.laptop
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = SIGN_IN.mail is not None
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http" if LAWQA_LAPTOP or SIGN_IN.plain_http else "https"
ACCOUNT_FORMS = {
    "login": "people.account_forms.SignInForm",
    "change_password": "people.account_forms.NewPasswordForm",
}
MFA_FORMS = {"add_webauthn": "people.account_forms.AddPasskeyForm"}
LAWQA_SECOND_FACTOR_REQUIRED = SIGN_IN.second_factor_required
MFA_ADAPTER = "people.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "lawqa"
MFA_TOTP_TOLERANCE = 1  # telephones are half a minute out
# Browsers offer passkeys over plain http on localhost only, whatever stands here.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = LAWQA_LAPTOP or SIGN_IN.plain_http
SOCIALACCOUNT_ADAPTER = "people.adapters.SignOnAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True  # the operator's own server says who a person is
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS = environment.providers(SIGN_IN)
LAWQA_SAML = SIGN_IN.saml is not None
if LAWQA_SAML:
    INSTALLED_APPS.append("allauth.socialaccount.providers.saml")
LAWQA_SIGN_ON_DOMAINS = SIGN_IN.domains
LAWQA_MAIL = SIGN_IN.mail
if SIGN_IN.mail:
    EMAIL_HOST, EMAIL_PORT, DEFAULT_FROM_EMAIL = SIGN_IN.mail.host, SIGN_IN.mail.port, SIGN_IN.mail.sender
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = SIGN_IN.mail.user, SIGN_IN.mail.password
    EMAIL_USE_SSL, EMAIL_USE_TLS, EMAIL_TIMEOUT = (
        SIGN_IN.mail.tls == "ssl",
        SIGN_IN.mail.tls == "starttls",
        10,
    )
else:
    EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
# Attempts to sign in are counted where every process sees them. What is thrown out when the table is full is what ends
# first, so that nobody makes room for more attempts by filling it.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "lawqa_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000, "CULL_FREQUENCY": 10},
    },
}

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
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["api.authentication.KeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["api.permissions.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["api.parsers.BoundedJSON"],
    "DEFAULT_SCHEMA_CLASS": "api.schema.Schema",
    "EXCEPTION_HANDLER": "api.problems.handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "lawqa",
    "DESCRIPTION": "Legal questions and answers in which every sentence was checked against the law.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "PREPROCESSING_HOOKS": ["api.schema.only_version_1"],
    "TAGS": [
        {"name": "questions", "description": "Asked, followed, answered with citations"},
        {"name": "law", "description": "Collections, documents, sections, search"},
        {"name": "verify", "description": "Any text held against the law"},
        {"name": "chat", "description": "The OpenAI protocol"},
        {"name": "uploads", "description": "Law of your own"},
        {"name": "keys", "description": "For admins"},
    ],
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
if not (LAWQA_LAPTOP or SIGN_IN.plain_http):
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]  # asked by the machines beside this one
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    # Preloading binds a whole domain for months, which is for whoever owns it to decide.
    SILENCED_SYSTEM_CHECKS = ["security.W021"]
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
    "webhooks.*": {"queue": "sweeps"},
    "corpus.*": {"queue": "ingestion"},
}
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"  # keeps nothing on disk
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "corpus.sweep", "schedule": 15.0, "options": {"expires": 15.0}},
    "webhooks": {"task": "webhooks.dispatch", "schedule": 10.0, "options": {"expires": 10.0}},
}

LOGGING = logging_settings(ENV.log)

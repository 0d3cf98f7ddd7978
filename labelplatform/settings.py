"""Settings of the site: everything from the environment, safe by default. ``docs/settings.md`` lists the variables."""

import hashlib
import tempfile
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from labelplatform.environment import (
    env_choice,
    env_flag,
    env_int,
    env_list,
    env_text,
    openid_provider,
    postgresql_from_url,
    secret_key_in,
    sqlite_in,
)

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env_text("DATA_DIR", str(BASE_DIR / "var"))).resolve()
DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)

DEBUG = env_flag("DEBUG", default=False)
SECRET_KEY = env_text("SECRET_KEY") or secret_key_in(DATA_DIR)
if len(SECRET_KEY) < 40:
    raise ImproperlyConfigured("SECRET_KEY is too short: use at least 40 random characters, or leave it unset.")

PORT = env_int("PORT", 8000, minimum=1, maximum=65535)
HOST = env_text("HOST", "127.0.0.1")
WEB_WORKERS = env_int("WEB_WORKERS", 2, minimum=1, maximum=64)
CELERY_WORKER_CONCURRENCY = env_int("WORKER_PROCESSES", 2, minimum=1, maximum=64)
SITE_URL = env_text("SITE_URL", f"http://localhost:{PORT}").rstrip("/")
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS", [])
BEHIND_PROXY = env_flag("BEHIND_PROXY", default=False)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.usersessions",
    "rest_framework",
    "drf_spectacular",
    "django_htmx",
    "csp",
    "labelplatform.accounts",
    "labelplatform.jobs",
    "labelplatform.events",
    "labelplatform.notifications",
    "projects",
    "annotations",
    "models_app",
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
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "labelplatform.accounts.middleware.NoteSessions",
    "labelplatform.accounts.middleware.RequireSecondFactor",
    "labelplatform.page_refusals.PageRefusals",
]

ROOT_URLCONF = "labelplatform.urls"
WSGI_APPLICATION = "labelplatform.wsgi.application"

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
                "projects.navigation.navigation",
            ],
            "builtins": ["labelplatform.page_filters"],
        },
    }
]

# --- database, broker, cache ------------------------------------------------------------------------------------------
DATABASE_URL = env_text("DATABASE_URL")
DATABASES = {"default": postgresql_from_url(DATABASE_URL) if DATABASE_URL else sqlite_in(DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# A unix socket path holds 107 characters at most, so it lives in a short folder named after DATA_DIR.
_RUN_NAME = f"labelplatform-{hashlib.sha256(str(DATA_DIR).encode()).hexdigest()[:12]}"
BROKER_SOCKET = Path(env_text("BROKER_SOCKET", str(Path(tempfile.gettempdir()) / _RUN_NAME / "broker.sock")))
REDIS_URL = env_text("REDIS_URL")

CACHES = {
    "default": {
        "BACKEND": "labelplatform.forgiving_cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL or f"unix://{BROKER_SOCKET}?db=1",
        "KEY_PREFIX": "site",
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
    }
}

CELERY_BROKER_URL = REDIS_URL or f"redis+socket://{BROKER_SOCKET}?virtual_host=0"
# The broker only wakes workers up; the truth about work is the Job row. A message is delivered again when a
# worker dies, and the reaper (labelplatform.jobs) covers what the broker forgot.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    # Who enqueues while the broker is down goes on at once: the job waits in the database.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_SOFT_TIME_LIMIT = 570
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = {
    "requeue stale jobs": {"task": "jobs.requeue_stale_jobs", "schedule": 10.0},
    "note that a worker answers": {"task": "jobs.note_worker", "schedule": 10.0, "options": {"expires": 10}},
    "take back expired leases": {"task": "projects.release_expired_leases", "schedule": 60.0},
    "mail what is to be mailed at once": {
        "task": "notifications.mail_waiting",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "mail the daily digests": {"task": "notifications.mail_digests", "schedule": 900.0, "options": {"expires": 900}},
    "teach model servers": {"task": "models.teach_servers", "schedule": 60.0, "options": {"expires": 60}},
    "ask sources again": {"task": "models.ask_sources_again", "schedule": 60.0, "options": {"expires": 60}},
    "consider trainings": {"task": "models.consider_all_trainings", "schedule": 30.0, "options": {"expires": 30}},
    "have a semantic table built": {"task": "models.consider_table", "schedule": 60.0, "options": {"expires": 60}},
}

# --- learning ---------------------------------------------------------------------------------------------------------
# A table of word meanings is built once, from a package that the package index has; without it learning uses topics.
SEMANTIC_TABLE = env_flag("SEMANTIC_TABLE", default=True)
# What one learning round may take; 0 for no limit.
TRAINING_MEMORY_MB = env_int("TRAINING_MEMORY_MB", 4096, minimum=0, maximum=1_000_000)

# --- accounts ---------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "labelplatform.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Failed sign-ins count by client address and by client address with account (accounts/adapter.py), never by account
# alone: nobody can lock somebody else out. A successful one is not counted.
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "login_failed": "30/5m/ip,5/5m/key",
    "reset_password": "20/h/ip,5/h/key",
    "reset_password_from_key": "20/m/ip",
    "reauthenticate": "10/m/user",
    "change_password": "10/m/user",
}
# Who can be believed about a client's address: the last entry of X-Forwarded-For is what our own proxy wrote.
ALLAUTH_TRUSTED_PROXY_COUNT = env_int("PROXY_COUNT", 1, minimum=1, maximum=10) if BEHIND_PROXY else 0

REQUIRE_SECOND_FACTOR = env_choice("REQUIRE_SECOND_FACTOR", ["none", "admins", "all"])
MFA_ADAPTER = "labelplatform.accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True  # accounts come by invitation, from an admin or from the sign-on provider
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "labelplatform.accounts.codes.AuthenticateOnceForm",
    "reauthenticate": "labelplatform.accounts.codes.ReauthenticateOnceForm",
}
MFA_TOTP_ISSUER = env_text("SITE_NAME", "Labeling")

OIDC_NAME = env_text("OIDC_NAME", "single sign-on")
OIDC_GROUPS_CLAIM = env_text("OIDC_GROUPS_CLAIM", "groups")
OIDC_ALLOWED_DOMAINS = [domain.lower().lstrip("@") for domain in env_list("OIDC_ALLOWED_DOMAINS", [])]
OIDC_TRUST_EMAIL = env_flag("OIDC_TRUST_EMAIL", default=False)
SOCIALACCOUNT_PROVIDERS = openid_provider(
    env_text("OIDC_ISSUER"),
    client_id=env_text("OIDC_CLIENT_ID"),
    secret=env_text("OIDC_CLIENT_SECRET"),
    name=OIDC_NAME,
    scopes=env_text("OIDC_SCOPES", "openid profile email").split(),
    allowed_domains=OIDC_ALLOWED_DOMAINS,
)
SOCIALACCOUNT_ADAPTER = "labelplatform.accounts.single_sign_on.SingleSignOnAdapter"
SOCIALACCOUNT_REQUESTS_TIMEOUT = 10
EMAIL_BACKEND = env_text("EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = DATA_DIR / "mail"
DEFAULT_FROM_EMAIL = env_text("DEFAULT_FROM_EMAIL", "labeling@localhost")

# --- security ---------------------------------------------------------------------------------------------------------
SECURE_COOKIES = SITE_URL.startswith("https://")
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_COOKIES
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = False  # the proxy in front redirects; behind it this would loop
SECURE_HSTS_SECONDS = 31536000 if SECURE_COOKIES else 0
# About the host's other names we know nothing, so HSTS says nothing of them; the redirect is the proxy's.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W008", "security.W021"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_HANDLERS = [
    "labelplatform.uploads.BoundedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_TEMP_DIR = DATA_DIR / "uploading"
FILE_UPLOAD_TEMP_DIR.mkdir(mode=0o700, exist_ok=True)
MAX_UPLOAD_BYTES = env_int("MAX_UPLOAD_MEGABYTES", 4096, minimum=1, maximum=1_000_000) * 1024 * 1024

# Hosts inside this network ("host" or "host:port") that people may have the site call: labelplatform/outbound.py.
OUTBOUND_ALLOWED_HOSTS = env_list("OUTBOUND_ALLOWED_HOSTS", [])

# --- pages and files --------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "build" / "static"
STATICFILES_DIRS = [BASE_DIR / "build" / "assets"]
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DATA_DIR / "files"}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- API --------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "labelplatform.accounts.authentication.TokenAuthentication",
        "labelplatform.accounts.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["labelplatform.api.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["labelplatform.api.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "labelplatform.api.CursorPagination",
    "DEFAULT_SCHEMA_CLASS": "labelplatform.api_schema.ApiSchema",
    "EXCEPTION_HANDLER": "labelplatform.api.exception_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "PAGE_SIZE": 50,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Labeling platform API",
    "DESCRIPTION": (
        "Everything the pages do, with the same permission checks. Sign in by session or bearer token. Lists are "
        '`{"next", "previous", "results"}`. A call that creates takes a `key` (any UUID) and has one effect however '
        "often it is sent. What is not yours is 404; what your role does not allow is 403."
    ),
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [],  # choices stay where they are used: named apart, two fields "state" would collide
}

# --- logging ----------------------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env_text("LOG_LEVEL", "INFO").upper()},
    "loggers": {"django": {"level": "WARNING"}, "celery": {"level": "WARNING"}},
}

# What upper parts plug into lower ones, as dotted strings that are loaded on first use (labelplatform/registry.py).
JOB_KINDS: dict[str, str] = {
    "restage_tasks": "projects.queueing.restaging.restage_project",
    "assign_tasks": "projects.browsing.bulk_acts.run_in_slices",
    "take_back_tasks": "projects.browsing.bulk_acts.run_in_slices",
    "change_tasks": "projects.browsing.bulk_acts.run_in_slices",
    "order_tasks": "projects.browsing.bulk_acts.run_in_slices",
    "make_gold": "projects.browsing.bulk_acts.run_in_slices",
    "mail_invitations": "projects.membership.invitation_mail.mail_invitations",
    "import_tasks": "projects.importing.job.import_tasks",
    "import_documents": "projects.importing.document_job.import_documents",
    "export_labels": "annotations.exporting.job.export_labels",
    "export_audit_log": "projects.history.audit_export.export_audit_log",
    "encode_tasks": "models_app.encoded.encoding.encode_tasks",
    "train_model": "models_app.rounds.training.train_model",
    "group_tasks": "models_app.alike.grouping.group_tasks",
    "find_similar": "models_app.alike.similar_search.find_similar",
    "store_predictions": "models_app.sources.storing_job.store_predictions",
    "ask_source": "models_app.sources.asking.ask_source",
    "apply_functions": "models_app.sources.functions_job.apply_functions",
    "teach_server": "models_app.backends.teaching.teach_server",
    "measure_source": "models_app.sources.measuring.measure_source",
    "build_semantic_table": "models_app.meanings.table_building.build_semantic_table",
    "send_to_review": "projects.browsing.bulk_acts.run_in_slices",
    "recheck_accepted": "annotations.conclusions.accepted_answers.recheck_accepted",
    "accept_answers": "models_app.acceptance.accepting.accept_answers",
    "withdraw_answers": "models_app.acceptance.withdrawing.withdraw_answers",
    "rewrite_answers": "annotations.schema_change.rewriting.rewrite_answers",
    "count_what_changes": "projects.schema_change.schema_counts.count_touched",
    "review_older_answers": "annotations.reviewing.older_rules_review.review_older_answers",
}

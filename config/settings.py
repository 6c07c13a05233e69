"""Every setting of the registry, read from the environment once.

`.env.example` lists the variables. Without DATABASE_URL and REDIS_URL the
embedded servers (config/embedded) put theirs into the environment before this
module is imported.
"""

from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
# Production is what we are unless told otherwise; `make run` and the tests say so.
LOCAL = env.bool("LOCAL", default=False)
SECRET_KEY = env.str(
    "SECRET_KEY", default="local-only-" + "x" * 50 if LOCAL else environ.Env.NOTSET
)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1"] if LOCAL else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
STATE_DIR = Path(env.str("STATE_DIR", default=str(BASE_DIR / ".state")))
SITE_NAME = "Procurement compliance registry"
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000")
# Demonstration data may be seeded, and every page says that it is demonstration data.
DEMONSTRATION = env.bool("DEMONSTRATION", default=LOCAL)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "pgtrigger",
    "rest_framework",
    # ground floor upwards
    "registry.common",
    "registry.accounts",
    "registry.operations",
    "registry.history",
    "registry.audit",
    "registry.notifications",
    "registry.standards",
    "registry.catalogue",
    "registry.tokens",
    "registry.evidence",
    "registry.probes",
    "registry.compliance",
    "procurement.buyers",
    "procurement.contracts",
    "procurement.phaseout",
    "procurement.whatif",
    "procurement.reviews",
    "procurement.assessment",
    "procurement.interchange",
    "config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "registry.common.headers.HeadersMiddleware",
    "registry.common.middleware.FilesHostMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "registry.accounts.middleware.NationalTeamTwoStepMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.middleware.KeepDayMiddleware",
    "registry.common.middleware.RefusalMiddleware",
    "registry.history.middleware.KnownAtMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

_context_processors = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "config.jinja.environment",
            "context_processors": [*_context_processors, "config.context.page"],
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": _context_processors},
    },
]

DATABASES = {
    "default": {
        **env.db_url("DATABASE_URL"),
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=60),
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL")
# Counts of sign-in attempts stand here, so every web process sees the same ones.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
}
# Celery has its own way of naming a socket.
_REDIS_BROKER = REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default=_REDIS_BROKER)

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk"
ACCOUNT_ADAPTER = "registry.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# Accounts are given by an administrator, who knows the address.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"{SITE_NAME}: "
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http" if LOCAL else "https"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_FORMS = {
    "login": "registry.accounts.forms.LoginForm",
    "reauthenticate": "registry.accounts.forms.ReauthenticateForm",
    "change_password": "registry.accounts.forms.ChangePasswordForm",
    "set_password": "registry.accounts.forms.SetPasswordForm",
    "reset_password": "registry.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "registry.accounts.forms.ResetPasswordKeyForm",
}
# Lockout: ten wrong passwords a minute from an address, five in five minutes for an account.
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/300s/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
MFA_ADAPTER = "registry.accounts.adapters.TwoStepAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = SITE_NAME
MFA_FORMS = {
    "authenticate": "registry.accounts.forms.AuthenticateForm",
    "reauthenticate": "registry.accounts.forms.ReauthenticateCodeForm",
    "activate_totp": "registry.accounts.forms.ActivateTOTPForm",
}
MFA_REQUIRED_FOR_NATIONAL_TEAM = env.bool("MFA_REQUIRED_FOR_NATIONAL_TEAM", default=not LOCAL)
EMAIL_BACKEND = env.str(
    "EMAIL_BACKEND",
    default="django.core.mail.backends.console.EmailBackend"
    if LOCAL
    else "django.core.mail.backends.smtp.EmailBackend",
)
EMAIL_HOST = env.str("EMAIL_HOST", default="localhost")
EMAIL_PORT = env.int("EMAIL_PORT", default=25)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", default="")
# STARTTLS (usually port 587), or TLS from the first byte (465); not both.
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=False)
EMAIL_USE_SSL = env.bool("EMAIL_USE_SSL", default=False)
# Seconds that a mail server may be silent: fifty such e-mails end within the task's time limit.
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=10)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"{SITE_NAME} <registry@localhost>")
# An owner may not mail the world: what a supplier may send in 24 hours, and what an address may
# get of all suppliers together.
INVITATIONS_OF_A_SUPPLIER_A_DAY = env.int("INVITATIONS_OF_A_SUPPLIER_A_DAY", default=20)
INVITATIONS_TO_AN_ADDRESS_A_DAY = env.int("INVITATIONS_TO_AN_ADDRESS_A_DAY", default=5)
INVITATION_DAYS = env.int("INVITATION_DAYS", default=14)

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = False
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# In production `collectstatic` gathers them under names that change with their content.
STATIC_ROOT = env.str("STATIC_ROOT", default=None if LOCAL else str(STATE_DIR / "static"))
WHITENOISE_USE_FINDERS = LOCAL
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Contents of evidence: a folder, or the bucket that EVIDENCE_S3_BUCKET names (docs/files.md).
    "evidence": {"BACKEND": "registry.evidence.services.storage.WholeFiles"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if LOCAL
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(STATE_DIR / "files"))
# No address serves these files: evidence is handed out by views that ask who is asking.
# (Django wants one all the same: its test server compares every path with it.)
MEDIA_URL = "/no-such-media/"
# product.md: one evidence file is at most 20 MB.
EVIDENCE_FILE_MAX_BYTES = 20 * 1024 * 1024
EVIDENCE_FILES_MAX = 20
EVIDENCE_LINKS_MAX = 20
# An assessor who lets a submission lie to the end of this day after may be relieved of it; one who
# waits for the supplier's answer has longer.
EVIDENCE_LEASE_DAYS = env.int("EVIDENCE_LEASE_DAYS", default=5)
# Whoever acted for a supplier assesses none of its evidence for so many days after leaving.
EVIDENCE_COOLING_OFF_DAYS = env.int("EVIDENCE_COOLING_OFF_DAYS", default=366)
EVIDENCE_ANSWER_DAYS = env.int("EVIDENCE_ANSWER_DAYS", default=14)
# The thread of questions about a submission: letters and files of a message, messages in all, and
# how many one person may write within an hour.
EVIDENCE_MESSAGE_LETTERS = 4000
EVIDENCE_MESSAGE_FILES = 5
EVIDENCE_MESSAGES_MAX = 100
EVIDENCE_MESSAGES_PER_HOUR = env.int("EVIDENCE_MESSAGES_PER_HOUR", default=30)
_EVIDENCE_S3_BUCKET = env.str("EVIDENCE_S3_BUCKET", default="")
if _EVIDENCE_S3_BUCKET:
    # Keys come from AWS_ACCESS_KEY_ID and its like, or from the machine's role.
    STORAGES["evidence"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": _EVIDENCE_S3_BUCKET,
            "endpoint_url": env.str("EVIDENCE_S3_ENDPOINT", default="") or None,
            "region_name": env.str("EVIDENCE_S3_REGION", default="eu-west-2"),
            "location": env.str("EVIDENCE_S3_PREFIX", default=""),
            "addressing_style": env.str("EVIDENCE_S3_ADDRESSING", default="auto"),
            "file_overwrite": True,
            "default_acl": None,
        },
    }
# Files are handed out under /files/; on a host of their own where this names one, such as
# https://files.registry.example (docs/files.md).
FILES_ORIGIN = env.str("FILES_ORIGIN", default="").rstrip("/")
# A link to a file works for so long; whoever may no longer see it gets nothing even then.
FILE_LINK_SECONDS = 300
# ClamAV's daemon: unix:///run/clamav/clamd.sock or tcp://host:3310. Without one, files are marked
# as not scanned.
CLAMD = env.str("CLAMD", default="")
CLAMD_DEADLINE_SECONDS = env.int("CLAMD_DEADLINE_SECONDS", default=60)
# How many machine reports may be sent with one token, or by one person, within an hour.
MACHINE_REPORTS_AN_HOUR = env.int("MACHINE_REPORTS_AN_HOUR", default=60)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# compliance.md: a mass change of facts is refreshed by a task, a small one at once.
REFRESH_AT_ONCE_MAX_PRODUCTS = env.int("REFRESH_AT_ONCE_MAX_PRODUCTS", default=200)
# A product of which hundreds of standards are required still has a page that can be read: so many
# standards are explained, each by so many criteria and reasons of one; of the picture so many rows
# are in the open (or all, where they are no more than the second figure), and so many at all. What
# is left out is counted, and a page of its own lists it.
PRODUCT_PAGE_EXPLAINED = 8
PRODUCT_PAGE_CRITERIA = 12
PRODUCT_PAGE_ROWS_FIRST = 8
PRODUCT_PAGE_ROWS_UNFOLDED = 12
PRODUCT_PAGE_ROWS = 48
# Two hundred pieces of evidence prove a criterion no better than the ones that last longest.
REASONS_SHOWN = 5
# A supplier's desk says of so many standards, the soonest owed first, what would do with the least.
DESK_REMEDIES = 200
# product.md: a case is flagged when not_met begins within this many days.
PHASE_OUT_HORIZON_DAYS = 180

PROBE_ALLOWED_NETWORKS = env.list("PROBE_ALLOWED_NETWORKS", default=[])
PROBE_EXTRA_CA = env.str("PROBE_EXTRA_CA", default="")
# Resolvers that are asked for proofs of control, "address" or "address:port"; the system's if none.
PROBE_DNS_SERVERS = env.list("PROBE_DNS_SERVERS", default=[])
# How long a worker has endpoints to itself; those of a dead worker are free again after it.
PROBE_CLAIM_SECONDS = env.int("PROBE_CLAIM_SECONDS", default=900)
# How many probes can be asked for by "probe now", besides one an endpoint in ten minutes.
PROBE_ASKS_OF_A_HOST_A_MINUTE = env.int("PROBE_ASKS_OF_A_HOST_A_MINUTE", default=6)
PROBE_ASKS_OF_A_PERSON_AN_HOUR = env.int("PROBE_ASKS_OF_A_PERSON_AN_HOUR", default=30)
# Days for which visits are kept: pages show 90 days of availability; a failure may be argued over
# for longer. What a confirmed result rests on is kept for ever (docs/adr/0097).
PROBE_KEEP_DAYS = env.int("PROBE_KEEP_DAYS", default=100)
PROBE_KEEP_FAILURE_DAYS = env.int("PROBE_KEEP_FAILURE_DAYS", default=730)
# A pre-check sends a worker to an address that somebody typed: often enough to mend a thing and
# look again, too seldom to be of use against a server. A host's count whoever asks for them.
PRECHECKS_OF_A_PERSON_AN_HOUR = env.int("PRECHECKS_OF_A_PERSON_AN_HOUR", default=10)
PRECHECKS_OF_A_HOST_IN_TEN_MINUTES = env.int("PRECHECKS_OF_A_HOST_IN_TEN_MINUTES", default=3)
PRECHECKS_OF_A_SUPPLIER_A_DAY = env.int("PRECHECKS_OF_A_SUPPLIER_A_DAY", default=30)
# Twice a visit's longest time and more: a dead worker's pre-check is run again after it.
PRECHECK_CLAIM_SECONDS = env.int("PRECHECK_CLAIM_SECONDS", default=60)
# A host that scheduled visits keep busy is waited for so long.
PRECHECK_PATIENCE_SECONDS = env.int("PRECHECK_PATIENCE_SECONDS", default=1800)
# Long enough to show a colleague; what was found then says little of today.
PRECHECK_KEEP_DAYS = env.int("PRECHECK_KEEP_DAYS", default=30)

# What Prometheus shows to read /metrics (ADR 0108); without one only the national team reads it.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "registry.common.api.Pages",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "registry.common.api.explain_refusal",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Procurement compliance registry",
    "DESCRIPTION": "Which products meet which open standards, on which days, and how we know.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    # The same words under several names of fields are one enum.
    "ENUM_NAME_OVERRIDES": {
        "StatusEnum": "registry.compliance.enums.Status",
        "VerdictEnum": "registry.compliance.enums.Verdict",
        "StateEnum": "registry.catalogue.enums.ProductState",
        "PrecheckStateEnum": "registry.probes.enums.PrecheckState",
        "StepStateEnum": "registry.probes.rules.progress.StepState",
    },
}

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SECURE = not LOCAL
CSRF_COOKIE_SECURE = not LOCAL
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=not LOCAL)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 0 if LOCAL else 31536000
SECURE_HSTS_INCLUDE_SUBDOMAINS = not LOCAL
SECURE_HSTS_PRELOAD = not LOCAL
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}

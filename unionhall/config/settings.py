"""Settings of the house. Every value that differs between installations comes from the environment."""

import os
import sys
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from unionhall.config import channels, house, journal, keyfile
from unionhall.config.launcher import cluster, resolve

DATA = resolve.data_folder()
TESTS = "pytest" in sys.modules

# The address by which people reach the house, for example https://hall.example.cn; https switches the strict rules on
ORIGIN = os.environ.get("UNIONHALL_ORIGIN", "")
ENCRYPTED = ORIGIN.startswith("https://")

UNIONHALL_NAME = os.environ.get("UNIONHALL_NAME", "")  # what the installation calls itself: the federation's name
DEBUG = os.environ.get("UNIONHALL_DEBUG") == "1"
SECRET_KEY = os.environ.get("UNIONHALL_SECRET_KEY") or keyfile.secret(DATA / "secret-key")
ALLOWED_HOSTS = [host for host in os.environ.get("UNIONHALL_HOSTS", "localhost,127.0.0.1,[::1]").split(",") if host]
if ORIGIN:
    ALLOWED_HOSTS.append(urlsplit(ORIGIN).hostname or "")
    CSRF_TRUSTED_ORIGINS = [ORIGIN]
IDENTITY_KEYS = Path(os.environ.get("UNIONHALL_KEYS", DATA / "keys"))

INSTALLED_APPS = [
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
    "unionhall.shell",
    *house.KERNEL,
    *house.ROOMS,  # the house before what it is built of: its words are shown where both have one
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "procrastinate.contrib.django",  # last: its worker needs every package registered
]
MIDDLEWARE = [
    "unionhall.shell.middleware.SecurityHeaders",  # first, so that every answer passes it
    "unionhall.config.middleware.RequestNumber",
    "unionhall.shell.layers.Encryption",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "unionhall.shell.layers.Sessions",
    "unionhall.shell.layers.Languages",
    "unionhall.shell.layers.Lengths",
    "unionhall.shell.layers.Forgery",
    "unionhall.kernel.access.middleware.SignedIn",
    "unionhall.shell.layers.Messages",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "unionhall.kernel.access.middleware.AccessMiddleware",
]
ROOT_URLCONF = "unionhall.config.urls"
WSGI_APPLICATION = "unionhall.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [("django.template.loaders.cached.Loader", ["django.template.loaders.app_directories.Loader"])],
                )
            ],
            "builtins": ["template_partials.templatetags.partials", "django.templatetags.i18n", "django.templatetags.static"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "unionhall.shell.tokens.for_templates",  # over Django's own
            ],
        },
    }
]


def database(url: str) -> dict[str, object]:
    """Django's settings for a postgresql:// address; raises ValueError with the mend for any other."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError("DATABASE_URL must look like postgresql://user:password@host:5432/name")
    query = dict(parse_qsl(parts.query))
    options: dict[str, object] = {"pool": {"min_size": 1, "max_size": 8, "timeout": 10}}
    session = os.environ.get("UNIONHALL_DB_LIMITS", "")  # set for pages: a slow query ends with a sentence, not a hung page
    if role := os.environ.get("UNIONHALL_DB_ROLE"):
        session += f" -c role={role}"  # Django's own assume_role waits for itself when there is a pool
    if session:
        options["options"] = session.strip()
    return {
        "ENGINE": "unionhall.config.database",
        "NAME": unquote(parts.path.removeprefix("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host") or parts.hostname or "",
        "PORT": query.get("port") or (str(parts.port) if parts.port else ""),
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": False,  # the engine looks for itself
        "OPTIONS": options,
        "TEST": {"NAME": os.environ.get("UNIONHALL_TEST_DATABASE")},
    }


DATABASE_URL = os.environ.get("DATABASE_URL") or cluster.known(DATA / "postgres") or "postgresql://localhost/unionhall"
DATABASES = {"default": database(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "access.Account"
AUTHENTICATION_BACKENDS = ["unionhall.kernel.access.backends.PasswordBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
# asvs: length and lists, no forced change; mlps3: three kinds of characters and a change every 90 days (GB/T 22239)
PASSWORD_PROFILE = os.environ.get("UNIONHALL_PASSWORD_PROFILE", "asvs")
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "unionhall.kernel.access.backends.HousePassword", "OPTIONS": {"profile": PASSWORD_PROFILE}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "/"
SESSION_ENGINE = "unionhall.kernel.access.adapters"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
ACCOUNT_ADAPTER = "unionhall.kernel.access.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_RATE_LIMITS = False  # the house counts attempts itself, in the database
MFA_ADAPTER = "unionhall.kernel.access.adapters.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "authenticate": "unionhall.kernel.access.adapters.CodeForm",
    "reauthenticate": "unionhall.kernel.access.adapters.CodeAgainForm",
    "add_webauthn": "unionhall.kernel.access.adapters.AddKeyForm",
    "login_webauthn": "unionhall.kernel.access.adapters.KeySignInForm",
    "reauthenticate_webauthn": "unionhall.kernel.access.adapters.KeyAgainForm",
}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if os.environ.get("UNIONHALL_BEHIND_PROXY") == "1" else 0
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

MESSAGE_STORAGE = "unionhall.shell.layers.Left"
STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
MEDIA_ROOT = DATA / "files"
FORM_RENDERER = "unionhall.shell.forms.Plain"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TESTS
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG or TESTS
WHITENOISE_AUTOREFRESH = DEBUG
NOTICE_CHANNELS = channels.read(Path(os.environ.get("UNIONHALL_CHANNELS", DATA / "channels.json")))
NAME_CHECK = channels.name_check(Path(os.environ.get("UNIONHALL_NAME_CHECK", DATA / "name-check.json")))
globals().update(channels.mail_server())
CHECK_LINES = os.environ.get("UNIONHALL_CHECK_LINES", "")  # "civil_affairs=https://…;vehicles=https://…": outside registers
CLAMD = os.environ.get("UNIONHALL_CLAMD", "")  # host:port of a malware scanner
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 << 20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# Hardening; what needs TLS follows the scheme of ORIGIN
SECURE_SSL_REDIRECT = ENCRYPTED
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if os.environ.get("UNIONHALL_BEHIND_PROXY") == "1" else None
SECURE_HSTS_SECONDS = 31_536_000 if ENCRYPTED else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = ENCRYPTED
SECURE_HSTS_PRELOAD = ENCRYPTED
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# W002: SecurityHeaders sends X-Frame-Options on every answer; W001, W003: the house's own layers stand for Django's
SILENCED_SYSTEM_CHECKS = ["security.W001", "security.W002", "security.W003"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENCRYPTED
SESSION_COOKIE_NAME = "__Host-session" if ENCRYPTED else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if ENCRYPTED else "csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "unionhall.shell.doors.expired"
LANGUAGE_COOKIE_NAME = "__Host-language" if ENCRYPTED else "language"
LANGUAGE_COOKIE_SECURE = ENCRYPTED
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"

PROCRASTINATE_WORKER_DEFAULTS = {"update_heartbeat_interval": 10, "stalled_worker_timeout": 40}
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = None  # the worker itself loads the jobs and the timetable

LOGGING = journal.settings(level=os.environ.get("UNIONHALL_LOG_LEVEL", "INFO"), quiet=TESTS)

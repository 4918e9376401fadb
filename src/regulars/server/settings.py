"""Django's settings, derived from regulars.server.config."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from psycopg.conninfo import conninfo_to_dict

from regulars.insight.errors import RegularsError
from regulars.server.config import home, setting, switched_on

REGULARS_HOME = home()
REGULARS_DEMO = switched_on("DEMO")
REGULARS_URL = setting("URL").rstrip("/")
REGULARS_ENGINE = setting("ENGINE")
REGULARS_SPARK_MASTER = setting("SPARK_MASTER")
REGULARS_ENGINE_MEMORY = setting("ENGINE_MEMORY")

_address = urlsplit(REGULARS_URL)
_host = _address.hostname or "localhost"
_secure = _address.scheme == "https"
_loopback = _host in {"localhost", "127.0.0.1", "::1"}
REGULARS_PLAIN_HTTP = not _secure and not _loopback
if REGULARS_PLAIN_HTTP and not switched_on("PLAIN_HTTP"):
    raise RegularsError(
        "plain-http",
        f"REGULARS_URL is {REGULARS_URL}: other machines would send passwords in the clear. "
        "Use https (a proxy with a certificate), or set REGULARS_PLAIN_HTTP=yes to accept it.",
    )


def _secret_key() -> str:
    chosen = setting("SECRET_KEY")
    if chosen:
        return chosen
    file = REGULARS_HOME / "keys" / "secret_key"
    if not file.exists():
        file.parent.mkdir(mode=0o700, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(64), encoding="utf-8")
    return file.read_text(encoding="utf-8").strip()


def _database() -> dict[str, Any]:
    url = setting("DATABASE_URL")
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(REGULARS_HOME / "regulars.sqlite3"),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000;"
                "PRAGMA cache_size=-65536; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON",
            },
        }
    if not url.startswith(("postgresql://", "postgres://")):
        raise RegularsError(
            "database-url-unknown", "DATABASE_URL must begin with postgresql://. Leave it empty for SQLite."
        )
    parts = conninfo_to_dict(url)
    known = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **{django: str(parts.pop(libpq)) for libpq, django in known.items() if libpq in parts},
        "OPTIONS": parts,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


SECRET_KEY = _secret_key()
DEBUG = False
ALLOWED_HOSTS: list[str] = ["localhost", "127.0.0.1", "[::1]"] if _loopback else [_host]
CSRF_TRUSTED_ORIGINS: list[str] = [REGULARS_URL] if _secure else []
ROOT_URLCONF = "regulars.server.urls"
WSGI_APPLICATION = "regulars.server.wsgi.application"
AUTH_USER_MODEL = "records.Colleague"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": _database()}
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "regulars.records",
    "regulars.ledger",
    "regulars.attention",
    "regulars.privacy",
    "regulars.web",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "template_partials",
    "lucide",
    "csp",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "regulars.server.middleware.request_id",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "regulars.server.middleware.demo_filling",
    "regulars.server.middleware.link_pages",
    "regulars.server.middleware.plain_text",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "regulars.server.middleware.demo_sign_in",
    "regulars.web.sign_in.session_limits",
    "regulars.server.middleware.second_factor_asked",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "regulars.server.middleware.plain_errors",
]

_web = Path(__file__).resolve().parent.parent / "web"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [_web],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "regulars.web.frame.frame",
            ],
        },
    }
]
STATIC_URL = "static/"
STATIC_ROOT = REGULARS_HOME / "static"
STATIC_ROOT.mkdir(mode=0o700, exist_ok=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

SESSION_COOKIE_NAME = "__Host-sid" if _secure else "sid"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = _secure
SESSION_COOKIE_AGE = 14 * 86400
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "regulars.web.errors.form_expired"
CSRF_COOKIE_NAME = "__Host-csrf" if _secure else "csrf"
# Browsers take the prefix only with TLS; on plain http, as on localhost, the cookie has a plain name.
LINK_COOKIE_NAME = "__Host-link" if _secure else "link"
SECURE_HSTS_SECONDS = 31536000 if _secure else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _secure
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if switched_on("TRUST_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_HANDLERS = ["regulars.ledger.files.upload.SealedUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
FILE_UPLOAD_TEMP_DIR = str(REGULARS_HOME / "uploads")
Path(FILE_UPLOAD_TEMP_DIR).mkdir(mode=0o700, exist_ok=True)

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "manifest-src": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
    }
}

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "regulars.web.sign_in.ColleagueAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = str
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_PREVENT_ENUMERATION = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Regulars"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = _loopback
REQUIRE_SECOND_FACTOR = (
    switched_on("REQUIRE_SECOND_FACTOR")
    if setting("REQUIRE_SECOND_FACTOR")
    else _secure and not REGULARS_DEMO
)
USERSESSIONS_TRACK_ACTIVITY = False

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend",
        "QUEUES": ["default"],
    }
}


def _mail() -> dict[str, Any]:
    url = setting("MAIL_URL")
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    parts = urlsplit(url)
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "",
        "EMAIL_PORT": parts.port or 587,
        "EMAIL_HOST_USER": parts.username or "",
        "EMAIL_HOST_PASSWORD": parts.password or "",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and (parts.port or 587) != 25,
        "EMAIL_USE_SSL": parts.scheme == "smtps",
    }


globals().update(_mail())

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "regulars.server.logs.MaskedFormatter",
            "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    # Answered only while a demo is being filled, to a page that asks again every other second.
    "filters": {
        "not_filling": {
            "()": "django.utils.log.CallbackFilter",
            "callback": lambda record: getattr(record, "status_code", 0) != 503,
        }
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"regulars": {"level": "INFO"}, "django.request": {"filters": ["not_filling"]}},
}

"""Settings under test: a fast password hasher, a data folder of its own, the databases of the environment."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_FOLDER = tempfile.mkdtemp(prefix="labelplatform-tests-")
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)
os.environ["DATA_DIR"] = _FOLDER
os.environ.setdefault("BROKER_SOCKET", str(Path(_FOLDER) / "broker.sock"))

from labelplatform.settings import *  # noqa: E402, F403 - the folder must be set before the settings are read
from labelplatform.settings import DATABASES, MIDDLEWARE  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": f"{_FOLDER}/files"}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MIDDLEWARE = [name for name in MIDDLEWARE if "whitenoise" not in name]
ALLOWED_HOSTS = ["*"]
SEMANTIC_TABLE = True  # no test fetches one: the job runs only where it is asked for

if "sqlite" in str(DATABASES["default"]["ENGINE"]):
    # a real file, as in production: threads and subprocesses of a test see the same database
    DATABASES["default"]["TEST"] = {"NAME": Path(_FOLDER) / "test.sqlite3"}
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = False
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    os.environ.setdefault("PGOPTIONS", "-c synchronous_commit=off")  # no test pulls the plug

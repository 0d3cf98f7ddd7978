"""A cache that is down slows nobody and stops nobody."""

import logging
import shutil
import subprocess
import time

import pytest
from django.core.cache import caches
from django.test import Client

from labelplatform.embedded_broker import server_command
from labelplatform.forgiving_cache import ForgivingRedisCache
from labelplatform.supervisor import is_answering
from tests.factories import make_user


@pytest.fixture
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("c")
    yield folder / "s"
    shutil.rmtree(folder)


@pytest.fixture
def cache(address, settings, monkeypatch):
    monkeypatch.setattr(ForgivingRedisCache, "_silent_until", 0.0)
    options = {"BACKEND": "labelplatform.forgiving_cache.ForgivingRedisCache", "LOCATION": f"unix://{address}?db=1"}
    settings.CACHES = {"default": options}
    return caches["default"]


def test_without_a_server_the_cache_is_empty_and_says_so_once(cache, caplog):
    started = time.monotonic()
    with caplog.at_level(logging.WARNING):
        assert cache.get("a", "nothing") == "nothing"
        cache.set("a", 1)
        assert cache.get_many(["a"]) == {}
        assert cache.get_or_set("a", lambda: 7) == 7
        assert cache.add("a", 1) is True
        assert cache.incr("a") == 1
        assert cache.delete("a") is False
        assert cache.has_key("a") is False
    assert len(caplog.records) == 1
    assert time.monotonic() - started < 1


@pytest.mark.django_db
def test_sessions_are_kept_when_the_cache_goes_away(cache, address, settings, monkeypatch):
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
    server = subprocess.Popen(server_command(socket=address, folder=address.parent), stdout=subprocess.DEVNULL)
    try:
        while not is_answering(f"unix://{address}"):
            time.sleep(0.01)
        client = Client()
        client.force_login(make_user("ben"))
        cache.set("a", 1)
        assert cache.get("a") == 1
    finally:
        server.kill()
        server.wait()
    assert client.get("/api/v1/projects/").status_code == 200
    assert cache.get("a") is None


@pytest.fixture
def guarded(cache):
    """The cache without a server, and nothing counted yet."""
    cache.own_memory.clear()
    yield cache
    cache.own_memory.clear()


def attempt(email, password):
    return Client(REMOTE_ADDR="192.0.2.7").post("/accounts/login/", {"login": email, "password": password})


@pytest.mark.django_db
def test_trying_passwords_is_throttled_while_the_cache_is_away(guarded):
    ben = make_user("ben", password="correct horse battery")
    assert attempt(ben.email, "correct horse battery").status_code == 302
    for _ in range(5):
        assert attempt(ben.email, "wrong").status_code == 200
    answer = attempt(ben.email, "correct horse battery")
    assert answer.status_code == 429
    assert 240 < int(answer["Retry-After"]) <= 300
    assert attempt(make_user("zoe", password="another horse").email, "another horse").status_code == 302


def test_a_code_of_a_second_factor_counts_once_while_the_cache_is_away(guarded):
    assert guarded.add("second-factor-used:7:123456", 1, 120) is True
    assert guarded.add("second-factor-used:7:123456", 1, 120) is False
    assert guarded.add("anything else", 1) is True
    assert guarded.add("anything else", 1) is True


def test_what_is_counted_by_itself_is_left_when_the_server_is_back(guarded, address, monkeypatch):
    guarded.set("allauth:rl:x", [1.0], 60)
    assert guarded.get("allauth:rl:x") == [1.0]
    server = subprocess.Popen(server_command(socket=address, folder=address.parent), stdout=subprocess.DEVNULL)
    try:
        while not is_answering(f"unix://{address}"):
            time.sleep(0.01)
        monkeypatch.setattr(ForgivingRedisCache, "_silent_until", 0.0)
        assert guarded.get("allauth:rl:x") is None
        guarded.set("allauth:rl:x", [2.0], 60)
        assert guarded.get("allauth:rl:x") == [2.0]
    finally:
        server.kill()
        server.wait()

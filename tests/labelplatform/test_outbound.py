import time

import pytest

from labelplatform import outbound
from labelplatform.outbound import AddressRefused, CallFailed, call, check_address
from labelplatform.sealing import Unreadable, seal, unseal
from tests.answering_server import Dripping, answering_server


@pytest.fixture
def server(settings):
    with answering_server() as found:
        settings.OUTBOUND_ALLOWED_HOSTS = [found.host]
        yield found


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://10.0.0.1/",
        "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://100.64.0.1/",
        "http://0.0.0.0/",
        "http://224.0.0.1/",
        "http://localhost/",
        "http://[fe80::1%25eth0]/",
    ],
)
def test_an_address_inside_this_network_is_not_called(url):
    with pytest.raises((AddressRefused, CallFailed)) as refusal:
        call("GET", url, timeout=2)
    assert "inside this network" in str(refusal.value) or isinstance(refusal.value, CallFailed)
    assert "reached" not in str(refusal.value)


@pytest.mark.parametrize(
    "url", ["", "example.org", "ftp://example.org/", "file:///etc/passwd", "http://", "http://a:b@example.org/", "http://x:0/",
            "http://x:99999/", "http://exa mple.org/", "gopher://x/"]
)  # fmt: skip
def test_what_is_no_address_is_refused(url):
    with pytest.raises(AddressRefused):
        check_address(url)


def test_a_name_that_leads_inward_is_refused_at_the_moment_of_the_call(monkeypatch):
    monkeypatch.setattr(outbound.socket, "getaddrinfo", lambda *a, **k: [(2, 1, 6, "", ("10.1.2.3", 80))])
    assert check_address("http://example.org/") == "http://example.org/"
    with pytest.raises(AddressRefused):
        call("GET", "http://example.org/")


def test_an_allowed_host_is_called_and_its_answer_given(server):
    server.answers["/a?b=c"] = {"well": "yes"}
    reply = call("POST", f"{server.address}/a?b=c", body={"x": "ü"}, headers={"Authorization": "Bearer s"})
    assert (reply.status, reply.json()) == (200, {"well": "yes"})
    path, body, headers = server.asked[0]
    assert (path, body, headers["Authorization"], headers["Host"]) == ("/a?b=c", {"x": "ü"}, "Bearer s", server.host)


def test_a_redirect_is_not_followed(server):
    server.answers["/"] = (302, b"")
    with pytest.raises(CallFailed, match="redirect"):
        call("GET", server.address)


def test_a_huge_answer_is_cut_off(server):
    server.answers["/"] = b"x" * 200_000
    with pytest.raises(CallFailed, match="larger than 100,000 bytes"):
        call("GET", server.address, max_bytes=100_000)


def test_an_answer_that_drips_takes_no_longer_than_it_may(server):
    server.answers["/"] = Dripping(b"y" * 100, seconds=30)
    begun = time.monotonic()
    with pytest.raises(CallFailed, match="within 0.5 seconds"):
        call("GET", server.address, timeout=0.5)
    assert time.monotonic() - begun < 5


def test_an_answer_that_is_no_json_says_so(server):
    server.answers["/"] = b"<html>"
    with pytest.raises(CallFailed, match="not JSON"):
        call("GET", server.address).json()


def test_nobody_there_is_told(settings):
    settings.OUTBOUND_ALLOWED_HOSTS = ["127.0.0.1"]
    with pytest.raises(CallFailed, match="cannot be reached"):
        call("GET", "http://127.0.0.1:9/")


def test_a_secret_is_sealed_and_opened_with_the_same_key_alone(settings):
    sealed = seal("very secret")
    assert "secret" not in sealed
    assert unseal(sealed) == "very secret"
    assert (seal(""), unseal("")) == ("", "")
    settings.SECRET_KEY = "another" * 10
    with pytest.raises(Unreadable):
        unseal(sealed)

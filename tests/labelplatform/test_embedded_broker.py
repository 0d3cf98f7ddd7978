import stat

import pytest
from celery import Celery

from labelplatform import embedded_broker
from labelplatform.embedded_broker import BrokerUnavailable, find_server, make_private_folder, running_broker


def test_messages_pass_through_the_broker_that_the_wheel_brings(tmp_path):
    socket = tmp_path / "broker.sock"
    with running_broker(socket):
        app = Celery(broker=f"redis+socket://{socket}", set_as_current=False)
        with app.connection_for_write() as connection, connection.SimpleQueue("greetings") as queue:
            queue.put({"greeting": "hello"})
            assert queue.get(timeout=5).payload == {"greeting": "hello"}


def test_a_named_server_is_taken_before_the_one_from_the_wheel(monkeypatch):
    monkeypatch.setenv("EMBEDDED_BROKER_BIN", "/bin/true")
    assert str(find_server()) == "/bin/true"


def test_a_named_server_that_is_not_there_is_refused_by_name(monkeypatch):
    monkeypatch.setenv("EMBEDDED_BROKER_BIN", "/no/such/server")
    with pytest.raises(BrokerUnavailable, match="EMBEDDED_BROKER_BIN=/no/such/server"):
        find_server()


def test_a_server_on_path_serves_where_there_is_no_wheel(monkeypatch, tmp_path):
    server = tmp_path / "redis-server"
    server.touch(mode=0o755)
    monkeypatch.setattr(embedded_broker, "find_spec", lambda name: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_server() == server


def test_without_any_server_it_is_said_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(embedded_broker, "find_spec", lambda name: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BrokerUnavailable, match="install valkey-server or redis-server"):
        find_server()


def test_the_folder_of_the_socket_is_for_its_owner_alone(tmp_path, monkeypatch):
    folder = tmp_path / "run"
    make_private_folder(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    monkeypatch.setattr(embedded_broker.os, "getuid", lambda: folder.stat().st_uid + 1)
    with pytest.raises(BrokerUnavailable, match="belongs to another user"):
        make_private_folder(folder)

"""Receivers of alerts that answer without end cost no memory and no more than their time. Real servers."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread

import pytest

from alerts import channels
from alerts.channels import Channel, DeliveryError, Message, deliver, give_sign_of_life
from rasid.settings import Settings

MESSAGE = Message("subject", "text", "<p>text", {"alerts": []})
MAIL = Channel(id="desk", email=("desk@example.org",))
HOOK = Channel(id="system", webhook="HOOK")
MOST = 64 << 20
"""Bytes that a server here tries to send, many times what sockets hold."""
TAKEN: list[bytes] = []
"""How the answers began that a client took to their end."""


@contextmanager
def _server(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):  # the client has gone, or the test has ended
            while True:
                sock, _ = listening.accept()
                with sock, suppress(OSError):
                    talk(sock)

    thread = Thread(target=serve, daemon=True)
    thread.start()
    yield listening.getsockname()[1]
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    thread.join()


def _pour(start: bytes, rest: bytes, every: float = 0) -> Callable[[socket.socket], None]:
    """Sends `MOST` bytes, and notes it in `TAKEN` if the client took them all."""

    def talk(sock: socket.socket) -> None:
        sock.sendall(start)
        for _ in range(MOST // len(rest)):
            sock.sendall(rest)
            time.sleep(every)
        TAKEN.append(start)

    return talk


@pytest.fixture(autouse=True)
def _nothing_taken() -> None:
    TAKEN.clear()


def _webhook(head: bytes, rest: bytes, every: float = 0) -> Callable[[socket.socket], None]:
    def talk(sock: socket.socket) -> None:
        sock.recv(65536)
        _pour(head, rest, every)(sock)

    return talk


def test_the_body_of_a_webhook_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    head, rest = b"HTTP/1.1 %s\r\nContent-Type: text/plain\r\n\r\n", b"a" * 65536
    with _server(_webhook(head % b"200 OK", rest)) as port:
        monkeypatch.setenv("HOOK", f"http://127.0.0.1:{port}/")
        deliver(HOOK, MESSAGE, Settings())
    with _server(_webhook(head % b"500 No", rest)) as port:
        monkeypatch.setenv("HOOK", f"http://127.0.0.1:{port}/")
        with pytest.raises(DeliveryError, match="webhook: status 500"):
            deliver(HOOK, MESSAGE, Settings())
    assert TAKEN == []


def test_nor_is_that_of_who_watches_for_signs_of_life() -> None:
    head, rest = b"HTTP/1.1 %s\r\nContent-Type: text/plain\r\n\r\n", b"a" * 65536
    with _server(_webhook(head % b"200 OK", rest)) as port:
        give_sign_of_life(f"http://127.0.0.1:{port}/secret")
    refused = pytest.raises(DeliveryError, match="RASID_ALIVE_URL: status 404")
    with _server(_webhook(head % b"404 No", rest)) as port, refused:
        give_sign_of_life(f"http://127.0.0.1:{port}/secret")
    with pytest.raises(DeliveryError, match="RASID_ALIVE_URL: ConnectError"):
        give_sign_of_life(f"http://127.0.0.1:{port}/secret")
    assert TAKEN == []


def test_a_webhook_that_is_never_silent_has_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channels, "WHOLE", 1)
    with _server(_webhook(b"HTTP/1.1 200 OK\r\n", b"X: a\r\n", every=0.1)) as port:
        monkeypatch.setenv("HOOK", f"http://127.0.0.1:{port}/")
        with pytest.raises(DeliveryError, match="webhook: TimeoutError"):
            deliver(HOOK, MESSAGE, Settings())


LONG = 3 * channels.MAX_REPLY
"""Bytes of a reply that has an end, and would be taken if nothing bounded it."""


@pytest.mark.parametrize(
    ("replies", "next_command"),
    [
        ([b"220-hello\r\n" * (LONG // 11) + b"220 hello\r\n"], b"ehlo"),
        ([b"220 " + b"a" * LONG + b"\r\n"], b"ehlo"),
        ([b"220 hello\r\n", b"250-x\r\n" * (LONG // 7) + b"250 x\r\n"], b"mail"),
    ],
    ids=["lines", "line", "lines after the first"],
)
def test_a_mail_server_whose_reply_is_too_long(replies: list[bytes], next_command: bytes) -> None:
    heard = []

    def talk(sock: socket.socket) -> None:
        for reply in replies:
            sock.sendall(reply)
            heard.append(sock.recv(1000))

    with _server(talk) as port, pytest.raises(DeliveryError, match="e-mail: SMTP"):
        deliver(MAIL, MESSAGE, Settings(smtp_url=f"smtp://127.0.0.1:{port}"))
    assert not any(command.lower().startswith(next_command) for command in heard)


@pytest.mark.parametrize("rest", [b"a", b"220-a\r\n"], ids=["a line", "lines"])
def test_a_mail_server_that_is_never_silent_has_its_time(rest: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channels, "WHOLE", 1)
    disconnected = pytest.raises(DeliveryError, match="e-mail: SMTPServerDisconnected")
    with _server(_pour(b"220-", rest, every=0.1)) as port, disconnected:
        deliver(MAIL, MESSAGE, Settings(smtp_url=f"smtp://127.0.0.1:{port}"))

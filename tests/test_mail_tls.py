"""A mail server gets a password over TLS alone, unless RASID_SMTP_URL says otherwise by name. Real servers."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from alerts.channels import Channel, DeliveryError, Message, deliver
from rasid.errors import RasidError
from rasid.settings import Settings, load_settings
from tests.conftest import free_ports
from tests.test_tls import _self_signed

CHANNEL = Channel(id="desk", email=("desk@example.org",))
MESSAGE = Message("subject", "text", "<p>text", {})


class Server:
    """What a server was given, and over what."""

    def __init__(self) -> None:
        self.logins: list[tuple[bytes, bool]] = []
        self.mails: list[bool] = []

    def __call__(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        self.logins.append((data.password, session.ssl is not None))
        return AuthResult(success=True)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  the name that aiosmtpd calls
        self.mails.append(session.ssl is not None)
        return "250 OK"


@contextmanager
def _serving(certificate: Path | None) -> Iterator[tuple[Server, int]]:
    server = Server()
    (port,) = free_ports(1)
    tls = None
    if certificate:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate)
    controller = Controller(
        server, hostname="127.0.0.1", port=port, tls_context=tls, authenticator=server, auth_require_tls=False
    )
    controller.start()
    yield server, port
    controller.stop()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _self_signed(tmp_path_factory.mktemp("tls") / "server.pem")


def _deliver(address: str) -> None:
    deliver(CHANNEL, MESSAGE, Settings(smtp_url=address))


def test_a_server_without_tls_gets_no_password() -> None:
    with _serving(None) as (server, port):
        with pytest.raises(DeliveryError, match="offers no TLS, so it gets no password"):
            _deliver(f"smtp://user:secret@127.0.0.1:{port}")
        assert (server.logins, server.mails) == ([], [])
        _deliver(f"smtp://127.0.0.1:{port}")
        assert (server.logins, server.mails) == ([], [False])
        _deliver(f"smtp://user:secret@127.0.0.1:{port}?tls=none")
        assert (server.logins, server.mails) == ([(b"secret", False)], [False, False])


@pytest.mark.parametrize(
    "answer",
    [b"454 TLS not available\r\n", b"220 go ahead\r\n250-x\r\n250 AUTH PLAIN LOGIN\r\n235 welcome\r\n250 OK\r\n"],
    ids=["refused", "answers before TLS"],
)
def test_who_stands_between_gets_no_password(answer: bytes) -> None:
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def talk() -> None:
            sock, _ = listening.accept()
            with sock, suppress(OSError):
                sock.sendall(b"220 x\r\n")
                heard.append(sock.recv(1000))
                sock.sendall(b"250-x\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN\r\n")
                heard.append(sock.recv(1000))
                sock.sendall(answer)
                while part := sock.recv(1000):
                    heard.append(part)

        thread = Thread(target=talk)
        thread.start()
        with pytest.raises(DeliveryError, match="e-mail: "):
            _deliver(f"smtp://user:secret@127.0.0.1:{listening.getsockname()[1]}")
        thread.join()
    said = b"".join(heard)
    assert said.startswith(b"ehlo")
    assert b"STARTTLS" in said
    assert b"AUTH" not in said
    assert b"MAIL" not in said.upper()


def test_a_server_with_tls(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with _serving(certificate) as (server, port):
        with pytest.raises(DeliveryError, match="SSLCertVerificationError"):
            _deliver(f"smtp://user:secret@127.0.0.1:{port}")
        assert (server.logins, server.mails) == ([], [])
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        _deliver(f"smtp://user:p%40%2Fss@127.0.0.1:{port}")
        _deliver(f"smtp://127.0.0.1:{port}")
        assert (server.logins, server.mails) == ([(b"p@/ss", True)], [True, True])


@pytest.mark.parametrize(
    "address",
    [
        "smtp://user:7f3a@mail.example.org:587/",
        "smtp://user:7f3a/x@mail.example.org",
        "smtp://user:7f3a@mail.example.org:99999",
        "smtp://user:7f3a@mail.example.org:0",
        "smtp://user:7f3a@mail.example.org?tls=no",
        "smtps://user:7f3a@mail.example.org?tls=none",
        "smtp://user:7f3a@mail.example.org#x",
        "smtp://user:7f3a@",
        "smtp://user:7f3a@mail example.org",
        "http://user:7f3a@mail.example.org",
        "user:7f3a@mail.example.org",
    ],
)
def test_a_mistake_in_the_address_is_told_without_the_password(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("RASID_SMTP_URL", "ELASTICSEARCH_URL", "KIBANA_URL"):
        monkeypatch.setenv(variable, address.replace("http:", "ftp:"))
    with pytest.raises(RasidError) as told:
        load_settings()
    lines = str(told.value).splitlines()
    assert sorted(line.split(":")[0] for line in lines) == ["ELASTICSEARCH_URL", "KIBANA_URL", "RASID_SMTP_URL"]
    assert "7f3a" not in str(told.value)


def test_links_for_analysts_have_no_password() -> None:
    assert Settings(KIBANA_URL="http://elastic:7f3a@kibana:5601/").kibana_page == "http://kibana:5601"

"""A certificate that nobody vouches for is no proof of whom we talk to."""

import ssl
import threading
from datetime import UTC, datetime, timedelta
from http.server import HTTPServer, SimpleHTTPRequestHandler
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from rasid.errors import RasidError
from rasid.settings import Settings
from search.cluster import connect_as_admin
from tests.crawling import Crawl
from tests.secured import PASSWORD, secured
from tests.serving import Web


def _self_signed(file: Path) -> Path:
    """A certificate for the loopback address, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(private + certificate.public_bytes(pem))
    return file


def _context(folder: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_self_signed(folder / "server.pem"))
    return context


def test_a_self_signed_certificate_is_refused(crawl: Crawl, site: Web, tmp_path: Path) -> None:
    context = _context(tmp_path)
    with HTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
        host = f"127.0.0.1:{server.server_port}"
        outlet = site.outlet(sources=[{"feed": f"https://{host}/feed"}], allow_hosts=[host])
        report = crawl(outlet)
        server.shutdown()
    assert report.captures == 0
    assert report.error
    assert "certificate verify failed" in report.error


def test_a_cluster_with_a_certificate_of_its_own_is_trusted_by_name(cluster: str, tmp_path: Path) -> None:
    with secured(cluster, _context(tmp_path)) as guarded:
        variables = {"ELASTICSEARCH_URL": guarded.url, "ELASTICSEARCH_PASSWORD": PASSWORD}
        with pytest.raises(RasidError, match="certificate verify failed"):
            connect_as_admin(Settings(**variables))
        trusting = Settings(**variables, ELASTICSEARCH_CA=tmp_path / "server.pem")
        with connect_as_admin(trusting) as client:
            assert client.info()["version"]["number"]
        with pytest.raises(RasidError, match="cannot be used"):
            connect_as_admin(Settings(**variables, ELASTICSEARCH_CA=tmp_path / "none.pem"))

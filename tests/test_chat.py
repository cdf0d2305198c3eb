"""Alerts in a chat: what the web wrote is text there, and a message of any length arrives whole. A real receiver."""

import json
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from alerts.channels import Channel, DeliveryError, Message, deliver
from rasid.settings import Settings

CHAT = Channel(id="chat", apprise="CHAT")
MOST = 4_000
"""Characters that Mattermost takes, as Apprise knows."""


class _Chat(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.said.append(said["text"])  # type: ignore[attr-defined]
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Chat)
    said: list[str] = []
    server.said = said  # type: ignore[attr-defined]
    Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
    monkeypatch.setenv("CHAT", f"mmost://127.0.0.1:{server.server_port}/token")
    yield said
    server.shutdown()
    server.server_close()


def test_what_the_web_wrote_is_no_markup(said: list[str]) -> None:
    titles = ["[صفقة](http://evil.example)", "![x](http://evil.example/x.png)", "[صفقة][1] [1]: http://evil.example",
              "<!channel> <http://evil.example|صفقة>", "@all, (@channel)"]  # fmt: skip
    ours = "https://example.org/@desk/a?b=[c]"
    deliver(CHAT, Message(titles[0], "\n".join([*titles, ours]), "", {}), Settings())
    (text,) = said
    assert re.sub("\u200b", "", text).count("evil.example") == 5
    assert ours in text
    assert not re.search(r"\]\(|\]\[|\]:|<[!h]|(?<!/)@\w", text)


def test_a_long_message_arrives_in_parts(said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apprise.plugins.mattermost.NotifyMattermost.request_rate_per_sec", 0)
    lines = [f"خبر رقم {number} من أخبار اليوم" for number in range(500)]
    deliver(CHAT, Message("500", "\n".join(lines), "", {}), Settings())
    assert len(said) > 1
    assert all(len(text) <= MOST for text in said)
    assert re.findall(r"\d+ (?=من)", " ".join(said)) == [f"{number} " for number in range(500)]


@pytest.mark.parametrize(
    "address",
    [
        *(
            "syslog://{}",
            "dbus://{}",
            "gnome://{}",
            "macosx://{}",
            "windows://{}",
            "file:///etc/{}",
            "{}",
            "json://[{}",
        ),
        *("json://u:{}@127.0.0.1:1/?attach=/etc/passwd", "xml://u:{}@127.0.0.1:1", "irc://u:{}@127.0.0.1:1/c"),
        *("nonsense://{}", "json://127.0.0.1:99999/{}", "tgram://{}/"),
    ],
)
def test_an_address_that_is_none_is_told_without_what_it_says(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], address: str
) -> None:
    """Kinds that act on this machine are among them."""
    monkeypatch.setenv("CHAT", address.format("7f3asecret"))
    with pytest.raises(DeliveryError) as told:
        deliver(CHAT, Message("subject", "text", "", {}), Settings())
    assert "7f3asecret" not in f"{told.value}{''.join(capfd.readouterr())}"

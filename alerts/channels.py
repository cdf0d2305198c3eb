"""The channels of ``alerts.yaml``: e-mail, a signed webhook, and whatever Apprise knows. Secrets come from
where settings do: the file has the names of variables, and no error or log line has their values.
"""

import asyncio
import hashlib
import hmac
import re
import smtplib
import socket
import ssl
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from functools import cache
from typing import Annotated, Any, Literal
from urllib.parse import unquote, urlsplit

import apprise
import httpx
from pydantic import AfterValidator, StringConstraints, model_validator

from rasid.errors import RasidError
from rasid.printable import json_text
from rasid.settings import Settings, load_variable
from rasid.yaml_file import Written

TIMEOUT = 30
"""Seconds that a channel may take for one step of a delivery."""
WHOLE = 120
"""Seconds that a mail server or webhook may take for all of it: one that sends a byte now and then is never silent."""
MAX_REPLY = 100_000
"""Bytes of one reply of a mail server, of all its lines."""
_MARKUP = re.compile(r"[<\]](?=\S)|(?<![\w/])@(?=\w)")
"""With what chats begin a link under other words, or call everybody: ``[text](address)``, ``<!channel>``, ``@all``."""
Variable = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$")]
"""Name of a variable."""


def _mail_address(text: str) -> str:
    try:
        address = Address(addr_spec=text)
    except (ValueError, IndexError):
        raise ValueError("expected an e-mail address such as desk@example.org") from None
    if not address.domain:
        raise ValueError("expected an e-mail address such as desk@example.org")
    return text


class Channel(Written):
    """Where alerts go: exactly one of `email`, `webhook` and `apprise`.

    Attributes:
        id: key of the channel in the file.
        email: addresses, which all get one mail.
        webhook: variable that has the address which gets the alerts as JSON.
        secret: variable that has the key with which a webhook's body is signed.
        apprise: variable that has an address in Apprise's form, such as ``tgram://token/chat``.
        language: language of the message's own words.
    """

    id: str
    email: tuple[Annotated[str, AfterValidator(_mail_address)], ...] = ()
    webhook: Variable | None = None
    secret: Variable | None = None
    apprise: Variable | None = None
    language: Literal["ar", "en"] = "ar"

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of the variables that it needs."""
        return tuple(name for name in (self.webhook, self.secret, self.apprise) if name)

    @model_validator(mode="after")
    def _one_kind(self) -> "Channel":
        if sum(map(bool, (self.email, self.webhook, self.apprise))) != 1:
            raise ValueError("expected exactly one of email:, webhook: and apprise:")
        if self.secret and not self.webhook:
            raise ValueError("secret: is of a webhook only")
        return self


@dataclass(frozen=True)
class Message:
    """What a channel sends.

    Attributes:
        subject: the subject, one line.
        text: the message as plain text.
        html: the message as a whole page, with all its styles inside.
        data: the message for machines, as JSON.
    """

    subject: str
    text: str
    html: str
    data: dict[str, Any]


class DeliveryError(Exception):
    """A channel could not deliver; the message is for the operator and names no secret.

    Args:
        message: why.
        refused: those who did not get it, where others did.
    """

    def __init__(self, message: str, refused: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.refused = refused


def deliver(channel: Channel, message: Message, settings: Settings, recipients: Collection[str] = ()) -> None:
    """Sends a message through a channel.

    Args:
        channel: the channel.
        message: the message.
        settings: settings with the mail server.
        recipients: addresses that get the mail, if not all of the channel's.

    Raises:
        DeliveryError: it was not accepted, or not by all.
    """
    try:
        if channel.email:
            _mail(tuple(recipients) or channel.email, message, settings)
        elif channel.webhook:
            _post(_variable(channel.webhook), channel, message)
        elif channel.apprise:
            _notify(_variable(channel.apprise), message)
    except DeliveryError:
        raise
    except Exception as error:  # whatever a library raises over one address or text is this delivery's failure alone
        raise DeliveryError(f"{channel.id}: {_what(error)}") from error


@cache
def _tls() -> ssl.SSLContext:
    """Made once: reading the trusted certificates takes longer than a message does."""
    return httpx.create_ssl_context()


def _variable(name: str) -> str:
    try:
        value = load_variable(name)
    except RasidError as error:
        raise DeliveryError(str(error)) from None
    if not value:
        raise DeliveryError(f"the variable {name} is not set")
    return value


def _mail(recipients: Sequence[str], message: Message, settings: Settings) -> None:
    if not settings.smtp_url:
        raise DeliveryError("the setting RASID_SMTP_URL is not set")
    server = urlsplit(settings.smtp_url)
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = message.subject, settings.mail_from, ", ".join(recipients)
    mail["Date"], mail["Message-ID"] = formatdate(), make_msgid("rasid")
    mail.set_content(message.text)
    mail.add_alternative(message.html, subtype="html")
    host, port = server.hostname or "", server.port or 0
    try:
        smtp = (
            _MailServerByTls(host, port, timeout=TIMEOUT, context=ssl.create_default_context())
            if server.scheme == "smtps"
            else _MailServer(host, port, timeout=TIMEOUT)
        )
        with closing(smtp):
            smtp.ehlo()
            offered = smtp.has_extn("starttls")
            if settings.mail_tls == "demanded" and not offered:
                raise DeliveryError("e-mail: the server offers no TLS, so it gets no password; ?tls=none allows it")
            if offered and settings.mail_tls in {"demanded", "if offered"}:
                smtp.starttls(context=ssl.create_default_context())
            if server.username:
                smtp.login(unquote(server.username), unquote(server.password or ""))
            refused = smtp.send_message(mail)
            with suppress(smtplib.SMTPException, OSError):  # who took the mail has it, whatever comes of the farewell
                smtp.quit()
    except smtplib.SMTPRecipientsRefused as error:
        raise DeliveryError(f"e-mail: {_codes(error.recipients)}") from None
    except (smtplib.SMTPException, OSError) as error:
        raise DeliveryError(f"e-mail: {_what(error)}") from None
    if refused:
        raise DeliveryError(f"e-mail: {_codes(refused)}", tuple(refused))


class _Reply:
    """Reads one reply of a mail server byte by byte, so that its length and the time that is left bound it."""

    def __init__(self, sock: socket.socket, ends: float) -> None:
        self._sock, self._ends, self._left = sock, ends, MAX_REPLY

    def readline(self, size: int) -> bytes:
        line = b""
        while self._left and len(line) < size and not line.endswith(b"\n"):
            left = self._ends - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self._sock.settimeout(min(TIMEOUT, left))
            if not (byte := self._sock.recv(1)):
                break
            line += byte
            self._left -= 1
        return line

    def close(self) -> None:
        """Leaves the socket open: it is the server's."""


class _MailServer(smtplib.SMTP):
    def __init__(self, *args: Any, **options: Any) -> None:
        self._ends = time.monotonic() + WHOLE
        super().__init__(*args, **options)

    def getreply(self) -> tuple[int, bytes]:
        if self.sock:
            self.file = _Reply(self.sock, self._ends)
        return super().getreply()


class _MailServerByTls(_MailServer, smtplib.SMTP_SSL):
    pass


def _post(url: str, channel: Channel, message: Message) -> None:
    body = json_text(message.data).encode()
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Rasid"}
    if channel.secret:
        stamp = str(int(time.time()))
        digest = hmac.new(_variable(channel.secret).encode(), stamp.encode() + b"." + body, hashlib.sha256)
        headers |= {"X-Rasid-Timestamp": stamp, "X-Rasid-Signature": f"sha256={digest.hexdigest()}"}
    # What is signed for one address goes to no other by itself.
    _ask("webhook", "POST", url, body, headers, f": it has moved, so give {channel.webhook} its new address")


def give_sign_of_life(url: str) -> None:
    """Asks an address that somebody watches: when it is not asked in time, that one is told by whoever keeps it.

    Raises:
        DeliveryError: it did not answer well.
    """
    _ask("RASID_ALIVE_URL", "GET", url, b"", {"User-Agent": "Rasid"})


def _ask(what: str, method: str, url: str, body: bytes, headers: Mapping[str, str], moved: str = "") -> None:
    """Raises DeliveryError unless the address answers well; `moved` is what is said besides of one that has moved."""
    try:
        answer = asyncio.run(_head_of_answer(method, url, body, headers))
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
        raise DeliveryError(f"{what}: {type(error).__name__}") from None  # its text may have the address
    if not answer.is_success:
        raise DeliveryError(f"{what}: status {answer.status_code}{moved if answer.has_redirect_location else ''}")


async def _head_of_answer(method: str, url: str, body: bytes, headers: Mapping[str, str]) -> httpx.Response:
    """The status and headers: the answer's own body says nothing, and may have no end."""
    async with (
        asyncio.timeout(WHOLE),
        httpx.AsyncClient(timeout=TIMEOUT, verify=_tls()) as client,
        client.stream(method, url, content=body, headers=headers) as answer,
    ):
        return answer


def _notify(url: str, message: Message) -> None:
    # A redirect makes a request without its body of the message, which would count as delivered.
    notifier = apprise.Apprise(asset=apprise.AppriseAsset(http_redirects=False))
    if "overflow=" not in url:  # a message longer than the service takes is sent in parts; else it is refused, for good
        url += ("&" if "?" in url else "?") + "overflow=split"
    if not notifier.add(url):
        raise DeliveryError("apprise: the address is not one that Apprise knows")
    text, title = (_MARKUP.sub("\\g<0>\u200b", part) for part in (message.text, message.subject))
    if not notifier.notify(body=text, title=title, body_format=apprise.NotifyFormat.TEXT):
        raise DeliveryError("apprise: not delivered")


def _codes(refused: Mapping[str, tuple[int, bytes]]) -> str:
    return ", ".join(f"{address} refused ({code})" for address, (code, _) in refused.items())


def _what(error: Exception) -> str:
    """An error without the text that servers put in, which may have the password of a login."""
    code = getattr(error, "smtp_code", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__

"""Settings, from the environment, a file ``.env`` in the working directory, or files in the folder ``RASID_SECRETS``,
each named like its variable. `docs/reference/settings.md` has them in one table.
"""

import os
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

from platformdirs import user_cache_path, user_data_path
from pydantic import Field, ValidationError, create_model, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError
from upath import UPath

from rasid.configuration import SHIPPED
from rasid.errors import RasidError, told_by_system, without_users
from rasid.storage import is_local, regular, root_of

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data" if (ROOT / "pyproject.toml").exists() else user_data_path("rasid")
"""Where data is when nothing is said: in the checkout or, where Rasid is installed without one, in the user's folder.
Not in the working directory, as the same command must find the same data from any.
"""
Role = Literal["writer", "reader", "alerts"]
"""What a client of the cluster is for; each may have an API key of its own."""
Tls = Literal["from the start", "demanded", "if offered", "never"]
"""How a mail server's connection is encrypted; the middle two by STARTTLS."""
_HEADER = r"^[^\x00-\x1f\x7f]{3,}$"  # else a line end in it would be the begin of another header


class _Sources(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="RASID_",
        env_file=".env",
        env_file_encoding="utf-8-sig",  # some editors put a mark in front
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
    )


_Kind = TypeVar("_Kind", bound=_Sources)


class Settings(_Sources):
    """One attribute a setting; the variable is ``RASID_`` and its name, except where an alias stands."""

    data: UPath = Field(
        UPath(DATA),
        description="where captures, articles, state and reports are kept: a folder, or an address such as "
        "s3://bucket/rasid",
    )
    config: Path = Field(
        SHIPPED,
        description="folder of your outlets.yaml, topics.yaml, entities.yaml, deals.yaml, synonyms.yaml and "
        "alerts.yaml, and of models: each file there stands in place of the one that Rasid comes with, and those in "
        "its outlets.d, topics.d … beside it",
    )
    elasticsearch_url: str | None = Field(
        None,
        alias="ELASTICSEARCH_URL",
        description="an Elasticsearch 9 of your own; without it, Rasid starts a node on this machine",
    )
    elasticsearch_ca: Path | None = Field(
        None,
        alias="ELASTICSEARCH_CA",
        description="file of the certificate that signs that cluster's, if it is its own",
    )
    elasticsearch_api_key: str | None = Field(
        None,
        alias="ELASTICSEARCH_API_KEY",
        repr=False,
        description="for that cluster, which `rasid setup` must then have set up",
    )
    elasticsearch_reader_api_key: str | None = Field(
        None,
        alias="ELASTICSEARCH_READER_API_KEY",
        repr=False,
        description="for what only reads; ELASTICSEARCH_API_KEY when absent",
    )
    elasticsearch_alerts_api_key: str | None = Field(
        None,
        alias="ELASTICSEARCH_ALERTS_API_KEY",
        repr=False,
        description="for sending alerts; ELASTICSEARCH_API_KEY when absent",
    )
    elasticsearch_password: str | None = Field(
        None, alias="ELASTICSEARCH_PASSWORD", repr=False, description="of the user elastic, for `rasid setup` alone"
    )
    snapshots: str | None = Field(
        None,
        description="where `rasid setup` has the cluster keep nightly snapshots: a folder in its path.repo, or "
        "s3://bucket/path",
    )
    smtp_url: str | None = Field(
        None,
        repr=False,
        description="the server that sends alert mails, such as smtp://user:password@mail.example.org:587; TLS is "
        "demanded where there is a password, unless ?tls=none stands at the end; smtps:// for TLS from the start",
    )
    alive_url: str | None = Field(
        None,
        repr=False,
        description="an address that is asked when a run has ended well, such as that of a check at healthchecks.io: "
        "who keeps it tells you when no run has",
    )
    mail_from: str = Field("rasid@localhost", pattern=_HEADER, description="the sender of alert mails")
    timezone: str = Field(
        "UTC", description="time zone of the schedule, and of the times in the report, in mails and at the desk"
    )
    language: Literal["ar", "en"] = Field(
        "ar",
        description="language of the report; where it is set to ar, mistakes in YAML files are told in Arabic, too",
    )
    desk_url: str | None = Field(
        None, description="where analysts reach the desk, for links in mails, such as https://desk.example.org"
    )
    desk_hosts: str = Field(
        "",
        description="names, separated by commas, under which a proxy serves the desk; it answers to this machine's own "
        "names always",
    )
    desk_user_header: str | None = Field(
        None,
        pattern=r"^[A-Za-z0-9-]+$",
        description="the header in which that proxy says who is there, such as X-Forwarded-User: who is named may "
        "change things, and needs no token; the proxy must take it out of what it is sent",
    )
    failed_outlets: float = Field(
        0.5, ge=0, le=1, description="share of the outlets that may fail before the run counts as failed"
    )
    batches: Annotated[int, Field(le=1000)] = Field(
        1,
        ge=1,
        description="tasks over which the outlets of a run are spread: one crawls all of its outlets side by side, so "
        "that one machine needs one task, and several workers as many as they are",
    )
    kibana_url: str | None = Field(
        None,
        alias="KIBANA_URL",
        description="a Kibana in which `rasid setup` puts its data views, sessions and dashboards",
    )
    kibana_api_key: str | None = Field(None, alias="KIBANA_API_KEY", repr=False, description="for that Kibana")
    kibana_public_url: str | None = Field(
        None,
        alias="KIBANA_PUBLIC_URL",
        description="where analysts reach that Kibana, for links; KIBANA_URL when absent",
    )
    kibana_system_password: str | None = Field(
        None,
        alias="KIBANA_SYSTEM_PASSWORD",
        repr=False,
        description="what `rasid setup --keys FOLDER` makes the password of Kibana's own user",
    )
    kibana_analyst_password: str | None = Field(
        None,
        alias="KIBANA_ANALYST_PASSWORD",
        min_length=6,
        repr=False,
        description="what `rasid setup --keys FOLDER` makes the password of `analyst`, Kibana's user for analysts",
    )
    kibana_space: str | None = Field(
        None,
        alias="KIBANA_SPACE",
        pattern=r"^[a-z0-9_-]+$",
        description="the space of Kibana for them; created if it is missing",
    )
    keep_months: Annotated[int, Field(le=1200)] | None = Field(
        None,
        ge=1,
        description="months that the index keeps, this one counted; older ones are deleted by `rasid maintenance` or "
        "the DAG maintenance, and their captures stay",
    )
    keep_captures_days: int | None = Field(
        None, ge=1, le=36_500, description="captures and articles of older days are deleted likewise"
    )
    es_heap: str = Field("512m", pattern=r"^\d+[mg]$", description="memory of the local node's Java process")
    contact: str = Field(
        "https://example.org/rasid",
        pattern=_HEADER,
        description="in the user agent: where an outlet can reach you",
    )
    timeout: float = Field(30, gt=0, le=600, description="seconds for one page, from request to last byte")
    max_page_bytes: int = Field(10_000_000, gt=0, description="a larger page is not kept")
    max_pages: int = Field(1000, gt=0, description="pages fetched from one outlet in one run; others are for the next")
    max_outlet_bytes: int = Field(500_000_000, gt=0, description="a crawl of one outlet ends when its pages exceed it")
    max_outlet_seconds: float = Field(3600, gt=0, le=604_800, description="a crawl of one outlet ends after so long")
    revisit_hours: float = Field(
        48, ge=0, le=87_600, description="an article is visited again for so long after its first capture"
    )
    revisit_every_hours: float = Field(6, ge=0, le=87_600, description="and not more often than this")

    @property
    def kibana_page(self) -> str | None:
        """Address of Kibana as analysts open it: with the space, if there is one."""
        space = f"/s/{self.kibana_space}" if self.kibana_space else ""
        url = self.kibana_public_url or self.kibana_url
        return f"{without_users(url).rstrip('/')}{space}" if url else None

    @property
    def cache(self) -> Path:
        """The folder of what is kept to save time: beside the data, once that is begun on this machine."""
        beside = is_local(self.data) and self.data.exists()
        return Path(self.data.path) / "cache" if beside else user_cache_path("rasid")

    @property
    def managed(self) -> bool:
        """Whether the cluster is set up by `rasid setup` alone, as the daily job's API key may not do it."""
        return self.elasticsearch_api_key is not None

    def api_key(self, role: Role) -> str | None:
        """What the cluster is asked with, as Elasticsearch encodes it."""
        own = {"reader": self.elasticsearch_reader_api_key, "alerts": self.elasticsearch_alerts_api_key}.get(role)
        return own or self.elasticsearch_api_key

    @property
    def mail_tls(self) -> Tls:
        """How the connection to the server of `smtp_url` is encrypted."""
        server = urlsplit(self.smtp_url or "")
        if server.scheme == "smtps":
            return "from the start"
        if server.query:
            return "never"
        return "demanded" if server.username else "if offered"

    @field_validator("data", mode="before")
    @classmethod
    def _absolute(cls, data: UPath | str) -> UPath:
        try:
            return root_of(data)
        except ImportError as error:  # what the kind of storage needs is not installed
            raise ValueError(str(error)) from None

    @field_validator("timezone")
    @classmethod
    def _zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (OSError, ValueError, KeyError):  # of which it raises any, for a name that is none
            raise ValueError("expected the name of a time zone, such as Africa/Algiers") from None
        return name

    @field_validator("config")
    @classmethod
    def _folder(cls, config: Path) -> Path:
        if not config.is_dir():  # else a slip of the pen would bring back the shipped files
            raise ValueError("expected a folder that exists; `rasid init FOLDER` makes one")
        return config

    @field_validator("elasticsearch_url", "kibana_url", "kibana_public_url", "alive_url", "desk_url")
    @classmethod
    def _web_address(cls, url: str | None) -> str | None:
        if url and not _is_server(url, "http", "https"):
            raise ValueError(f"expected an address such as https://search.example.org:9200 {_ENCODED}")
        return url

    @field_validator("smtp_url")
    @classmethod
    def _mail_server(cls, url: str | None) -> str | None:
        if url and not ((server := _is_server(url, "smtp", "smtps")) and _names_only_a_server(server)):
            form = "smtp:// or smtps://, user:password@ if needed, a host and its port, such as mail.example.org:587"
            raise ValueError(f"expected {form}, and nothing after them but ?tls=none {_ENCODED}")
        return url


_ENCODED = "(in its user and password / ? # @ : % stand as %2F %3F %23 %40 %3A %25)"


def _is_server(url: str, *schemes: str) -> SplitResult | None:
    """The parts of an address that has one of the schemes, a host, and a port that can be one."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in schemes and parts.hostname and parts.port != 0 and not set(url) & set(" \t\r\n")
    except ValueError:
        return None
    return parts if usable else None


def _names_only_a_server(server: SplitResult) -> bool:
    """Whether nothing stands after the host but the leave to do without TLS."""
    plain = server.scheme == "smtp" and server.query == "tls=none"
    return not (server.path or server.fragment) and (plain or not server.query)


VARIABLES = {field.alias or f"RASID_{name.upper()}": field for name, field in Settings.model_fields.items()}
"""The settings by the names of their variables."""
SECRETS = frozenset(name for name, field in VARIABLES.items() if not field.repr or name.endswith("_URL"))
"""The variables of those that are secret, or that are addresses, which may have a password."""


def load_settings() -> Settings:
    """The settings in force.

    Raises:
        RasidError: a value is not allowed, or the files that have them cannot be read; the message names each and what
            is expected, and has no secret.
    """
    return _load(Settings)


def load_variable(name: str) -> str | None:
    """The value of a variable that is no setting of Rasid's own, such as a channel's address, from where settings are;
    None if it is not set. It does not come into the environment, which other processes get.

    Raises:
        RasidError: the files that may have it cannot be read.
    """
    alone = create_model("Variable", __base__=_Sources, value=(str | None, Field(None, alias=name, repr=False)))
    value: str | None = _load(alone).model_dump()["value"]
    return value


def _load(kind: type[_Kind]) -> _Kind:
    folder = os.environ.get("RASID_SECRETS") or None
    files = [regular(Path(".env"))]  # a pipe would be waited for
    try:
        if folder:
            files += Path(folder).iterdir()  # else a folder that is missing would be taken for an empty one
    except OSError as error:
        raise RasidError(f"RASID_SECRETS: {told_by_system(error) or error}") from None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)  # else a secret that is passed over would be missed
            return kind(_secrets_dir=folder)
    except ValidationError as error:
        raise RasidError("\n".join(map(_mistake, error.errors()))) from None
    except SettingsError as error:  # which has what happened to a secret's file as its cause
        raise RasidError(f"RASID_SECRETS: {_unread(error.__cause__ or error, files)}") from None
    except (UnicodeDecodeError, OSError) as error:
        raise RasidError(_unread(error, files)) from None


def _unread(error: BaseException, files: Iterable[Path]) -> str:
    """Why a file of settings could not be read; a warning names it already."""
    if isinstance(error, UnicodeDecodeError):
        file = next((file for file in files if file.is_file() and error.object in file.read_bytes()), "a file")
        return f"{file}: it is not UTF-8 text; save it as UTF-8"
    return told_by_system(error) or str(error) if isinstance(error, OSError) else str(error)


def _mistake(mistake: Any) -> str:
    variable = str(mistake["loc"][0])
    variable = variable if variable in VARIABLES else f"RASID_{variable.upper()}"
    value = mistake["input"]
    message = mistake["msg"].removeprefix("Value error, ")
    is_secret = not VARIABLES[variable].repr or "@" in str(value)
    return f"{variable}: {message}" if is_secret else f"{variable}: {message} (it is {value!r})"

"""Settings, from the environment, a file ``.env`` in the working directory, or files in the folder ``RASID_SECRETS``,
each named like its variable. The README has them in one table.
"""

import os
from pathlib import Path
from typing import Literal

from platformdirs import user_data_path
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from upath import UPath

from rasid.errors import RasidError
from rasid.storage import root_of

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data" if (ROOT / "pyproject.toml").exists() else user_data_path("rasid")
"""Where data is when nothing is said: in the checkout or, where Rasid is installed without one, in the user's folder.
Not in the working directory, as the same command must find the same data from any.
"""
Role = Literal["writer", "reader", "alerts"]
"""What a client of the cluster is for; each may have an API key of its own."""


class Settings(BaseSettings):
    """One attribute a setting; the variable is ``RASID_`` and its name, except where an alias stands."""

    model_config = SettingsConfigDict(
        env_prefix="RASID_", env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    data: UPath = Field(UPath(DATA), description="where captures, articles, state and reports are kept")
    config: Path = Field(ROOT / "config", description="folder of outlets.yaml, topics.yaml and alerts.yaml")
    elasticsearch_url: str | None = Field(
        None, alias="ELASTICSEARCH_URL", description="an Elasticsearch 9; without it, a local node is started"
    )
    elasticsearch_ca: Path | None = Field(
        None,
        alias="ELASTICSEARCH_CA",
        description="file of the certificate that signs that cluster's, if it is its own",
    )
    elasticsearch_api_key: str | None = Field(None, alias="ELASTICSEARCH_API_KEY", repr=False)
    elasticsearch_reader_api_key: str | None = Field(
        None,
        alias="ELASTICSEARCH_READER_API_KEY",
        repr=False,
        description="for what only reads; the other key when absent, as with the next one",
    )
    elasticsearch_alerts_api_key: str | None = Field(
        None, alias="ELASTICSEARCH_ALERTS_API_KEY", repr=False, description="for sending alerts"
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
        pattern=r"^smtps?://[^/\s]+$",
        repr=False,
        description="the server that sends alert mails, such as smtp://user:password@mail.example.org:587",
    )
    mail_from: str = Field("rasid@localhost", description="the sender of alert mails")
    failed_outlets: float = Field(
        0.5, ge=0, le=1, description="share of the outlets that may fail before the run counts as failed"
    )
    kibana_url: str | None = Field(
        None,
        alias="KIBANA_URL",
        description="a Kibana in which `rasid setup` puts its data views, sessions and dashboards",
    )
    kibana_api_key: str | None = Field(None, alias="KIBANA_API_KEY", repr=False)
    kibana_public_url: str | None = Field(
        None,
        alias="KIBANA_PUBLIC_URL",
        description="where analysts reach that Kibana, if it is another address: for links",
    )
    kibana_system_password: str | None = Field(
        None,
        alias="KIBANA_SYSTEM_PASSWORD",
        repr=False,
        description="what `rasid setup --keys` makes the password of Kibana's own user",
    )
    kibana_space: str | None = Field(
        None,
        alias="KIBANA_SPACE",
        pattern=r"^[a-z0-9_-]+$",
        description="the space of Kibana for them; created if it is missing",
    )
    keep_months: int | None = Field(
        None, ge=1, description="older months are deleted from the index, this one counted; their captures stay"
    )
    keep_captures_days: int | None = Field(
        None, ge=1, description="captures and articles of older days are deleted by the DAG maintenance"
    )
    es_heap: str = Field("512m", pattern=r"^\d+[mg]$", description="memory of the local node's Java process")
    contact: str = Field(
        "https://example.org/rasid",
        min_length=3,
        description="in the user agent: where an outlet can reach you",
    )
    timeout: float = Field(30, gt=0, le=600, description="seconds for one page, from request to last byte")
    max_page_bytes: int = Field(10_000_000, gt=0, description="a larger page is not kept")
    max_pages: int = Field(1000, gt=0, description="pages fetched from one outlet in one run")
    max_outlet_bytes: int = Field(500_000_000, gt=0, description="a crawl of one outlet ends when its pages exceed it")
    max_outlet_seconds: float = Field(3600, gt=0, description="a crawl of one outlet ends after so long")
    revisit_hours: float = Field(
        48, ge=0, description="an article is visited again for so long after its first capture"
    )
    revisit_every_hours: float = Field(6, ge=0, description="and not more often than this")

    @property
    def kibana_page(self) -> str | None:
        """Address of Kibana as analysts open it: with the space, if there is one."""
        space = f"/s/{self.kibana_space}" if self.kibana_space else ""
        url = self.kibana_public_url or self.kibana_url
        return f"{url.rstrip('/')}{space}" if url else None

    @property
    def managed(self) -> bool:
        """Whether the cluster is set up by `rasid setup` alone, as the daily job's API key may not do it."""
        return self.elasticsearch_api_key is not None

    def api_key(self, role: Role) -> str | None:
        """What the cluster is asked with, as Elasticsearch encodes it."""
        own = {"reader": self.elasticsearch_reader_api_key, "alerts": self.elasticsearch_alerts_api_key}.get(role)
        return own or self.elasticsearch_api_key

    @field_validator("data")
    @classmethod
    def _absolute(cls, data: UPath) -> UPath:
        return root_of(data)


def load_settings() -> Settings:
    """The settings in force.

    Raises:
        RasidError: a value is not allowed; the message names each variable and what it expects.
    """
    try:
        return Settings(_secrets_dir=os.environ.get("RASID_SECRETS") or None)
    except ValidationError as error:
        lines = []
        for mistake in error.errors():
            name = str(mistake["loc"][0])
            variable = name if name.isupper() else f"RASID_{name.upper()}"
            lines.append(f"{variable}: {mistake['msg']} (it is {mistake['input']!r})")
        raise RasidError("\n".join(lines)) from None

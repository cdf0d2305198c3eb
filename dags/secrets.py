"""Secrets that Airflow keeps: the extra fields of its connection ``rasid`` are variables, as the environment has them,
and stand above these.
"""

import os
from collections.abc import Mapping
from typing import Any

from airflow.sdk import Connection
from airflow.sdk.exceptions import AirflowNotFoundException

CONNECTION = "rasid"


def take_secrets() -> None:
    """For what this process does next, and what it starts. None when there is no such connection."""
    try:
        _take(Connection.get(CONNECTION).extra_dejson)
    except AirflowNotFoundException:
        return


async def take_secrets_in_triggerer() -> None:
    """The same where Airflow may only be asked asynchronously."""
    try:
        connection = await Connection.async_get(CONNECTION)
        _take(await connection.aextra_dejson())
    except AirflowNotFoundException:
        return


def _take(variables: Mapping[str, Any]) -> None:
    os.environ.update({name: str(value) for name, value in variables.items()})

"""Secrets that Airflow keeps: the extra fields of its connection ``rasid`` are variables, as the environment has them,
and stand above these. Taken are Rasid's settings and what the channels of ``alerts.yaml`` name: no field can change
what else runs by the environment.
"""

import logging
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
    from alerts.rules import RulesFile
    from rasid.configuration import config_files
    from rasid.settings import VARIABLES, load_settings
    from rasid.yaml_file import load_yaml

    given = {name: str(value) for name, value in variables.items()}
    os.environ.update({name: value for name, value in given.items() if name in VARIABLES})
    if others := given.keys() - VARIABLES.keys():
        channels = load_yaml(config_files(load_settings().config, "alerts.yaml"), RulesFile).channels.values()
        named = {name for each in channels for name in each.variables}
        os.environ.update({name: given[name] for name in others & named})
        if unknown := others - named:
            told = "connection %s: not taken, as neither a setting nor a channel is called so: %s"
            logging.getLogger(__name__).warning(told, CONNECTION, ", ".join(sorted(unknown)))

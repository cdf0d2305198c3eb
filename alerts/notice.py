"""A word to those who run Rasid: through the channels that `alerts.yaml` names under `operators:`."""

from html import escape

from alerts.channels import DeliveryError, Message, deliver
from alerts.rules import Operators
from rasid.configuration import config_files
from rasid.errors import RasidError
from rasid.one_line import one_line
from rasid.printable import printable
from rasid.settings import Settings
from rasid.yaml_file import load_yaml


def notify(settings: Settings, subject: str, text: str) -> None:
    """Sends a notice to all operators. Of the configuration it reads who they are and no more, as a mistake in the rest
    may be what they are to be told.

    Args:
        settings: settings of the installation.
        subject: the subject, one line.
        text: the notice as plain text.

    Raises:
        ConfigError: the channels or operators of alerts.yaml have a mistake.
        RasidError: a channel did not take it; the others got it.
    """
    told = load_yaml(config_files(settings.config, "alerts.yaml"), Operators)
    subject, text = one_line(subject), printable(text)
    page = f"<!doctype html><meta charset=utf-8><title>{escape(subject)}</title><pre>{escape(text)}</pre>"
    message = Message(subject, text, page, {"notice": subject, "text": text})
    failed = []
    for name in told.operators:
        try:
            deliver(told.channels[name], message, settings)
        except DeliveryError as error:
            failed.append(f"{name}: {error}")
    if failed:
        raise RasidError(f"not all operators could be told: {'; '.join(failed)}")

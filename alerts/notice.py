"""A word to those who run Rasid: through the channels that `alerts.yaml` names under `operators:`."""

from html import escape

from alerts.channels import DeliveryError, Message, deliver
from alerts.rules import Alerting
from rasid.errors import RasidError
from rasid.settings import Settings


def notify(alerting: Alerting, settings: Settings, subject: str, text: str) -> None:
    """Sends a notice to all operators.

    Args:
        alerting: who they are.
        settings: of the installation.
        subject: one line.
        text: plain.

    Raises:
        RasidError: a channel did not take it; the others got it.
    """
    page = f"<!doctype html><meta charset=utf-8><title>{escape(subject)}</title><pre>{escape(text)}</pre>"
    message = Message(subject, text, page, {"notice": subject, "text": text})
    failed = []
    for name in alerting.operators:
        try:
            deliver(alerting.channels[name], message, settings)
        except DeliveryError as error:
            failed.append(f"{name}: {error}")
    if failed:
        raise RasidError(f"not all operators could be told: {'; '.join(failed)}")

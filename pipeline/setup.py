"""What a cluster needs before the first run, and after a new version of Rasid."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from elasticsearch import Elasticsearch

from rasid.errors import RasidError
from rasid.settings import Settings
from search.indices import TEMPLATES
from search.keys import ANALYST, make_analyst, make_keys
from search.migrate import migrate, outdated
from search.policies import has_policies, put_policies, restore_snapshot
from search.synonyms import load_synonyms
from search.templates import set_up


@dataclass(frozen=True)
class Done:
    """A step of the set-up.

    Attributes:
        said: what was done, or what is left to do, in a sentence.
        is_left: whether it is left to do.
    """

    said: str
    is_left: bool = False


def set_up_cluster(
    client: Elasticsearch, settings: Settings, migrate_old: bool, keys: Path | None, snapshot: str | None = None
) -> Iterator[Done]:
    """Installs the index templates and what else a cluster is able to hold; safe to repeat. Each step is given when it
    is done.

    Args:
        client: client that logs in as a user who may set up the cluster.
        settings: settings of the installation.
        migrate_old: whether indices of older templates are built anew.
        keys: the folder for API keys of least privilege; none are made when absent.
        snapshot: a snapshot whose indices are put in place of those that are there; none when absent.

    Raises:
        RasidError: the cluster refuses something, or a file of synonyms has a mistake.
    """
    synonyms = load_synonyms(settings.config, settings.cache)
    set_up(client, synonyms)
    yield Done(f"index templates: {', '.join(f'rasid-{name}' for name in TEMPLATES)}")
    if snapshot:
        if not settings.snapshots:
            raise RasidError("--restore needs RASID_SNAPSHOTS, which is not set")
        name, indices = restore_snapshot(client, settings.snapshots, snapshot)
        yield Done(f"restored from {name}: {', '.join(indices)}")
    for old in outdated(client, synonyms):
        if migrate_old:
            yield Done(f"{old.name}: built anew, {migrate(client, old)} documents")
        else:
            left = f"{old.name} is of an older template or older synonyms: rasid setup --migrate builds it anew"
            yield Done(left, is_left=True)
    if has_policies(client):
        yield Done(f"policies: {', '.join(put_policies(client, settings.keep_months, settings.snapshots))}")
    if keys:
        created = make_keys(client, keys, settings.kibana_system_password)
        yield Done(f"API keys: {', '.join(created) or 'all there'}")
        if settings.kibana_analyst_password:
            make_analyst(client, settings.kibana_analyst_password, settings.kibana_space)
            yield Done(f"Kibana's user for analysts: {ANALYST}")

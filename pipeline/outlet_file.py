"""Files of outlets of an installation's own, each written once it is sure that it can be read with all others."""

from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from rasid.configuration import config_files
from rasid.errors import RasidError
from rasid.one_line import one_line
from rasid.outlets import Outlet, load_outlets
from rasid.own_file import write_beside
from rasid.settings import Settings
from rasid.urls import HOST_PREFIX, canonical_url


def yaml_text(outlets: Iterable[Outlet], comment: str) -> str:
    """The text of a file of outlets, with a comment of one line before them."""
    tree = CommentedMap({"outlets": {outlet.id: _written(outlet) for outlet in outlets}})
    if comment:
        tree.yaml_set_start_comment(one_line(comment))
    yaml, text = YAML(), StringIO()
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.dump(tree, text)
    return text.getvalue()


def write_outlets(outlets: Sequence[Outlet], name: str, comment: str, settings: Settings) -> Path:
    """Writes outlets to a new file ``outlets.d/NAME.yaml``, after it was read together with those that there are.

    Raises:
        RasidError: an outlet or the file is there already, or the folder cannot be written to.
        ConfigError: the outlets' files have mistakes.
    """
    there = load_outlets(config_files(settings.config, "outlets.yaml"))
    for outlet in outlets:
        if outlet.id in there:
            raise RasidError(f"there is an outlet {outlet.id} already: choose another id")
        refuse_known(None, there, (source.url for source in outlet.sources))
    text = yaml_text(outlets, comment)
    return write_beside(settings.config, "outlets.yaml", name, text, load_outlets)


def host_of(url: str) -> str:
    """The host of an address by which an outlet is known: without ``www.`` and the like, with an unusual port."""
    parts = urlsplit(url)
    host = HOST_PREFIX.sub("", parts.hostname or "")
    return host if parts.port in {None, 80, 443} else f"{host}:{parts.port}"


def refuse_known(home: str | None, outlets: Mapping[str, Outlet], sources: Iterable[str] = ()) -> None:
    """Refuses an outlet of which the home page's host or a source is another one's.

    Raises:
        RasidError: it is.
    """
    addresses = {canonical_url(source) for source in sources}
    for outlet in outlets.values():
        for source in outlet.sources:
            if canonical_url(source.url) in addresses or (home and host_of(source.url) == host_of(home)):
                state = f", disabled: {outlet.disabled}" if outlet.disabled else ""
                raise RasidError(f"it is there already: {outlet.id} has {source.url}{state}")


def _written(outlet: Outlet) -> dict[str, object]:
    """An outlet as a person would write it: what is as usual is left out."""
    fields = outlet.model_dump(mode="json", exclude_defaults=True, exclude={"id"})
    return {**fields, "allow_hosts": sorted(outlet.allow_hosts)} if outlet.allow_hosts else fields

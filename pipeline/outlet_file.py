"""Files of outlets of an installation's own, each written once it is sure that it can be read with all others."""

from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from pipeline.outlet_check import SourceFailure
from rasid.configuration import config_files
from rasid.errors import RasidError, without_users
from rasid.one_line import one_line
from rasid.outlets import Outlet, load_outlets
from rasid.own_file import beside, write_beside
from rasid.settings import Settings
from rasid.storage import regular
from rasid.urls import HOST_PREFIX, canonical_url

Refusal = SourceFailure | Literal["address", "there", "country", "timezone", "sources", "name", "id", "other"]
"""Why an outlet is not added, in a word."""
ADDED = "by rasid outlets add"
"""Part of the first line of a file that Rasid wrote for an outlet that was added by its address."""


class OutletRefusedError(RasidError):
    """An outlet that is not added.

    Args:
        kind: why.
        message: what was wrong, and what to do.
        of: the outlet that is there, the answer or the source that is meant.
    """

    def __init__(self, kind: Refusal, message: str, of: str = "") -> None:
        super().__init__(message)
        self.kind, self.of = kind, without_users(of)


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


def own_file(id_: str, settings: Settings) -> Path | None:
    """The file of an outlet that was added by its address, as `rasid outlets add` and the desk do; None if a person
    wrote it elsewhere, or beside others.
    """
    file = beside(settings.config, "outlets.yaml", id_)
    if not file.exists() or ADDED not in regular(file).read_text("utf-8").partition("\n")[0]:
        return None
    return file if list(load_outlets([file])) == [id_] else None


def write_outlets(outlets: Sequence[Outlet], name: str, comment: str, settings: Settings) -> Path:
    """Writes outlets to a new file ``outlets.d/NAME.yaml``, after it was read together with those that there are.

    Raises:
        OutletRefusedError: an outlet is there already.
        RasidError: the file is there already, or the folder cannot be written to.
        ConfigError: the outlets' files have mistakes.
    """
    there = load_outlets(config_files(settings.config, "outlets.yaml"))
    for outlet in outlets:
        if outlet.id in there:
            wrong = f"there is an outlet {outlet.id} already: choose another id"
            raise OutletRefusedError("there", wrong, outlet.id)
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
        OutletRefusedError: it is.
    """
    addresses = {canonical_url(source) for source in sources}
    for outlet in outlets.values():
        for source in outlet.sources:
            if canonical_url(source.url) in addresses or (home and host_of(source.url) == host_of(home)):
                state = f", disabled: {outlet.disabled}" if outlet.disabled else ""
                wrong = f"it is there already: {outlet.id} has {source.url}{state}"
                raise OutletRefusedError("there", wrong, outlet.id)


def _written(outlet: Outlet) -> dict[str, object]:
    """An outlet as a person would write it: what is as usual is left out."""
    fields = outlet.model_dump(mode="json", exclude_defaults=True, exclude={"id"})
    return {**fields, "allow_hosts": sorted(outlet.allow_hosts)} if outlet.allow_hosts else fields

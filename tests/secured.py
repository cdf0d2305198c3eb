"""A cluster with security, as far as the local node can be made into one: a proxy in front of it refuses what an API
key's role does not allow, by Elasticsearch's documented privileges, and answers for the features which the node's
jars do not have (security, index lifecycles, snapshot lifecycles), holding each body against its documented form.
"""

import base64
import json
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatch
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import jsonschema

PASSWORD = "the password of elastic"

_LIST = {"type": "array", "items": {"type": "string"}}
ROLE = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "cluster": {"type": "array", "items": {"enum": ["monitor", "manage_index_templates", "all"]}},
        "indices": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["names", "privileges"],
                "additionalProperties": False,
                "properties": {
                    "names": _LIST,
                    "privileges": {
                        "type": "array",
                        "items": {
                            "enum": [
                                "all",
                                "create",
                                "create_doc",
                                "create_index",
                                "delete",
                                "delete_index",
                                "index",
                                "maintenance",
                                "manage",
                                "monitor",
                                "read",
                                "view_index_metadata",
                                "write",
                            ]
                        },
                    },
                },
            },
        },
        "applications": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["application", "privileges", "resources"],
                "additionalProperties": False,
                "properties": {"application": {"type": "string"}, "privileges": _LIST, "resources": _LIST},
            },
        },
    },
}
_AGE = {"type": "string", "pattern": r"^\d+(ms|s|m|h|d)$"}
_ACTION = {
    "set_priority": {"type": "object", "required": ["priority"], "properties": {"priority": {"type": "integer"}}},
    "forcemerge": {"type": "object", "required": ["max_num_segments"]},
    "delete": {"type": "object"},
}


def _phase(*actions: str) -> dict[str, Any]:
    """Of a lifecycle: `forcemerge` exists in hot (with a rollover) and warm, `delete` in delete alone."""
    allowed = {name: _ACTION[name] for name in actions}
    return {
        "type": "object",
        "required": ["min_age", "actions"],
        "additionalProperties": False,
        "properties": {
            "min_age": _AGE,
            "actions": {"type": "object", "additionalProperties": False, "properties": allowed},
        },
    }


FORMS: dict[str, dict[str, Any]] = {
    r"(PUT|POST) /_security/user/kibana_system/_password": {
        "type": "object",
        "required": ["password"],
        "properties": {"password": {"type": "string", "minLength": 6}},
    },
    r"(PUT|POST) /_security/role/[^/]+": ROLE,
    r"(PUT|POST) /_security/user/[^/_]+": {
        "type": "object",
        "required": ["password", "roles"],
        "additionalProperties": False,
        "properties": {
            "password": {"type": "string", "minLength": 6},
            "roles": _LIST,
            "full_name": {"type": "string"},
        },
    },
    r"(PUT|POST) /_security/api_key": {
        "type": "object",
        "required": ["name", "role_descriptors"],
        "additionalProperties": False,
        "properties": {
            "name": {"type": "string"},
            "role_descriptors": {"type": "object", "minProperties": 1, "additionalProperties": ROLE},
        },
    },
    r"PUT /_security/api_key/[^/]+": {
        "type": "object",
        "required": ["role_descriptors"],
        "properties": {"role_descriptors": {"type": "object", "minProperties": 1, "additionalProperties": ROLE}},
    },
    r"DELETE /_security/api_key": {"type": "object", "required": ["name", "owner"]},
    r"PUT /_ilm/policy/[^/]+": {
        "type": "object",
        "required": ["policy"],
        "properties": {
            "policy": {
                "type": "object",
                "required": ["phases"],
                "properties": {
                    "phases": {
                        "type": "object",
                        "required": ["hot"],
                        "additionalProperties": False,
                        "properties": {
                            "hot": _phase("set_priority"),
                            "warm": _phase("set_priority", "forcemerge"),
                            "delete": _phase("delete"),
                        },
                    }
                },
            }
        },
    },
    r"PUT /_snapshot/[^/]+": {
        "type": "object",
        "required": ["type", "settings"],
        "oneOf": [
            {
                "properties": {
                    "type": {"const": "fs"},
                    "settings": {"required": ["location"], "properties": {"location": {"type": "string"}}},
                }
            },
            {
                "properties": {
                    "type": {"const": "s3"},
                    "settings": {"required": ["bucket"], "properties": {"base_path": {"type": "string"}}},
                }
            },
        ],
    },
    r"PUT /_slm/policy/[^/]+": {
        "type": "object",
        "required": ["schedule", "name", "repository"],
        "additionalProperties": False,
        "properties": {
            "schedule": {"type": "string", "pattern": r"^\S+ \S+ \S+ \S+ \S+ \S+$"},
            "name": {"type": "string", "pattern": r"^<[a-z-]+\{now/d\}>$"},
            "repository": {"type": "string"},
            "config": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "indices": _LIST,
                    "include_global_state": {"type": "boolean"},
                    "ignore_unavailable": {"type": "boolean"},
                },
            },
            "retention": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "expire_after": _AGE,
                    "min_count": {"type": "integer"},
                    "max_count": {"type": "integer"},
                },
            },
        },
    },
}
"""Request → the form of its body, after the reference of Elasticsearch 9."""

NEEDED = (
    (r"GET /", "cluster", "monitor"),
    (r"GET /_xpack", "cluster", "monitor"),
    (r"GET /_nodes/stats(?:/.+)?", "cluster", "monitor"),
    (r"PUT /_index_template/.+", "cluster", "manage_index_templates"),
    (r"(GET|POST) /_search/scroll", "cluster", None),  # who opened a scroll may go on and close it
    (r"DELETE /_search/scroll", "cluster", None),
    (r"POST /([^/_][^/]*)/_(?:search|count)", "read", ""),
    (r"GET /([^/_][^/]*)/_(?:doc|source)/.+", "read", ""),
    (r"(?:GET|POST) /([^/_][^/]*)/_validate/query", "view_index_metadata", ""),
    (r"POST /([^/_][^/]*)/_refresh", "maintenance", ""),
    (r"GET /([^/_][^/]*)/_stats(?:/.+)?", "monitor", ""),
    (r"(?:GET|HEAD) /([^/_][^/]*)(?:/_(?:mapping|settings|alias))?", "view_index_metadata", ""),
    (r"PUT /([^/_][^/]*)", "create_index", ""),
    (r"DELETE /([^/_][^/]*)", "delete_index", ""),
    (r"PUT /([^/_][^/]*)/_(?:mapping|settings|block/.+)", "manage", ""),
)
"""Request → the privilege that it needs, in the cluster or on the indices that it names. Others are refused."""


@dataclass
class Secured:
    """The running proxy.

    Attributes:
        url: of it.
        node: address of what stands behind it.
        roles: encoded API key → its role descriptor.
        ids: encoded API key → its id.
        refused: requests that a key was not allowed.
        admin: requests to the features that the node does not have, with their bodies.
        settings: that were put on indices or into templates and that the node does not know, by request.
    """

    url: str
    node: str = ""
    roles: dict[str, dict[str, Any]] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    admin: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)


def allowed(role: dict[str, Any], method: str, path: str, body: bytes) -> bool:
    """Whether a role's privileges cover a request."""
    named: list[tuple[str, str]] = []  # privilege, index
    if path.endswith("/_bulk"):
        lines = iter(body.splitlines())
        for line in lines:
            ((operation, about),) = json.loads(line).items()
            if operation != "delete":
                next(lines)
            named.append(("write", about.get("_index") or path.split("/")[1]))
    elif path.endswith("/_msearch"):
        heads = map(json.loads, body.splitlines()[::2])
        asked = [head.get("index") or path.split("/")[1] for head in heads]
        named += [("read", index) for each in asked for index in ([each] if isinstance(each, str) else each)]
    else:
        for form, scope, privilege in NEEDED:
            if found := re.fullmatch(form, f"{method} {path}"):
                if scope == "cluster":
                    return privilege is None or privilege in role.get("cluster", ())
                named += [(scope, index) for index in found[1].split(",")]
                break
        else:
            return False
    granted = role.get("indices", ())
    return all(
        any(privilege in each["privileges"] and any(fnmatch(index, name) for name in each["names"]) for each in granted)
        for privilege, index in named
    )


@contextmanager
def secured(node: str, tls: ssl.SSLContext | None = None) -> Iterator[Secured]:
    """A proxy in front of the node at an address."""
    cluster = Secured("", node)
    with httpx.Client(base_url=node, timeout=60) as forward:
        handler = type("Handler", (_Handler,), {"cluster": cluster, "forward": forward})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        cluster.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
        yield cluster
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    cluster: Secured
    forward: httpx.Client

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path = self.path.split("?")[0]
        scheme, _, credentials = self.headers.get("Authorization", "").partition(" ")
        is_admin = scheme == "Basic" and base64.b64decode(credentials).decode() == f"elastic:{PASSWORD}"
        if not is_admin:
            role = self.cluster.roles.get(credentials) if scheme == "ApiKey" else None
            if role is None:
                return self._send(401, {"error": {"type": "security_exception", "reason": "missing credentials"}})
            if not allowed(role, self.command, path, body):
                self.cluster.refused.append(f"{self.command} {path}")
                return self._send(403, {"error": {"type": "security_exception", "reason": f"{path} is unauthorized"}})
        if re.match("/_(security|ilm|slm|xpack)|/_snapshot/[^/]+$", path):
            return self._feature(path, json.loads(body or b"{}"))
        return self._forward(path, body)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _answer  # noqa: N815

    def _feature(self, path: str, body: Any) -> None:
        request = f"{self.command} {path}"
        if path == "/_xpack":
            return self._send(200, {"features": {"ilm": {"available": True, "enabled": True}}})
        form = next((form for pattern, form in FORMS.items() if re.fullmatch(pattern, request)), None)
        if form is None:
            return self._send(400, {"error": f"no handler found for uri [{path}] and method [{self.command}]"})
        jsonschema.validate(body, form)
        self.cluster.admin[request] = body
        # Snapshots themselves the node can take, if there is a place for them.
        if path.startswith("/_snapshot") and Path(body.get("settings", {}).get("location", "/nowhere")).is_dir():
            return self._forward(path, json.dumps(body).encode())
        return self._send(*self._security(request, path, body))

    def _security(self, request: str, path: str, body: Any) -> tuple[int, Any]:
        cluster = self.cluster
        if re.fullmatch(r"(PUT|POST) /_security/api_key", request):
            (descriptor,) = body["role_descriptors"].values()
            id_ = f"id-{len(cluster.ids)}"
            encoded = base64.b64encode(f"{id_}:secret".encode()).decode()
            cluster.ids[encoded], cluster.roles[encoded] = id_, descriptor
            return 200, {"id": id_, "name": body["name"], "api_key": "secret", "encoded": encoded}
        if request.startswith("PUT /_security/api_key/"):
            known = next((key for key, id_ in cluster.ids.items() if path.endswith(f"/{id_}")), None)
            if known is None:
                return 404, {"error": {"type": "resource_not_found_exception", "reason": "no API key owned by you"}}
            (cluster.roles[known],) = body["role_descriptors"].values()
            return 200, {"updated": True}
        return 200, {"acknowledged": True}

    def _forward(self, path: str, body: bytes) -> None:
        if body and (path.startswith("/_index_template/") or path.endswith("/_settings")):
            parsed = json.loads(body)
            settings = parsed["template"]["settings"] if "template" in parsed else parsed["index"]
            unknown = {name: settings.pop(name) for name in list(settings) if "lifecycle" in name}
            if unknown or "template" in parsed:
                self.cluster.settings[path] = unknown
            if not settings:
                return self._send(200, {"acknowledged": True})
            body = json.dumps(parsed).encode()
        kept = ("content-type", "accept")
        headers = {name: value for name, value in self.headers.items() if name.lower() in kept}
        answer = self.forward.request(self.command, self.path, content=body, headers=headers)
        return self._send(answer.status_code, answer.content, answer.headers.get("content-type", ""))

    def _send(self, status: int, body: Any, content_type: str = "application/json") -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("X-Elastic-Product", "Elasticsearch")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass

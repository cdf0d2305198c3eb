"""The files for larger sites, as far as they can be checked without a Kubernetes: their form, and that what they name
exists in Rasid.
"""

import re
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from rasid.settings import ROOT, VARIABLES
from search.keys import FILES

DEPLOY = ROOT / "deploy"


def _documents(name: str) -> list[dict[str, Any]]:
    return list(YAML(typ="safe").load_all((DEPLOY / name).read_text(encoding="utf-8")))


def _variables() -> set[str]:
    return VARIABLES.keys() | {"RASID_SECRETS", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}


def test_three_nodes_of_the_version_that_is_tested() -> None:
    elasticsearch, kibana = _documents("elasticsearch.yaml")
    assert elasticsearch["kind"] == "Elasticsearch"
    assert kibana["kind"] == "Kibana"
    assert sum(nodes["count"] for nodes in elasticsearch["spec"]["nodeSets"]) == 3
    lock = (ROOT / "search" / "node" / "jgo.lock.toml").read_text()
    for each in (elasticsearch, kibana):
        assert f'"{each["spec"]["version"]}"' in lock
    compose = (ROOT / "docker-compose.yml").read_text()
    assert set(re.findall(r"ELASTIC_VERSION:-([^}]+)}", compose)) == {elasticsearch["spec"]["version"]}


def test_every_variable_is_one_that_rasid_reads() -> None:
    values, (_, setup) = _documents("airflow-values.yaml")[0], _documents("setup.yaml")
    container = setup["spec"]["template"]["spec"]["containers"][0]
    given = {each["name"] for each in [*values["env"], *container["env"]]}
    given |= {each["envName"] for each in values["secret"]}
    assert given <= _variables()
    assert container["command"][:2] == ["rasid", "setup"]


def test_the_job_has_the_least_privileges_and_writes_where_it_may() -> None:
    _, setup = _documents("setup.yaml")
    pod = setup["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert pod["securityContext"]["runAsNonRoot"]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
    }
    assert {each["name"] for each in container["volumeMounts"]} == {each["name"] for each in pod["volumes"]}
    assert container["command"][3] in {each["mountPath"] for each in container["volumeMounts"]}


def test_keys_are_read_where_they_are_written() -> None:
    values = _documents("airflow-values.yaml")[0]
    folder = next(each["value"] for each in values["env"] if each["name"] == "RASID_SECRETS")
    mount = next(each["mountPath"] for each in values["volumeMounts"] if each["name"] == "keys")
    assert Path(folder) == Path(mount) / Path(FILES["writer"]).parent


def test_what_is_mounted_exists() -> None:
    values = _documents("airflow-values.yaml")[0]
    assert {each["name"] for each in values["volumeMounts"]} == {each["name"] for each in values["volumes"]}


def test_airflow_is_the_version_that_is_locked() -> None:
    locked = (ROOT / "requirements.txt").read_text()
    version = _documents("airflow-values.yaml")[0]["airflowVersion"]
    assert f"apache-airflow=={version} " in locked


def test_claims_are_made_that_are_named() -> None:
    """But for those of the charts and the operator themselves."""
    claim, setup = _documents("setup.yaml")
    mounted = [*setup["spec"]["template"]["spec"]["volumes"], *_documents("airflow-values.yaml")[0]["volumes"]]
    named = {each["persistentVolumeClaim"]["claimName"] for each in mounted if "persistentVolumeClaim" in each}
    assert claim["kind"] == "PersistentVolumeClaim"
    assert named == {claim["metadata"]["name"]}


def test_three_nodes_start_on_a_host_as_it_is_and_nobody_is_made_with_a_known_password() -> None:
    nodes = _documents("elasticsearch.yaml")[0]["spec"]["nodeSets"][0]
    (sysctl,) = nodes["podTemplate"]["spec"]["initContainers"]
    assert "vm.max_map_count=1048576" in sysctl["command"][-1]
    assert _documents("airflow-values.yaml")[0]["createUserJob"] == {"defaultUser": {"enabled": False}}

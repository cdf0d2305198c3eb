"""Pins the local node's jars: resolves ``jgo.toml`` and writes ``jgo.lock.toml``. Run by ``make lock``."""

from jgo.env import EnvironmentBuilder, EnvironmentSpec, LockFile
from jgo.maven import MavenContext

from search.node.distribution import HERE, LOCK_FILE


def lock() -> None:
    """Writes the lock file anew, each jar with its SHA-256."""
    context = MavenContext()
    spec = EnvironmentSpec.load(HERE / "jgo.toml")
    inputs, resolved = context.resolver.resolve(EnvironmentBuilder(context=context).spec_to_dependencies(spec))
    LockFile.from_resolved_dependencies(inputs + resolved, environment_name=spec.name).save(LOCK_FILE)
    lines = LOCK_FILE.read_text().splitlines(keepends=True)
    # The time of writing would make each lock differ from the last one.
    LOCK_FILE.write_text("".join(line for line in lines if not line.startswith("generated")))


if __name__ == "__main__":
    lock()

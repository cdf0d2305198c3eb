"""The outlets' health in Elasticsearch: one document an outlet and day, in ``outlet-health-YYYY.MM``."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch
from elasticsearch.helpers import BulkIndexError, bulk

from rasid.errors import RasidError
from rasid.health import Health


def index_health(client: Elasticsearch, day: date, outlets: Iterable[Health]) -> None:
    """Writes the health of a day, in place of what an earlier run of it wrote.

    Raises:
        RasidError: the cluster failed or refused it.
    """
    now = datetime.now(UTC).isoformat()
    actions = [
        {
            "_index": f"outlet-health-{day:%Y.%m}",
            "_id": f"{day}-{health.outlet.id}",
            "_source": {
                "day": day.isoformat(),
                "outlet": health.outlet.id,
                "outlet_name": health.outlet.name.ar,
                "country": health.outlet.country,
                "healthy": not health.problems,
                "problems": [problem.kind for problem in health.problems],
                "details": [problem.detail for problem in health.problems],
                "found": health.found,
                "failed": sum(health.failed.values()),
                "captures": health.captures,
                "articles": health.articles,
                "unchanged": health.unchanged,
                "rejected": sum(health.rejected.values()),
                "seconds": health.seconds,
                "indexed_at": now,
            },
        }
        for health in outlets
    ]
    try:
        bulk(client, actions, refresh="wait_for")
    except (BulkIndexError, TransportError, ApiError) as error:
        raise RasidError(f"the outlets' health could not be indexed: {error}") from None

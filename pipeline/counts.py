"""The numbers of a stage's report: those that a terminal shows, and those that the runs' index adds up."""

from rasid.reports import AlertReport, Count, CrawlReport, IndexReport, PageReport, ProcessReport, Report


def shown(report: Report) -> dict[str, int]:
    """Name → number, in the order in which a terminal shows them."""
    match report:
        case CrawlReport():
            found = report.found + report.revisited
            return {"found": found, "captures": report.captures, "failed": sum(report.failed.values())}
        case ProcessReport():
            return {
                "captures": report.captures,
                "articles": report.articles,
                "unchanged": report.unchanged,
                "rejected": sum(report.rejected.values()),
            }
        case IndexReport():
            return {
                "articles": report.articles,
                "created": report.created,
                "updated": report.updated,
                "unchanged": report.unchanged,
                "removed": report.removed,
                "reposts": report.reposts,
                "total": report.total,
                "refused": sum(report.refused.values()),
                "shared": sum(report.shared.values()),
            }
        case AlertReport():
            return {
                "alerts": len(report.alerts),
                "failed": len(report.failures),
                "too old": sum(report.old.values()),
            }
        case PageReport():
            return {}


def of_run(report: Report) -> dict[Count, int]:
    """The numbers that the index has of a run; each name is of one stage alone, so that they can be added up."""
    match report:
        case CrawlReport():
            return {"found": report.found, "failed": sum(report.failed.values())}
        case ProcessReport():
            return {
                "captures": report.captures,
                "articles": report.articles,
                "unchanged": report.unchanged,
                "rejected": sum(report.rejected.values()),
            }
        case IndexReport():
            return {
                "created": report.created,
                "updated": report.updated,
                "removed": report.removed,
                "shared": sum(report.shared.values()),
            }
        case AlertReport():
            undelivered = sum(failure.alerts for failure in report.failures)
            return {"alerts": len(report.alerts), "undelivered": undelivered}
        case PageReport():
            return {}

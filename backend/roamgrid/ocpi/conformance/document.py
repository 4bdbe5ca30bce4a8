"""A report as data, for `--json` and whoever else wants to keep it."""

from typing import Any

from roamgrid.ocpi.conformance.run import Report
from roamgrid.ocpi.conformance.verdicts import Verdict
from roamgrid.ocpi.connections.model import Connection
from roamgrid.ocpi.dialects.suggest import Suggestion, with_suggestions


def as_document(connection: Connection, report: Report) -> dict[str, Any]:
    """Without any secret: notes never hold one."""
    return {
        "connection": str(connection.id),
        "name": connection.name,
        "version": connection.version,
        "dialect": connection.dialect,
        "conformant": report.conformant,
        "counts": {verdict.value: report.counts[verdict] for verdict in Verdict},
        "checks": [
            {
                "id": result.check.id,
                "title": result.check.title,
                "reference": result.check.reference,
                "verdict": result.finding.verdict.value,
                "notes": list(result.finding.notes),
            }
            for result in report.results
        ],
        "suggestions": [_suggestion(one) for one in report.suggestions],
        "suggested_dialect": with_suggestions(connection.dialect, report.suggestions) if report.suggestions else None,
    }


def _suggestion(one: Suggestion) -> dict[str, Any]:
    return {
        "dialect": one.dialect,
        "summary": one.summary,
        "switches": one.switches,
        "evidence": [
            {"sign": item.sign.value, "module": item.module, "example": item.example, "count": item.count}
            for item in one.evidence
        ],
    }

"""One run through a list: what it showed so far."""

from dataclasses import dataclass, field
from datetime import datetime

from roamgrid.core.received import ObjectKey
from roamgrid.ocpi.outbound.feed import StoredPage
from roamgrid.ocpi.outbound.pages import Page
from roamgrid.ocpi.outbound.report import ModuleReport
from roamgrid.ocpi.wire.common.deviations import Code, Deviation


@dataclass(slots=True)
class Crawl:
    """`seen` is kept on full crawls only, where it decides what is gone."""

    report: ModuleReport
    seen: set[ObjectKey] = field(default_factory=set)
    newest: datetime | None = None
    total: int | None = None

    def add(self, page: Page, stored: StoredPage) -> None:
        """Count a page that is stored."""
        report = self.report
        report.pages += 1
        report.objects += len(page.objects)
        report.inserted += stored.inserted
        report.updated += stored.updated
        report.unchanged += stored.unchanged
        report.refused += stored.refused
        report.deviations.update(deviation.code.value for deviation in stored.deviations)
        self.total = page.total
        if report.full:
            self.seen |= stored.seen
        if stored.newest is not None:
            self.newest = max(self.newest or stored.newest, stored.newest)

    def findings(self, *, vanishes: bool) -> list[Deviation]:
        """What the list as a whole was like."""
        found = []
        if self.total is not None and self.total != self.report.objects:
            found.append(Deviation(Code.WRONG_TOTAL, "/", f"said {self.total}, showed {self.report.objects}"))
        if self.report.full and vanishes and not self.seen:
            found.append(Deviation(Code.EMPTY_CRAWL, "/", ""))
        return found

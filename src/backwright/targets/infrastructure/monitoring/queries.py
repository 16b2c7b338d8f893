"""PromQL over what a server measures; a metric that it does not measure cannot be named."""

from __future__ import annotations

from dataclasses import dataclass, field

from backwright.lowering.running.metrics import Metric, metrics
from backwright.plan.model import Plan

__all__ = ["Queries"]


@dataclass(frozen=True, slots=True)
class Queries:
    """Of the servers of one `job`."""

    job: str
    measured: dict[str, Metric] = field(repr=False)

    @staticmethod
    def of(plan: Plan, job: str) -> Queries:
        """Over the metrics of a plan."""
        return Queries(job, {each.key: each for each in metrics(plan)})

    def has(self, key: str) -> bool:
        """Whether the servers measure it."""
        return key in self.measured

    def label(self, key: str, at: int) -> str:
        """The name of a label."""
        return self.measured[key].labels[at]

    def series(self, key: str, *matchers: str, part: str = "") -> str:
        """A selector; `part` is `_bucket`, `_count` or `_sum` of a histogram."""
        selected = ", ".join((f'job="{self.job}"', *matchers))
        return f"{self.measured[key].name}{part}{{{selected}}}"

    def rate(self, key: str, window: str, *matchers: str, by: str = "") -> str:
        """How many a second, of a counter or of what a histogram has observed."""
        part = "_count" if self.measured[key].kind == "histogram" else ""
        grouped = f" by ({by}) " if by else ""
        return f"sum{grouped}(rate({self.series(key, *matchers, part=part)}[{window}]))"

    def requests(self, window: str, statuses: str = "", by: str = "") -> str:
        """Requests a second; `statuses` is a regular expression."""
        status = self.label("requestDuration", 2)
        return self.rate("requestDuration", window, *((f'{status}=~"{statuses}"',) if statuses else ()), by=by)

    def share(self, window: str, statuses: str, by: str = "") -> str:
        """Which part of the requests ended with these."""
        return f"{self.requests(window, statuses, by)} / {self.requests(window, by=by)}"

    def quantile(self, key: str, quantile: float, window: str, *matchers: str, by: str = "") -> str:
        """Of a histogram, between its bounds as Prometheus estimates it."""
        grouped = f"le, {by}" if by else "le"
        buckets = self.series(key, *matchers, part="_bucket")
        return f"histogram_quantile({quantile}, sum by ({grouped}) (rate({buckets}[{window}])))"

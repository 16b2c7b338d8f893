from bisect import bisect_left
from collections.abc import Callable, Iterable
from itertools import accumulate

from config.metrics import Metric

Sample = tuple[float, tuple[str, ...]]

_written: list[Callable[[], str]] = []


def exposition() -> str:
    """Everything that is measured, in the text format of Prometheus (0.0.4)."""
    return "".join(write() for write in _written)


def counter(metric: Metric) -> Callable[..., None]:
    counts: dict[tuple[str, ...], int] = {}

    def count(*labels: str) -> None:
        counts[labels] = counts.get(labels, 0) + 1

    _register("counter", metric, lambda: [_line(metric.name, metric.labels, *each) for each in counts.items()])
    return count


def gauge(metric: Metric, collect: Callable[[], Iterable[Sample]]) -> None:
    """`collect` is asked whenever somebody looks."""
    _register("gauge", metric, lambda: [_line(metric.name, metric.labels, labels, value) for value, labels in collect()])


def total(metric: Metric, collect: Callable[[], float]) -> None:
    """A counter that somebody else keeps."""
    _register("counter", metric, lambda: [_line(metric.name, (), (), collect())])


def latest(metric: Metric) -> Callable[[float | None], None]:
    """A gauge of one value, which is not shown while nobody knows it."""
    known: float | None = None

    def know(value: float | None) -> None:
        nonlocal known
        known = value

    gauge(metric, lambda: [] if known is None else [(known, ())])
    return know


class _Series:
    __slots__ = ("counts", "sum")

    def __init__(self, size: int) -> None:
        # By bucket, and last what is above all of them.
        self.counts = [0] * size
        self.sum = 0.0


def histogram(metric: Metric) -> Callable[..., None]:
    buckets = metric.buckets
    series: dict[tuple[str, ...], _Series] = {}

    def observe(value: float, *labels: str) -> None:
        known = series.get(labels)
        if known is None:
            known = series[labels] = _Series(len(buckets) + 1)
        known.counts[bisect_left(buckets, value)] += 1
        known.sum += value

    _register("histogram", metric, lambda: [line for each in series.items() for line in _distribution(metric, *each)])
    return observe


def _distribution(metric: Metric, labels: tuple[str, ...], series: _Series) -> list[str]:
    bounds = [*(f"{bound:g}" for bound in metric.buckets), "+Inf"]
    counts = list(accumulate(series.counts))
    bucket, names = f"{metric.name}_bucket", (*metric.labels, "le")
    return [
        *(_line(bucket, names, (*labels, bound), count) for bound, count in zip(bounds, counts, strict=True)),
        _line(f"{metric.name}_sum", metric.labels, labels, series.sum),
        _line(f"{metric.name}_count", metric.labels, labels, counts[-1]),
    ]


def _register(kind: str, metric: Metric, lines: Callable[[], list[str]]) -> None:
    head = f"# HELP {metric.name} {metric.help}\n# TYPE {metric.name} {kind}\n"
    _written.append(lambda: head + "".join(lines()))


_ESCAPED = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


def _line(name: str, labels: Iterable[str], values: Iterable[str], value: float) -> str:
    pairs = ",".join(f'{label}="{text.translate(_ESCAPED)}"' for label, text in zip(labels, values, strict=True))
    return f"{name}{{{pairs}}} {value}\n" if pairs else f"{name} {value}\n"

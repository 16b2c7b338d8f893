from config.metrics import Metric
from services.observability.metrics import exposition, gauge, histogram


def lines(name: str) -> list[str]:
    return [line for line in exposition().splitlines() if name in line]


def test_buckets_hold_everything_up_to_their_bound() -> None:
    observe = histogram(Metric("seconds", "Seconds.", ("route",), (0.5, 1.0)))
    for value in (0.25, 0.5, 0.75, 2.0):
        observe(value, "/a")
    assert lines(" seconds ") + lines("seconds_bucket{route") + lines("seconds_sum{route") + lines("seconds_count{route") == [
        "# HELP seconds Seconds.",
        "# TYPE seconds histogram",
        'seconds_bucket{route="/a",le="0.5"} 2',
        'seconds_bucket{route="/a",le="1"} 3',
        'seconds_bucket{route="/a",le="+Inf"} 4',
        'seconds_sum{route="/a"} 3.5',
        'seconds_count{route="/a"} 4',
    ]


def test_a_label_that_holds_what_ends_it_is_escaped() -> None:
    gauge(Metric("depth", "Depth.", ("name",)), lambda: [(1, ('a"b\\c\nd',))])
    assert lines("depth{") == [r'depth{name="a\"b\\c\nd"} 1']

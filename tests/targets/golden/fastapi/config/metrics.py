from typing import NamedTuple


class Metric(NamedTuple):
    name: str
    help: str
    labels: tuple[str, ...] = ()
    # The upper bounds of a histogram.
    buckets: tuple[float, ...] = ()


REQUEST_DURATION = Metric(
    "http_server_request_duration_seconds",
    "How long requests take; the route is empty where none was found, the status 499 where the client left.",
    ("http_request_method", "http_route", "http_response_status_code"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.2, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0),
)
EVENT_LOOP_DELAY = Metric(
    "event_loop_delay_seconds",
    "How much later than due a timer of the event loop runs.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5),
)
CONNECTION_COUNT = Metric(
    "db_client_connection_count",
    "Connections to the database; those that all reads share are always used.",
    ("db_client_connection_pool_name", "db_client_connection_state"),
)
CONNECTION_MAX = Metric(
    "db_client_connection_max",
    "How many connections to the database there may be.",
    ("db_client_connection_pool_name",),
)
PENDING_REQUESTS = Metric(
    "db_client_connection_pending_requests",
    "Who waits for a connection to the database.",
    ("db_client_connection_pool_name",),
)
PROCESS_TIME = Metric("process_cpu_seconds_total", "Processor time of the server.")
PROCESS_MEMORY = Metric("process_resident_memory_bytes", "Memory of the server that is in use.")
LOGINS = Metric("logins_total", "Logins by result: success or failure.", ("result",))
OUTBOX_LAG = Metric("outbox_lag_seconds", "Age of the oldest event that is not delivered.")
CALLS_LAG = Metric("calls_lag_seconds", "How long the call that is due the longest has waited.")
CALL_DURATION = Metric(
    "port_call_duration_seconds",
    "How long calls of outside systems take, by outcome; failed where there was none.",
    ("call", "outcome"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0),
)
SOCKET_COUNT = Metric("socket_count", "Open sockets.")
SOCKET_MESSAGES = Metric("socket_messages_total", "Messages: received or sent.", ("direction",))

# Any other is counted as `_OTHER`: a label is nothing that a caller can make up.
METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))

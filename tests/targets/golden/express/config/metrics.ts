export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
}

export const requestDuration = {
  name: 'http_server_request_duration_seconds',
  help: 'How long requests take; the route is empty where none was found, the status 499 where the client left.',
  labels: ['http_request_method', 'http_route', 'http_response_status_code'],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.2, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
};

export const eventLoopDelay = {
  name: 'event_loop_delay_seconds',
  help: 'How much later than due a timer of the event loop runs.',
  labels: [],
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
};

export const connectionCount = {
  name: 'db_client_connection_count',
  help: 'Connections to the database; those that all reads share are always used.',
  labels: ['db_client_connection_pool_name', 'db_client_connection_state'],
};

export const connectionMax = {
  name: 'db_client_connection_max',
  help: 'How many connections to the database there may be.',
  labels: ['db_client_connection_pool_name'],
};

export const pendingRequests = {
  name: 'db_client_connection_pending_requests',
  help: 'Who waits for a connection to the database.',
  labels: ['db_client_connection_pool_name'],
};

export const processTime = {
  name: 'process_cpu_seconds_total',
  help: 'Processor time of the server.',
  labels: [],
};

export const processMemory = {
  name: 'process_resident_memory_bytes',
  help: 'Memory of the server that is in use.',
  labels: [],
};

export const logins = {
  name: 'logins_total',
  help: 'Logins by result: success or failure.',
  labels: ['result'],
};

export const outboxLag = {
  name: 'outbox_lag_seconds',
  help: 'Age of the oldest event that is not delivered.',
  labels: [],
};

export const callsLag = {
  name: 'calls_lag_seconds',
  help: 'How long the call that is due the longest has waited.',
  labels: [],
};

export const callDuration = {
  name: 'port_call_duration_seconds',
  help: 'How long calls of outside systems take, by outcome; failed where there was none.',
  labels: ['call', 'outcome'],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
};

export const socketCount = {
  name: 'socket_count',
  help: 'Open sockets.',
  labels: [],
};

export const socketMessages = {
  name: 'socket_messages_total',
  help: 'Messages: received or sent.',
  labels: ['direction'],
};

/** Any other is counted as `_OTHER`: a label is nothing that a caller can make up. */
export const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

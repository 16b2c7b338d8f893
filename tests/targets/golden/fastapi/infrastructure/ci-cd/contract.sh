#!/bin/sh
# Requests that nobody wrote, to a server with rows: each answer must be one that the OpenAPI document has.
# Needs schemathesis 4 on the PATH.
set -eu
cd "$(dirname "$0")/../.."
. infrastructure/ci-cd/environment.sh

fresh_database shop_contract
uv run --frozen python -m database.migrate up
uv run --frozen python -m database.seed

export PORT="${PORT:-3999}" RATE_LIMITS=off LOG_LEVEL=warn
uv run --frozen python -m api.main &
server=$!
trap 'kill "$server"' EXIT
curl --silent --fail --output /dev/null --retry 30 --retry-delay 1 --retry-connrefused "http://127.0.0.1:$PORT/readyz"

# What follows are options of schemathesis for one caller.
judge() {
  schemathesis run api/documentation/openapi.json --url "http://127.0.0.1:$PORT/v1" --seed 1 --no-color \
    --checks not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance \
    --phases examples,coverage,fuzzing --max-examples "${EXAMPLES:-10}" "$@"
}

judge
for login in customer@example.com staff@example.com admin@example.com; do
  token=$(curl --silent --fail --header 'content-type: application/json' \
    --data "{\"email\": \"$login\", \"password\": \"$DEMO_PASSWORD\"}" "http://127.0.0.1:$PORT/v1/auth/login" |
    sed 's/.*"accessToken":"\([^"]*\)".*/\1/')
  # Requests to end sessions would end this one.
  judge --header "Authorization: Bearer $token" --exclude-path-regex '^/auth/'
done

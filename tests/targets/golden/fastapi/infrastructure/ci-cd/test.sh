#!/bin/sh
# The project's tests, on a real PostgreSQL.
set -eu
cd "$(dirname "$0")/../.."
. infrastructure/ci-cd/environment.sh

fresh_database shop_test
uv run --frozen python -m database.migrate up
uv run --frozen python -m tests

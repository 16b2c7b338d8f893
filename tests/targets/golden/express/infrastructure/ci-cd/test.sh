#!/bin/sh
# The project's tests, on a real PostgreSQL.
set -eu
cd "$(dirname "$0")/../.."
. infrastructure/ci-cd/environment.sh

fresh_database shop_test
node dist/database/migrate.js up
npm test

#!/bin/sh
# Format, lint, types.
set -eu
cd "$(dirname "$0")/../.."

npm run check

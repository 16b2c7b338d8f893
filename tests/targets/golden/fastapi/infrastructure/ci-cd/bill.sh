#!/bin/sh
# Prints what is shipped, as CycloneDX.
set -eu
cd "$(dirname "$0")/../.."

uv export --frozen --no-dev --format cyclonedx1.5

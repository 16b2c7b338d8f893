#!/bin/sh
# Prints what is shipped, as CycloneDX.
set -eu
cd "$(dirname "$0")/../.."

npm sbom --sbom-format cyclonedx --omit dev

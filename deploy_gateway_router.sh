#!/bin/sh
# Configures and starts the WAHA session for this gateway, and shows the QR code to scan: a thin front of
# `npx gateway deploy`, which takes the same arguments (--help lists them).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# The dependencies are needed once; what is out of date is built by the command itself.
[ -d "$here/node_modules" ] || (cd "$here" && npm ci)
exec node "$here/apps/gateway/bin/gateway.js" deploy "$@"

#!/usr/bin/env bash
# The instrumentation packages must share one version, which pip does not find alone.
set -euo pipefail
python -m pip install synapseclient==4.14.0 \
    opentelemetry-instrumentation-httpx==0.60b1 \
    opentelemetry-instrumentation-requests==0.60b1 \
    opentelemetry-instrumentation-threading==0.60b1 \
    opentelemetry-instrumentation-urllib==0.60b1

#!/usr/bin/env bash
# What synthstrip.yaml pins stays as it is.
set -euo pipefail
python -m pip install nipreps-synthstrip==0.0.1 nitransforms==25.1.0 \
    --constraint <(python -m pip list --format=freeze)

#!/usr/bin/env bash
# What hd_bet.yaml pins stays as it is.
set -euo pipefail
python -m pip install HD_BET==2.0.1 nnunetv2==2.8.1 \
    --constraint <(python -m pip list --format=freeze)

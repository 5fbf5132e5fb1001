#!/usr/bin/env bash
# Requirement files refuse the flag, so PyRadiomics cannot stand in radiomics.yaml.
set -euo pipefail
python -m pip install --no-build-isolation --no-deps pyradiomics==3.0.1

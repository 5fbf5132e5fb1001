"""Checks of printed numbers, pure functions on numbers; docs/audit.md explains them."""

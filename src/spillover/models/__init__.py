"""Estimators. Each returns rows of the one `estimates` table."""

"""Any BPS table in, one long table out."""

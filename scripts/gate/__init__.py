"""The gate between landing and raw: one DuckDB pass types, checks and cleans the records of a batch."""

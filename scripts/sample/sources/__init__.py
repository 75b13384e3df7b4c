"""Small exports in the true shape of each source, deterministic."""

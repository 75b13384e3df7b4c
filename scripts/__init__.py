"""Command line and pipeline stages of the ai_finops warehouse: landing, gate, raw, build, publish."""

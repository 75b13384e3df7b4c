"""Sample data of an invented company: one traffic, seen by gateway, providers, transcripts and business systems."""

"""Sample data of an invented company: one traffic, as each of its systems saw it."""

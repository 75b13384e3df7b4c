"""One module per command of the ai-finops command line; each exposes a click command named `command`."""

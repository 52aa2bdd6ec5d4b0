"""The peers: servers that another team would write, or install, for the same databases."""

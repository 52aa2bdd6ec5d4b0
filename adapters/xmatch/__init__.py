"""Cross-match of lists of others with tables of the hub: the protocol of CDS X-Match, and a list with what is near."""

"""The wide set at full size: 2.5 million stars on each server, every slow plan read (`python -m bench full`)."""

"""What to fetch, and its SQL: a plan is data, its SQL a pure function of it; no connection, no clock."""

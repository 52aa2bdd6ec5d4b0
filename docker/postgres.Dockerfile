# PostgreSQL with pg_sphere, for a source or the hub. The official image carries PostgreSQL's own apt source, whose pgsphere is
# current; Debian's own 1.1.1 does not load into PostgreSQL 15.20 and later.
ARG POSTGRES_IMAGE
FROM ${POSTGRES_IMAGE}
RUN apt-get update \
 && apt-get install --yes --no-install-recommends postgresql-17-pgsphere \
 && rm -rf /var/lib/apt/lists/*

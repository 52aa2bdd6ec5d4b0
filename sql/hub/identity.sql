-- Generated from schema/ by `python -m gateway generate`: change the declarations, not this file.
DROP SCHEMA IF EXISTS identity CASCADE;
CREATE SCHEMA identity;

CREATE TABLE identity.target (
  "target_id" integer,
  "object_id" bigint NOT NULL,
  "star_id" bigint,
  "designation" text,
  "separation" real,
  "separation_2nd" real,
  "n_mates" smallint,
  "method" smallint NOT NULL,
  "confidence" smallint NOT NULL,
  "named_star_id" bigint,
  "named_separation" real,
  "epoch" double precision,
  PRIMARY KEY ("target_id")
);
CREATE INDEX target_object_id ON identity.target ("object_id");
CREATE INDEX target_star_id ON identity.target ("star_id");
CREATE INDEX target_designation ON identity.target ("designation");

CREATE TABLE identity.granule (
  "id" bigint,
  "object_id" bigint NOT NULL,
  "star_id" bigint,
  "designation" text,
  "separation" real,
  "separation_2nd" real,
  "n_mates" smallint,
  "method" smallint NOT NULL,
  "confidence" smallint NOT NULL,
  "named_star_id" bigint,
  "named_separation" real,
  "epoch" double precision,
  PRIMARY KEY ("id")
);
CREATE INDEX granule_object_id ON identity.granule ("object_id");
CREATE INDEX granule_star_id ON identity.granule ("star_id");
CREATE INDEX granule_designation ON identity.granule ("designation");

CREATE TABLE identity.spica (
  "spicadb_id" bigint,
  "object_id" bigint NOT NULL,
  "star_id" bigint,
  "designation" text,
  "separation" real,
  "separation_2nd" real,
  "n_mates" smallint,
  "method" smallint NOT NULL,
  "confidence" smallint NOT NULL,
  "named_star_id" bigint,
  "named_separation" real,
  "epoch" double precision,
  PRIMARY KEY ("spicadb_id")
);
CREATE INDEX spica_object_id ON identity.spica ("object_id");
CREATE INDEX spica_star_id ON identity.spica ("star_id");
CREATE INDEX spica_designation ON identity.spica ("designation");

CREATE TABLE identity.badcal (
  "badcal_id" bigint,
  "object_id" bigint NOT NULL,
  "star_id" bigint,
  "designation" text,
  "separation" real,
  "separation_2nd" real,
  "n_mates" smallint,
  "method" smallint NOT NULL,
  "confidence" smallint NOT NULL,
  "named_star_id" bigint,
  "named_separation" real,
  "epoch" double precision,
  PRIMARY KEY ("badcal_id")
);
CREATE INDEX badcal_object_id ON identity.badcal ("object_id");
CREATE INDEX badcal_star_id ON identity.badcal ("star_id");
CREATE INDEX badcal_designation ON identity.badcal ("designation");

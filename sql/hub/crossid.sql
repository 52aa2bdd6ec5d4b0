-- Generated from schema/ by `python -m gateway generate`: change the declarations, not this file.
DROP SCHEMA IF EXISTS crossid, identity CASCADE;
CREATE SCHEMA crossid;

CREATE TABLE crossid.target (
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
CREATE INDEX target_object_id ON crossid.target ("object_id");
CREATE INDEX target_star_id ON crossid.target ("star_id");
CREATE INDEX target_designation ON crossid.target ("designation");

CREATE TABLE crossid.granule (
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
CREATE INDEX granule_object_id ON crossid.granule ("object_id");
CREATE INDEX granule_star_id ON crossid.granule ("star_id");
CREATE INDEX granule_designation ON crossid.granule ("designation");

CREATE TABLE crossid.spica (
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
CREATE INDEX spica_object_id ON crossid.spica ("object_id");
CREATE INDEX spica_star_id ON crossid.spica ("star_id");
CREATE INDEX spica_designation ON crossid.spica ("designation");

CREATE TABLE crossid.badcal (
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
CREATE INDEX badcal_object_id ON crossid.badcal ("object_id");
CREATE INDEX badcal_star_id ON crossid.badcal ("star_id");
CREATE INDEX badcal_designation ON crossid.badcal ("designation");

-- What the index of OIFITS files works with, beside the table of what is open (oifits.sql): files as they were when they were read,
-- and what they have, open or not. None but who fills it may read it (schema/foreign.py).

CREATE TABLE oifits.file (
    path text PRIMARY KEY,
    size bigint NOT NULL,
    modified bigint NOT NULL,
    version integer NOT NULL,
    doubts text,
    error text
);

-- What they have: the columns of oifits.granule, and what granules of OiDB are found by, its path and the name as it is compared.
CREATE TABLE oifits.part (
    LIKE oifits.granule,
    path text NOT NULL REFERENCES oifits.file ON DELETE CASCADE,
    plain_name text NOT NULL,
    PRIMARY KEY (part_id)
);
ALTER TABLE oifits.part DROP COLUMN granule_id, DROP COLUMN obs_publisher_did, DROP COLUMN access_url, DROP COLUMN doubts;
CREATE INDEX part_path ON oifits.part (path);

-- VOTable's unicodeChar array in a binary stream (VOTable 1.4 section 6): how many 16-bit units, then the units, big-endian.
-- PostgreSQL knows no UTF-16, so ASCII and Latin-1 get a zero byte before each of theirs, and the rest goes by code point.
-- PL/pgSQL, because a function in SQL is either inlined, and then evaluates its argument four times, or slower than this.

CREATE SCHEMA IF NOT EXISTS gw;

CREATE OR REPLACE FUNCTION gw.utf16(value text) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $$
DECLARE
    units bytea;
BEGIN
    IF octet_length(value) = length(value) THEN
        RETURN int4send(length(value)) || decode(regexp_replace(encode(textsend(value), 'hex'), '..', '00\&', 'g'), 'hex');
    END IF;
    IF value !~ '[^\u0001-\u00ff]' THEN
        RETURN int4send(length(value))
            || decode(regexp_replace(encode(convert_to(value, 'LATIN1'), 'hex'), '..', '00\&', 'g'), 'hex');
    END IF;
    SELECT string_agg(
        CASE
            WHEN point < 65536 THEN substring(int4send(point) FROM 3)
            -- Two surrogates: 0xD800 + the ten bits above, less 0x10000, then 0xDC00 + the ten below.
            ELSE substring(int8send(((55232 + (point >> 10))::bigint << 16) | (56320 + (point & 1023))) FROM 5)
        END, '' ORDER BY place)
    INTO units
    FROM string_to_table(value, NULL) WITH ORDINALITY AS letters(letter, place), ascii(letter) AS point;
    RETURN int4send(octet_length(units) / 2) || units;
END
$$;

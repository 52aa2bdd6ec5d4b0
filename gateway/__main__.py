"""`jmmc-gateway`, or `python -m gateway`: serve, work, demo, setup, identify, publish and the rest."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from gateway.permanent import permanent_objects
from gateway.settings import SettingError, settings, unknown_settings

LIBRARIES = {"ARROW_DEFAULT_MEMORY_POOL": "jemalloc"}
"""Environment of libraries, read when they are imported. pyarrow's writers in C++ hear of no other pool; this one gives
back what it has freed (`adapters.columnar.arrow`)."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the status is that of the process."""
    for name, value in LIBRARIES.items():
        os.environ.setdefault(name, value)
    options = _parser().parse_args(arguments)
    for sentence in unknown_settings(os.environ):
        print(sentence, file=sys.stderr)
    try:
        return int(options.run(options))
    except SettingError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=_program(), description="One door to the four databases of the JMMC")
    parser.add_argument("--version", action="version", version=f"jmmc-gateway {version('jmmc-gateway')}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    demo = commands.add_parser("demo", help="start a PostgreSQL of our own with the sample, and serve it")
    demo.add_argument("--port", type=_port, help="port on 127.0.0.1 (8000)")
    demo.add_argument("--data", type=Path, help="directory of the databases (a cache folder)")
    demo.add_argument("--stars", type=_stars, help="grow the sample to so many stars, up to 2500000")
    demo.add_argument(
        "--once", action="store_true", help="ask every door one question over HTTP, print the answers, stop"
    )
    demo.set_defaults(run=_demo)
    _add_serve(commands.add_parser("serve", help="serve the hub that GATEWAY_HUB names"))
    work = commands.add_parser("work", help="run jobs of the hub that GATEWAY_HUB_JOBS names, and serve nothing")
    work.set_defaults(run=_work)
    setup = commands.add_parser("setup", help="set the hub up for the sources that GATEWAY_* name")
    setup.add_argument("--sample", action="store_true", help="fill the sources that are empty with the sample first")
    setup.add_argument("--stars", type=_stars, help="grow the sample to so many stars")
    setup.set_defaults(run=_setup)
    identify = commands.add_parser("identify", help="find out which star each new or changed record is")
    identify.add_argument("--full", action="store_true", help="all records and stars, changed or not")
    identify.set_defaults(run=_identify)
    doctor = commands.add_parser("doctor", help="check the hub and every source, and say what to do")
    doctor.set_defaults(run=_doctor)
    adql = commands.add_parser("adql", help="say which queries of a file are ADQL, and what is wrong with the others")
    adql.add_argument("file", type=Path, help='a JSON list of {"query": "..."}')
    adql.add_argument("--tables", action="store_true", help="look their tables, columns and functions up too")
    adql.add_argument("--sql", action="store_true", help="show what they become (implies --tables)")
    adql.set_defaults(run=_adql)
    publish = commands.add_parser("publish", help="make a table of a VOTable: in TAP, GraphQL and cone search")
    publish.add_argument("file", type=Path, help="the VOTable; with --remove, the table")
    publish.add_argument("--name", help="name of the table, as published.bright (that of the file)")
    publish.add_argument("--replace", action="store_true", help="even if there is a table of that name")
    publish.add_argument("--remove", action="store_true", help="take the table back")
    publish.set_defaults(run=_publish)
    _add_match(commands.add_parser("xmatch", help="say which rows of a table are near the sources of a VOTable"))
    _add_export(commands.add_parser("export-hats", help="write a table as a HATS collection, for a server of files"))
    _add_index(commands.add_parser("index-oifits", help="say what OIFITS files have, and where OiDB differs"))
    commands.add_parser("generate", help="write the files that derive from the declarations").set_defaults(
        run=_generate
    )
    breaking = commands.add_parser("breaking", help="say what the GraphQL schema no longer offers its clients")
    breaking.add_argument("base", nargs="?", help="commit to compare with (where the branch left main)")
    breaking.set_defaults(run=_breaking)
    return parser


def _add_match(match: argparse.ArgumentParser) -> None:
    match.add_argument("file", type=Path, help="the VOTable")
    match.add_argument("--table", required=True, help="the table, as jsdc.star")
    match.add_argument("--radius", default="1", help="in arcsec (1)")
    match.add_argument("--ra", default="", help="column of the right ascension, ICRS degrees (that whose UCD says so)")
    match.add_argument("--dec", default="", help="column of the declination")
    match.add_argument("--find", default="best", choices=["best", "all"], help="the nearest row of each source (best)")
    match.add_argument("--columns", default="", help="columns of the table, separated by commas (all)")
    match.add_argument("--format", default="votable", help="as RESPONSEFORMAT: votable, csv, fits, parquet … (votable)")
    match.add_argument("--output", type=Path, help="file to write (the terminal)")
    match.add_argument("--url", help="a gateway that is running (the hub that GATEWAY_HUB names)")
    match.set_defaults(run=_match)


def _add_export(export: argparse.ArgumentParser) -> None:
    export.add_argument("folder", type=Path, help="where to, a folder that is not there yet")
    export.add_argument("table", help="the table, as jsdc.star")
    export.set_defaults(run=_export_hats)


def _add_serve(serve: argparse.ArgumentParser) -> None:
    serve.add_argument("--workers", type=_workers, default=1, help="processes at the one port, as one a core (1)")
    serve.set_defaults(run=_serve)


def _add_index(index: argparse.ArgumentParser) -> None:
    index.add_argument("folder", type=Path, help="where the files are")
    kept = index.add_mutually_exclusive_group(required=True)
    kept.add_argument("--index", type=Path, help="what is known of them, kept here; read again: changes")
    kept.add_argument("--hub", action="store_true", help="keep it in the hub, as the table oifits.granule")
    index.add_argument("--oidb", type=Path, help="CSV of OiDB's granules, as TAP gives oidb.granule")
    index.add_argument("--table", type=Path, help="CSV to write, a line for each granule")
    index.set_defaults(run=_index_oifits)


def _program() -> str:
    """As it was typed."""
    return "python -m gateway" if Path(sys.argv[0]).name == "__main__.py" else "jmmc-gateway"


def _stars(text: str) -> int:
    return _number(text, 2_500_000)


def _port(text: str) -> int:
    return _number(text, 65_535)


def _workers(text: str) -> int:
    return _number(text, 256)


def _number(text: str, most: int) -> int:
    if not (text.isascii() and text.isdecimal()) or not 0 < int(text) <= most:
        message = f"{text!r} is not from 1 to {most}"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def _demo(options: argparse.Namespace) -> int:
    from gateway.commands.demo import demo

    return demo(os.environ, options.port, options.data, options.stars, once=options.once)


def _serve(options: argparse.Namespace) -> int:
    known = settings(os.environ)  # here and below: a wrong setting is reported before a second of imports
    if options.workers > 1:
        with permanent_objects():
            from gateway.workers.serve import serve_with_workers

        return serve_with_workers(known, options.workers)
    with permanent_objects():
        from gateway.commands.serve import serve

    return serve(known)


def _work(_options: argparse.Namespace) -> int:
    known = settings(os.environ)
    from gateway.commands.work import work

    return work(known)


def _setup(options: argparse.Namespace) -> int:
    from gateway.commands.setup import setup

    return setup(os.environ, sample=options.sample, stars=options.stars)


def _identify(options: argparse.Namespace) -> int:
    known = settings(os.environ)
    from gateway.commands.identify import identify

    return identify(known, full=options.full)


def _publish(options: argparse.Namespace) -> int:
    known = settings(os.environ)
    from gateway.commands.publish import publish

    return publish(known, options.file, options.name, replace=options.replace, taken_back=options.remove)


def _match(options: argparse.Namespace) -> int:
    from gateway.commands.match import match_at, match_here

    names = ("table", "radius", "ra", "dec", "find", "columns")
    parameters = {name: getattr(options, name) for name in names} | {"responseformat": options.format}
    if options.url:
        return match_at(options.url, options.file, parameters, options.output)
    return match_here(settings(os.environ), options.file, parameters, options.output)


def _export_hats(options: argparse.Namespace) -> int:
    known = settings(os.environ)
    from gateway.commands.export_hats import export_hats

    return export_hats(known, options.folder, options.table)


def _index_oifits(options: argparse.Namespace) -> int:
    from gateway.commands.index_oifits import index_into_hub, index_oifits

    if options.hub:
        return index_into_hub(settings(os.environ), options.folder)
    return index_oifits(options.folder, options.index, options.oidb, options.table)


def _doctor(_options: argparse.Namespace) -> int:
    known = settings(os.environ)
    from gateway.commands.doctor import doctor

    return doctor(known)


def _adql(options: argparse.Namespace) -> int:
    from gateway.commands.adql import adql

    return adql(options.file, tables=options.tables, sql=options.sql)


def _generate(_options: argparse.Namespace) -> int:
    from gateway.commands.generate import main as generate

    generate()
    return 0


def _breaking(options: argparse.Namespace) -> int:
    from gateway.commands.breaking import main as breaking

    return breaking(options.base)


if __name__ == "__main__":
    sys.exit(main())

"""A request at the edge of a limit, as bytes."""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

BOUNDARY = "edge"


@dataclass(frozen=True, slots=True)
class Edge:
    """A request: its title, and the bytes that are sent."""

    title: str
    request: bytes


def graphql(title: str, query: str, variables: object = None, **more: object) -> Edge:
    """A GraphQL request by POST."""
    body = orjson.dumps({"query": query, "variables": variables or {}, **more})
    return graphql_body(title, body)


def graphql_body(title: str, body: bytes) -> Edge:
    """A POST to /graphql of any body."""
    return Edge(f"GraphQL, {title}", post("/graphql", "application/json", body, "application/json"))


def get(target: str, headers: str = "") -> bytes:
    """The bytes of a GET; each line of `headers` ends in CRLF."""
    head = f"GET {target} HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n"
    return f"{head}{headers or 'Accept: */*' + chr(13) + chr(10)}\r\n".encode()


def post(path: str, kind: str, body: bytes, accept: str = "*/*", headers: str = "") -> bytes:
    """The bytes of a POST."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: {kind}\r\nAccept: {accept}\r\n{headers}"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body


def form(path: str, fields: bytes, headers: str = "") -> bytes:
    """The bytes of a form."""
    return post(path, "application/x-www-form-urlencoded", fields, headers=headers)


def parts(path: str, written: bytes) -> bytes:
    """The bytes of a form in parts, which are written already."""
    return post(path, f"multipart/form-data; boundary={BOUNDARY}", written + f"--{BOUNDARY}--\r\n".encode())


def text_parts(fields: Mapping[str, str]) -> bytes:
    """Parts that are parameters."""
    disposition = f"--{BOUNDARY}\r\nContent-Disposition: form-data; name="
    return "".join(f'{disposition}"{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()).encode()


def file_part(name: str, content: bytes) -> bytes:
    """A part that is a file."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}.xml"\r\n\r\n'
    return head.encode() + content + b"\r\n"

"""The language in which a page is written for who asks for it: English, or French."""

import re

from starlette.requests import Request
from starlette.responses import HTMLResponse

from adapters.page.words import ENGLISH, LANGUAGES
from gateway.page_policy import page_policy

PARAMETER, COOKIE, KEPT = "lang", "jmmc-language", 365 * 86_400
"""By what a page is asked in a language, what remembers it, and for how many seconds."""
SAMP_HUB = "http://localhost:21012"
"""Where SAMP's Web Profile listens, on the machine of who reads the page (SAMP 1.3 section 5.2)."""
VARY = {"Vary": "Accept, Accept-Language, Cookie"}
POLICY = page_policy(
    script_src="'self'",
    style_src="'self'",
    img_src="'self' data:",
    connect_src=f"'self' {SAMP_HUB}",
    form_action="'self'",
)
"""What most pages may do: nothing with another host, and no script or style that stands in the page itself."""
_RANGE = re.compile(r"\s*([a-z]{2})(?:-[a-z0-9-]+)?\s*(?:;\s*q\s*=\s*([01](?:\.\d*)?)\s*)?", re.IGNORECASE)


def language(http: Request) -> str:
    """The language that a request names, or has named before; else that which its reader likes best of ours."""
    for named in (http.query_params.get(PARAMETER), http.cookies.get(COOKIE)):
        if named in LANGUAGES:
            return named
    return _preferred(http.headers.get("accept-language", ""))


def page_response(http: Request, content: str, policy: dict[str, str] | None = None, status: int = 200) -> HTMLResponse:
    """A page in the language of a request, which is remembered where the request names it."""
    response = HTMLResponse(content, status, VARY | (POLICY if policy is None else policy))
    named = http.query_params.get(PARAMETER)
    if named in LANGUAGES:
        response.set_cookie(COOKIE, named, KEPT, samesite="lax", httponly=True)
    return response


def _preferred(accept_language: str) -> str:
    """The best of Accept-Language (RFC 9110 section 12.5.4); English where that names none of ours."""
    found = [match for each in accept_language.split(",") if (match := _RANGE.fullmatch(each))]
    quality = {match[1].lower(): float(match[2] or 1) for match in reversed(found)}
    best = max(LANGUAGES, key=lambda name: (quality.get(name, 0.0), name == ENGLISH))
    return best if quality.get(best) else ENGLISH

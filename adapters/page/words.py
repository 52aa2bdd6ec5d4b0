"""What pages say, in the language of who reads: English stands where it is said, `french/` has the French for it.

Templates say by `_`, scripts by `say`; `{name}` stands for a value. The files of `french/` are one dictionary, in
parts by page.
"""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TypeAlias

import orjson

ENGLISH, FRENCH = "en", "fr"
LANGUAGES = {ENGLISH: "English", FRENCH: "Français"}
"""What each calls itself."""
Say: TypeAlias = Callable[..., str]


def speaker(language: str) -> Say:
    """What says a sentence in a language of `LANGUAGES`, with the values of what stands in braces in it."""
    known = _french() if language == FRENCH else {}

    def say(text: str, **values: object) -> str:
        said = known.get(text, text)
        return said.format(**values) if values else said

    return say


@cache
def _french() -> Mapping[str, str]:
    files = sorted((Path(__file__).parent / "french").glob("*.json"))
    return {text: said for file in files for text, said in orjson.loads(file.read_bytes()).items()}

"""Pages are said in two languages: whatever is said has its French, and no French is for what nobody says."""

import ast
import re
from pathlib import Path

import orjson
import pytest

from adapters.page.identification import CONFIDENCES, METHODS
from adapters.page.statistics import called
from adapters.page.words import FRENCH, speaker
from adapters.registry.examples import EXAMPLES
from schema.catalog import LOCAL
from schema.statistics import FIGURES

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "adapters" / "page"
LITERAL = r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
TITLES = (
    *METHODS.values(), *CONFIDENCES.values(), *(one.key for figures in FIGURES.values() for one in figures),
    *(one.title for one in EXAMPLES), *(one.title for one in LOCAL.values() if one.title != "ObsCore"),
)  # fmt: skip
"""What is said of tables of Python."""
SAID = {"web/src": re.compile(rf"\bsay\(\s*{LITERAL}"), "adapters/page": re.compile(rf"\b(?:say|_)\(\s*{LITERAL}")}
"""How a sentence is said in scripts, and in templates and Python."""
VALUE = re.compile(r"\{(\w+)\}")


def said() -> set[str]:
    """Sentences that stand where they are said; those that are told by a table of Python stand there as they are."""
    texts = set()
    for folder, pattern in SAID.items():
        for file in (ROOT / folder).rglob("*"):
            if file.suffix in (".ts", ".tsx", ".py", ".html") and "built" not in file.parts:
                texts |= {ast.literal_eval(found) for found in pattern.findall(file.read_text())}
    return texts


def french() -> dict[str, str]:
    known: dict[str, str] = {}
    for file in sorted((PAGE / "french").glob("*.json")):
        part = orjson.loads(file.read_bytes())
        again = {text for text in part if known.get(text, part[text]) != part[text]}
        assert not again, f"{file.name} says otherwise what another file has said: {again}"
        known |= part
    return known


def test_whatever_is_said_has_its_french() -> None:
    assert {*said(), *TITLES} - set(french()) == set()


def test_no_french_is_for_what_nobody_says() -> None:
    sources = "".join(
        file.read_text()
        for folder in (*SAID, "schema", "adapters/registry")  # whose titles and words pages show
        for file in (ROOT / folder).rglob("*")
        if file.suffix in (".ts", ".tsx", ".py", ".html", ".graphql") and "built" not in file.parts
    )
    assert [text for text in french() if text not in sources and text.replace("'", "\\'") not in sources] == []


@pytest.mark.parametrize("text", sorted(french()))
def test_the_french_has_the_same_values(text: str) -> None:
    assert set(VALUE.findall(french()[text])) == set(VALUE.findall(text))


def test_values_stand_where_they_are_named() -> None:
    assert speaker("en")("{n} stars", n=3) == "3 stars"
    assert speaker(FRENCH)("Skip to the content") == "Aller au contenu"


def test_lines_of_statistics_are_said_with_what_they_count() -> None:
    say = speaker(FRENCH)
    assert called("Star count, faint (without)", say) == "Nombre d'étoiles, faibles (sans)"
    assert called("Run count, status planned", say) == "Nombre de séquences, état prévue"
    assert called("Something else", say) == "Something else"

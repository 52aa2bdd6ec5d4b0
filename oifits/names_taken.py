"""Names that are to be unique in a file made of several: INSNAME, ARRNAME, CORRNAME, and EXTVER of each EXTNAME."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class NamesTaken:
    """Names of one kind, each with what it stands for."""

    _meanings: dict[str, bytes] = field(default_factory=dict)

    def name_for(self, name: str, meaning: bytes, longest: int = 68) -> tuple[str, bool]:
        """A name for something, and whether nothing of that name is there yet.

        What means the same keeps its name, and is one; what means something else is called `name_2`, `name_3`…

        Parameters
        ----------
        name
            As its file calls it.
        meaning
            What it stands for: the bytes of its table.
        longest
            Characters that there is room for.
        """
        number, candidate = 1, name
        while self._meanings.get(candidate, meaning) != meaning:
            number += 1
            suffix = f"_{number}"
            candidate = name[: longest - len(suffix)] + suffix
        new = candidate not in self._meanings
        self._meanings[candidate] = meaning
        return candidate, new


@dataclass(frozen=True, slots=True)
class Versions:
    """EXTVER of the units of a file, unique for each EXTNAME."""

    _taken: dict[str, set[int]] = field(default_factory=dict)

    def version_for(self, name: str, version: int) -> int:
        """The version itself, or the next after all others where that is taken."""
        taken = self._taken.setdefault(name, set())
        found = max(taken) + 1 if version in taken else version
        taken.add(found)
        return found

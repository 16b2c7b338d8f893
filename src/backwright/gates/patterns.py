"""A text that matches a pattern, for patterns of classes, groups, alternatives and repetitions."""

from __future__ import annotations

import re

__all__ = ["matching"]

_SAMPLES = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefghijklmnopqrstuvwxyz-_ .+/"
_REPEATED = {"*": (0, 64), "+": (1, 64), "?": (0, 1)}
_ATOM = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\((?:\?:)?|\)|\||\^|\$|.")
_COUNT = re.compile(r"\{(\d+)(?:(,)(\d*))?\}")


def matching(pattern: str, shortest: int, longest: int, salt: int) -> str:
    """A text within the lengths that the pattern finds; different salts give different texts where there is room."""
    for stretch in range(longest + 1):
        text = _Sampler(pattern, stretch, salt).sample()
        if shortest <= len(text) <= longest and re.search(pattern, text):
            return text
    return ""


class _Sampler:
    """Walks a pattern once; every repetition takes up to `stretch` more than its least."""

    def __init__(self, pattern: str, stretch: int, salt: int) -> None:
        self._pattern = pattern
        self._stretch = stretch
        self._salt = salt
        self._at = 0

    def sample(self) -> str:
        parts: list[str] = []
        chosen: str | None = None
        while self._at < len(self._pattern):
            token = _ATOM.match(self._pattern, self._at)
            assert token is not None
            self._at = token.end()
            if token[0] == ")":
                break
            if token[0] == "|":
                chosen = chosen if chosen is not None else "".join(parts)
                parts = []
            elif token[0] not in "^$":
                parts.append(self._repeated(token[0]))
        return chosen if chosen is not None else "".join(parts)

    def _repeated(self, atom: str) -> str:
        start = self._at
        inner = self.sample() if atom.startswith("(") else None
        end = self._at
        low, high = self._count()
        times = min(low + self._stretch, high)
        if inner is None:
            return "".join(self._character(atom) for _ in range(times))
        texts = []
        after = self._at
        for _ in range(times):
            self._at = start
            texts.append(self.sample())
        self._at = max(after, end)
        return "".join(texts)

    def _count(self) -> tuple[int, int]:
        sign = self._pattern[self._at : self._at + 1]
        if sign in _REPEATED and sign:
            self._at += 1
            return _REPEATED[sign]
        count = _COUNT.match(self._pattern, self._at)
        if count is None:
            return 1, 1
        self._at = count.end()
        low = int(count[1])
        return low, (int(count[3]) if count[3] else low + 64 if count[2] else low)

    def _character(self, atom: str) -> str:
        fitting = [character for character in _SAMPLES if re.fullmatch(atom, character)]
        if not fitting:
            return atom[-1]
        self._salt, at = divmod(self._salt, len(fitting))
        return fitting[at]

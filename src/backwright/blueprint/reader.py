"""Typed access to a document: every accessor reports what does not fit and goes on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from backwright.blueprint.document import Mapping, Node, Scalar, Sequence, kind_of
from backwright.blueprint.nodes import Bound, Name
from backwright.blueprint.suggestion import nearest
from backwright.blueprint.text import Text
from backwright.diagnostics import Diagnostic, Origin

__all__ = ["Reader"]

_NAME = re.compile(r"(?P<name>[^#\s]+)(?:#(?P<id>[^#\s]+))?\Z")
_TRUE, _FALSE = ("true", "True", "TRUE"), ("false", "False", "FALSE")


@dataclass(slots=True)
class Reader:
    """Collects diagnostics while a document is read."""

    diagnostics: list[Diagnostic] = field(default_factory=list)

    def say(self, code: str, message: str, origin: Origin, advice: str = "") -> None:
        self.diagnostics.append(Diagnostic(code, message, origin, advice))

    def wrong_kind(self, node: Node, what: str, wanted: str, advice: str = "") -> None:
        self.say("blueprint/wrong-kind", f"{what} must be {wanted}, not {kind_of(node)}", node.origin, advice)

    def mapping(self, node: Node | None, what: str, advice: str = "") -> Mapping:
        """The node as a mapping; an empty one where it is missing or something else."""
        if isinstance(node, Mapping):
            return node
        if node is not None:
            self.wrong_kind(node, what, "a mapping", advice)
        return Mapping((), node.origin if node is not None else Origin())

    def items(self, node: Node | None, what: str, advice: str = "") -> tuple[Node, ...]:
        """The node's items; nothing where it is missing or no list."""
        if isinstance(node, Sequence):
            return node.items
        if node is not None:
            self.wrong_kind(node, what, "a list", advice)
        return ()

    def keys(
        self,
        mapping: Mapping,
        what: str,
        known: Iterable[str],
        required: Iterable[str] = (),
        later: MappingOf[str, str] | None = None,
        at: Origin | None = None,
    ) -> None:
        """Report keys that are unknown, not compiled yet, or missing."""
        known = tuple(known)
        for entry in mapping.entries:
            key = entry.key
            if later and key.value in later:
                reason = f"'{key.value}' ({later[key.value]}) is not compiled by this version"
                self.say(
                    "language/not-yet", reason, key.origin, "Remove it, or keep it in a comment for a later version."
                )
            elif key.value not in known:
                advice = nearest(key.value, known) or f"Known here: {', '.join(known)}."
                self.say("blueprint/unknown-key", f"{what} has no '{key.value}'", key.origin, advice)
        present = {entry.key.value for entry in mapping.entries}
        for key_name in required:
            if key_name not in present:
                self.say("blueprint/missing-key", f"{what} needs '{key_name}'", at or mapping.origin)

    def word(self, node: Node | None, what: str, advice: str = "") -> Text | None:
        """A scalar that is not empty."""
        if node is None:
            return None
        if isinstance(node, Scalar) and not node.is_null and node.text.value.strip():
            return node.text
        self.wrong_kind(node, what, "a word", advice)
        return None

    def prose(self, node: Node | None, what: str) -> str:
        text = self.word(node, what)
        return "" if text is None else text.value

    def expression(self, node: Node | None, what: str) -> Text | None:
        """The text of an expression; a comment that cut it is reported."""
        if node is None:
            return None
        if not isinstance(node, Scalar):
            advice = "Quote it if it begins with a bracket."
            self.wrong_kind(node, what, "an expression", advice)
            return None
        if node.is_null and not node.text.value:
            self.wrong_kind(node, what, "an expression", "Write 'true' for everyone." if "allow" in what else "")
            return None
        return None if self.is_cut(node) else node.text

    def is_cut(self, node: Scalar) -> bool:
        """Report a value whose quote or bracket is still open where a comment begins."""
        text = node.text.value
        if node.comment is None or not _is_open(text):
            return False
        advice = "Quote the whole value."
        self.say(
            "blueprint/cut-by-comment", "YAML reads ' #' as a comment and cuts the value here", node.comment, advice
        )
        return True

    def boolean(self, node: Node | None, what: str) -> bool:
        if node is None:
            return False
        if isinstance(node, Scalar) and node.text.value in _TRUE + _FALSE:
            return node.text.value in _TRUE
        self.wrong_kind(node, what, "true or false")
        return False

    def number(self, node: Node | None, what: str) -> Bound | None:
        if node is None:
            return None
        if isinstance(node, Scalar) and re.fullmatch(r"[-+]?[0-9_]+(\.[0-9]+)?", node.text.value):
            try:
                value = Decimal(node.text.value.replace("_", ""))
                return Bound(value=value, origin=node.origin)
            except InvalidOperation:
                pass
        self.wrong_kind(node, what, "a number")
        return None

    def name(self, key: Text) -> Name:
        """A declared name, perhaps with the id it had before a rename; its form is judged with its meaning."""
        match = _NAME.match(key.value)
        if match is None:
            return Name(name=key.value, id=key.value, origin=key.origin)
        return Name(name=match["name"], id=match["id"] or match["name"], origin=key.origin)


def _is_open(text: str) -> bool:
    quote, depth = "", 0
    for character in text:
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        else:
            depth += (character in "([{") - (character in ")]}")
    return bool(quote) or depth > 0

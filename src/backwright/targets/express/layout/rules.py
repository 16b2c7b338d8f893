"""Where the formatter breaks expressions, calls, objects and assignments."""

from __future__ import annotations

from typing import assert_never

from backwright.targets.express.layout.documents import (
    HARD,
    LINE,
    SOFT,
    Choice,
    Document,
    Group,
    Indent,
    OnlyBroken,
    Value,
    joined,
    must_break,
)
from backwright.targets.express.layout.syntax import (
    Arrow,
    Atom,
    Call,
    Chain,
    Listed,
    Member,
    Node,
    Operators,
    Parenthesised,
    Prefixed,
    Property,
    Record,
)

__all__ = ["assigned", "document"]

_SHORT = 35
_SHORT_PATTERN = 5
_SEVERAL = 2


def document(node: Node, *, pattern: bool = False) -> Document:
    """Where an expression or a pattern may break; nothing follows the rest of a pattern."""
    match node:
        case Atom(text):
            return text
        case Listed(items):
            return _bracketed("[", [document(each) for each in items], "]", SOFT, broken=_is_matrix(items))
        case Record(members):
            rest = bool(members) and isinstance(members[-1], Prefixed)
            return _bracketed(
                "{", [document(each) for each in members], "}", LINE, comma="" if pattern and rest else ","
            )
        case Property(key, value):
            return assigned(f"{key}:", value)
        case Prefixed(prefix, of):
            return prefix, document(of)
        case Parenthesised(of):
            return "(", document(of), ")"
        case Arrow(head, body):
            return _arrow(head, body)
        case Operators(first, rest):
            return Group((document(first), Indent(tuple(_operation(sign, each) for sign, each in rest))))
        case Chain(head, links):
            return _chain(head, links)
        case _:
            assert_never(node)


def _operation(sign: str, operand: Node) -> Document:
    return (LINE, f"{sign} ", document(operand)) if sign in ("?", ":") else (f" {sign}", LINE, document(operand))


def _bracketed(
    start: str, parts: list[Document], end: str, edge: Document, *, broken: bool = False, comma: str = ","
) -> Document:
    if not parts:
        return start + end
    broken = broken or any(must_break(part) for part in parts)
    return Group((start, Indent((edge, *joined((",", LINE), parts))), OnlyBroken(comma), edge, end), broken)


def _is_matrix(items: tuple[Node, ...]) -> bool:
    """Several objects, or several lists, with more than one member each stand one a line."""
    for kind in (Record, Listed):
        if len(items) >= _SEVERAL and all(isinstance(each, kind) for each in items):
            return all(len(each.members if isinstance(each, Record) else each.items) >= _SEVERAL for each in items)  # type: ignore[union-attr]
    return False


def _arrow(head: str, body: Node) -> Document:
    if isinstance(body, Record | Listed | Parenthesised) or (isinstance(body, Atom) and body.text.startswith("`")):
        return Group((f"{head} => ", document(body)))
    return Group((f"{head} =>", Group(Indent((LINE, document(body))))))


def _chain(head: Node, links: tuple[Member | Call, ...]) -> Document:
    start = _wrapped_head(head)
    if isinstance(head, Parenthesised) and all(isinstance(link, Member) for link in links):
        return start, Group(Indent((SOFT, *(_link(each) for each in links))))
    flat: Document = (start, *(_link(each) for each in links))
    groups = _calls_by_name(links)
    if len(groups) < _SEVERAL or not all(len(group) > 1 for group in groups):
        return flat
    called = tuple(_link(each) for each in links[: len(links) - sum(map(len, groups))])
    broken = (start, *called, Indent(tuple((HARD, *(_link(each) for each in group)) for group in groups)))
    return broken if _is_crowded(links) else Choice((flat, broken))


def _is_crowded(links: tuple[Member | Call, ...]) -> bool:
    """Whether more than two calls, one of them with a pattern of some length, stand in a row."""
    calls = [link for link in links if isinstance(link, Call)]
    return len(calls) > _SEVERAL and any(_is_pattern(each) for call in calls for each in call.arguments)


def _is_pattern(node: Node) -> bool:
    return isinstance(node, Atom) and node.text[0] == "/" and node.text.rindex("/") - 1 > _SHORT_PATTERN


def _calls_by_name(links: tuple[Member | Call, ...]) -> list[list[Member | Call]]:
    groups: list[list[Member | Call]] = []
    for link in links:
        if isinstance(link, Member) and not link.text.startswith("["):
            groups.append([link])
        elif groups:
            groups[-1].append(link)
    return groups


def _wrapped_head(head: Node) -> Document:
    if isinstance(head, Parenthesised) and isinstance(head.of, Prefixed):
        return Group(("(", Indent((SOFT, document(head.of))), SOFT, ")"))
    return document(head)


def _link(link: Member | Call) -> Document:
    return link.text if isinstance(link, Member) else _arguments(link.arguments)


def _arguments(arguments: tuple[Node, ...]) -> Document:
    if not arguments:
        return "()"
    parts = [document(each) for each in arguments]
    if not _hugs(arguments):
        return _bracketed("(", parts, ")", SOFT)
    last = arguments[-1]
    held = Group(_hugged(last)) if isinstance(last, Arrow) and _is_call(last.body) else parts[-1]
    before = tuple((part, ", ") for part in parts[:-1])
    flat: Document = ("(", *before, held, ")")
    apart = _bracketed("(", parts, ")", SOFT, broken=True)
    if not isinstance(held, Group):
        return Choice((flat, apart))
    opened: Document = ("(", *before, Group(held.of, broken=True), ")")
    return Choice((opened, apart) if must_break(held) else (flat, opened, apart))


def _hugged(arrow: Arrow) -> Document:
    return f"{arrow.head} =>", Indent((LINE, document(arrow.body))), OnlyBroken(","), SOFT


def _hugs(arguments: tuple[Node, ...]) -> bool:
    """Whether the last argument may be opened while the others stay on the line."""
    last = arguments[-1]
    if len(arguments) > 1 and type(arguments[-2]) is type(last):
        return False
    match last:
        case Record(members):
            return bool(members)
        case Listed(items):
            return bool(items)
        case Arrow(_, body):
            return isinstance(body, Record | Listed | Arrow | Parenthesised) or _is_call(body)
        case _:
            return False


def _is_call(node: Node) -> bool:
    return isinstance(node, Chain) and isinstance(node.links[-1], Call)


def assigned(left: Document, value: Node) -> Document:
    """`left value`, where `left` ends with its sign."""
    right = document(value)
    of = value
    while isinstance(of, Prefixed):
        of = of.of
    if isinstance(of, Atom) and of.text[0] in "'\"":
        return Group((left, Group(Indent((LINE, right)))))
    if isinstance(of, Atom) and (of.text[0] == "`" or of.text[0].isdigit()):
        return left, " ", right
    if isinstance(of, Operators) or _breaks_badly(of):
        return Group((left, Group(Indent((LINE, right)))))
    return left, Value(Group(right))


def _breaks_badly(node: Node) -> bool:
    """Names with calls that have at most one short argument."""
    if not isinstance(node, Chain) or not isinstance(node.head, Atom):
        return False
    return all(
        isinstance(link, Member) or not link.arguments or (len(link.arguments) == 1 and _is_short(link.arguments[0]))
        for link in node.links
    )


def _is_short(node: Node) -> bool:
    return isinstance(node, Atom) and not node.text.startswith("`") and len(node.text) <= _SHORT

"""The CEL grammar, as a precedence parser."""

from __future__ import annotations

from typing import Literal

from backwright.plan.expressions.lexer import Token, tokens
from backwright.plan.expressions.syntax import (
    Binary,
    Invocation,
    Items,
    Mistake,
    Name,
    Node,
    Scalar,
    Select,
    Ternary,
    Unary,
    Unsupported,
)

__all__ = ["MOST_CHARACTERS", "parse"]

MOST_CHARACTERS = 4000
_DEEPEST_NESTING = 40
_DEEPEST_TREE = 110
_LEVELS = {"||": 1, "&&": 2} | dict.fromkeys(("==", "!=", "<", "<=", ">", ">=", "in"), 3) | {"+": 4, "-": 4}
_LEVELS |= {"*": 5, "/": 5, "%": 5}
_RESERVED = frozenset(("as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop"))
_RESERVED |= frozenset(("namespace", "package", "return", "var", "void", "while"))
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_TOO_COMPLEX_HELP = "Use `x in [a, b]` for many alternatives, or let a computed field or a `let` step carry a part."
_OPERATOR_WORDS = {"and": "&&", "or": "||", "not": "!", "is": "=="}


def parse(text: str) -> Node:
    """The untyped tree of a text; raises Mistake."""
    if len(text) > MOST_CHARACTERS:
        raise Mistake(
            "expression/too-complex", f"An expression has at most {MOST_CHARACTERS} characters", 0, _TOO_COMPLEX_HELP
        )
    parser = _Parser(list(tokens(text)))
    node = parser.whole()
    _refuse_depth(node)
    return node


def _refuse_depth(whole: Node) -> None:
    waiting = [(whole, 1)]
    while waiting:
        node, depth = waiting.pop()
        if depth > _DEEPEST_TREE:
            message = f"More than {_DEEPEST_TREE} operations inside each other"
            raise Mistake("expression/too-complex", message, node.start, _TOO_COMPLEX_HELP)
        waiting += [(part, depth + 1) for part in _parts(node)]


def _parts(node: Node) -> tuple[Node, ...]:
    match node:
        case Items(items=parts):
            return parts
        case Select(of=of) | Unary(of=of):
            return (of,)
        case Invocation(receiver=receiver, arguments=arguments):
            return arguments if receiver is None else (receiver, *arguments)
        case Binary(left=left, right=right):
            return (left, right)
        case Ternary(condition=condition, then=then, otherwise=otherwise):
            return (condition, then, otherwise)
        case _:
            return ()


class _Parser:
    def __init__(self, all_tokens: list[Token]) -> None:
        self._tokens = all_tokens
        self._at = 0
        self._depth = 0

    def whole(self) -> Node:
        if self._peek().kind == "end":
            raise Mistake("expression/syntax", "The expression is empty", 0, "Write a condition or a value.")
        node = self._expression()
        if self._peek().kind != "end":
            word = _OPERATOR_WORDS.get(self._peek().text.lower())
            help_text = f"Write `{word}` instead." if word else "Is an operator missing before it?"
            if isinstance(node, Name) and node.text.lower() == "not":
                help_text = "Write `!` instead of `not`."
            raise Mistake(
                "expression/syntax",
                f"`{self._peek().text}` does not continue the expression",
                self._peek().start,
                help_text,
            )
        return node

    def _peek(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._peek()
        self._at += 1
        return token

    def _is(self, symbol: str) -> bool:
        return self._peek().kind == "symbol" and self._peek().text == symbol

    def _expect(self, symbol: str) -> Token:
        if not self._is(symbol):
            found = f"`{self._peek().text}`" if self._peek().text else "the end"
            raise Mistake("expression/syntax", f"Expected `{symbol}`, found {found}", self._peek().start)
        return self._take()

    def _expression(self) -> Node:
        self._depth += 1
        if self._depth > _DEEPEST_NESTING:
            message = f"Nested more than {_DEEPEST_NESTING} levels deep"
            raise Mistake("expression/too-complex", message, self._peek().start, _TOO_COMPLEX_HELP)
        condition = self._binary(1)
        if self._is("?"):
            self._take()
            then = self._binary(1)
            self._expect(":")
            otherwise = self._expression()
            condition = Ternary(condition, then, otherwise, condition.start, otherwise.end)
        self._depth -= 1
        return condition

    def _binary(self, lowest: int) -> Node:
        left = self._unary()
        while True:
            token = self._peek()
            level = _LEVELS.get(token.text, 0) if token.kind == "symbol" or token.text == "in" else 0
            if level < lowest:
                return left
            self._take()
            right = self._binary(level + 1)
            left = Binary(token.text, token.start, left, right, left.start, right.end)

    def _unary(self) -> Node:
        if self._is("!") or self._is("-"):
            token = self._take()
            self._depth += 1
            if self._depth > _DEEPEST_NESTING:
                raise Mistake("expression/too-complex", "Too many signs in one row", token.start, _TOO_COMPLEX_HELP)
            of = self._unary()
            self._depth -= 1
            operator: Literal["!", "-"] = "!" if token.text == "!" else "-"
            return Unary(operator, of, token.start, of.end)
        return self._member()

    def _member(self) -> Node:
        node = self._primary()
        for _ in range(_DEEPEST_NESTING):
            if self._is("."):
                self._take()
                node = self._selection(node)
            elif self._is("["):
                self._take()
                self._expression()
                node = Unsupported("Indexing with `[…]`", node.start, self._expect("]").end)
            elif self._is("{"):
                raise Mistake("expression/not-supported", "Messages are not part of this language", self._peek().start)
            else:
                return node
        raise Mistake("expression/too-complex", "The path is too long", node.start, _TOO_COMPLEX_HELP)

    def _selection(self, of: Node) -> Node:
        name = self._take()
        if name.kind != "name":
            raise Mistake("expression/syntax", "A name must follow the point", name.start)
        if self._is("("):
            arguments, end = self._arguments()
            return Invocation(of, name.text, name.start, arguments, of.start, end)
        return Select(of, name.text, name.start, of.start, name.end)

    def _arguments(self) -> tuple[tuple[Node, ...], int]:
        self._expect("(")
        found = self._list(")", trailing=False)
        return found, self._expect(")").end

    def _list(self, closing: str, *, trailing: bool) -> tuple[Node, ...]:
        found: list[Node] = []
        while not self._is(closing) or (found and not trailing):
            found.append(self._expression())
            if not self._is(","):
                break
            self._take()
        return tuple(found)

    def _primary(self) -> Node:
        token = self._take()
        if token.kind in ("number", "text"):
            return Scalar(token.value, token.start, token.end)
        if token.kind == "name":
            return self._name(token)
        if token.text == "(":
            inside = self._expression()
            self._expect(")")
            return inside
        if token.text == "[":
            items = self._list("]", trailing=True)
            return Items(items, token.start, self._expect("]").end)
        if token.text == "{":
            raise Mistake("expression/not-supported", "Maps are not part of this language", token.start)
        if token.text == ".":
            raise Mistake("expression/not-supported", "A leading point is not part of this language", token.start)
        found = f"`{token.text}`" if token.text else "the end"
        raise Mistake("expression/syntax", f"Expected a value, found {found}", token.start)

    def _name(self, token: Token) -> Node:
        if token.text in _WORDS:
            return Scalar(_WORDS[token.text], token.start, token.end)
        if token.text == "in":
            raise Mistake("expression/syntax", "Expected a value, found `in`", token.start)
        if token.text in _RESERVED:
            message = f"`{token.text}` is a reserved word of CEL"
            raise Mistake(
                "expression/syntax", message, token.start, f"Reach a field of that name as `this.{token.text}`."
            )
        if self._is("("):
            arguments, end = self._arguments()
            return Invocation(None, token.text, token.start, arguments, token.start, end)
        return Name(token.text, token.start, token.end)

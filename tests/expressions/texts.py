"""Random expressions that the checker must accept, by the type they have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from hypothesis import strategies as st

__all__ = ["expressions"]

_LOCAL = {
    "bool": ("input.flag", "true", "false"),
    "int": ("input.count", "input.wide", "0", "1", "-3", "7", "9007199254740991", "size(input.title)"),
    "exact": ("input.price", "0.5", "-0.05", "2.50", "0.0001"),
    "text": ("input.title", "'a'", "''", "'%'", "'\\U0001f600'", "'\\uffe6'", "'Abc'", "' '", "r'\\'"),
    "date": ("input.day", "date('2026-03-29')", "date('2024-02-29')"),
    "at": ("input.at", "now", "timestamp('2026-03-28T01:30:00.250Z')"),
    "length": ("duration('24h')", "duration('250ms')", "duration('-90s')"),
    "state": ("input.state", "'open'", "'done'"),
}
_LOCAL_NULLABLE = {
    "bool": ("input.mark",),
    "int": ("input.most",),
    "exact": ("input.rate",),
    "text": ("input.note",),
    "date": ("input.ends",),
    "at": ("input.seen",),
    "state": ("input.mood",),
    "row": ("input.who", "me"),
    "role": ("me.role",),
}
_ROW = {
    "bool": ("active",),
    "int": ("amount", "wide", "author.level", "size(title)", "pieces.count()"),
    "exact": ("price",),
    "text": ("title", "author.name"),
    "date": ("due",),
    "at": ("made",),
    "state": ("state",),
    "row": ("author", "this.author"),
}
_ROW_NULLABLE = {
    "bool": ("hidden",),
    "int": ("most", "keeper.level", "me.level", "input.who.level"),
    "exact": ("rate",),
    "text": ("note", "keeper.name", "keeper.nick", "author.nick", "me.name"),
    "date": ("ends", "keeper.born", "author.born"),
    "at": ("seen",),
    "state": ("mood",),
    "row": ("keeper",),
}
_PIECE = {"int": ("p.size", "p.item.amount"), "exact": ("p.weight",), "text": ("p.label", "p.item.author.name")}
_PIECE_NULLABLE = {"exact": ("p.cost",), "text": ("p.helper.name", "p.item.keeper.nick"), "int": ("p.helper.level",)}
_ORDERED = ("int", "exact", "text", "date", "at", "length")
_LITERALS = {"state": ("'open'", "'held'", "'done'"), "role": ("'staff'", "'admin'", "'guest'")}


@dataclass(frozen=True)
class _Maker:
    draw: Callable[[st.SearchStrategy[object]], object]
    local: bool
    depth: int
    in_piece: bool = False

    def pick(self, options: tuple[str, ...]) -> str:
        return str(self.draw(st.sampled_from(options)))

    def deeper(self) -> _Maker:
        return replace(self, depth=self.depth - 1)

    def leaf(self, kind: str) -> str:
        found = _LOCAL.get(kind, ())
        found += () if self.local else _ROW.get(kind, ()) * 3
        found += _PIECE.get(kind, ()) * 4 if self.in_piece else ()
        return self.pick(found)

    def nullables(self, kind: str) -> tuple[str, ...]:
        found = _LOCAL_NULLABLE.get(kind, ())
        found += () if self.local else _ROW_NULLABLE.get(kind, ()) * 2
        return found + (_PIECE_NULLABLE.get(kind, ()) * 4 if self.in_piece else ())

    def make(self, kind: str) -> str:
        if self.depth <= 0:
            return self.leaf(kind)
        maker = getattr(self.deeper(), f"_{kind}")
        return str(maker())

    def _sometimes(self, kind: str, *others: Callable[[], str]) -> str:
        """A leaf, a choice, a replacement for null, or one of the kind's own forms."""
        number = int(str(self.draw(st.integers(0, len(others) + 2))))
        if number == 0:
            return self.leaf(kind)
        if number == 1:
            return f"({self.make('bool')} ? {self.make(kind)} : {self.make(kind)})"
        if number == 2 and self.nullables(kind):
            path = self.pick(self.nullables(kind))
            return self.pick((f"coalesce({path}, {self.make(kind)})", f"({path} != null ? {path} : {self.make(kind)})"))
        return others[(number - 3) % len(others)]()

    def _listed(self, kind: str) -> str:
        return f"coalesce(pieces.{self.pick(('min', 'max'))}(p, {self._inside().make(kind)}), {self.make(kind)})"

    def _inside(self) -> _Maker:
        return replace(self, in_piece=True)

    def _loops(self) -> bool:
        return not self.local and not self.in_piece

    def _int(self) -> str:
        return self._sometimes(
            "int",
            lambda: f"({self.make('int')} {self.pick(('+', '-', '*'))} {self.make('int')})",
            lambda: f"coalesce({self.make('int')} % {self.make('int')}, {self.make('int')})",
            lambda: f"{self.pick(('min', 'max'))}({self.make('int')}, {self.make('int')})",
            lambda: f"abs(-{self.make('int')})",
            lambda: f"round({self.make('exact')})",
            lambda: f"size({self.make('text')})",
            lambda: f"pieces.sum(p, {self._inside().make('int')})" if self._loops() else self.leaf("int"),
            lambda: f"pieces.count(p, {self._inside().make('bool')})" if self._loops() else self.leaf("int"),
            lambda: self._listed("int") if self._loops() else self.leaf("int"),
        )

    def _exact(self) -> str:
        number = self.pick(("int", "exact"))
        return self._sometimes(
            "exact",
            lambda: f"({self.make('exact')} {self.pick(('+', '-'))} {self.make(number)})",
            lambda: f"round({self.make('exact')} * {self.make(number)}, {self.pick(('0', '1', '3'))})",
            lambda: f"coalesce({self.make(number)} / {self.make('exact')}, {self.make('exact')})",
            lambda: f"({self.make(number)} / {self.pick(('3', '-7', '0.07', '8'))})",
            lambda: f"{self.pick(('min', 'max'))}({self.make('exact')}, {self.make('int')})",
            lambda: f"(-{self.make('exact')})",
            lambda: f"pieces.sum(p, {self._inside().make('exact')})" if self._loops() else self.leaf("exact"),
            lambda: (
                f"coalesce(pieces.avg(p, {self._inside().make(number)}), 0.5)" if self._loops() else self.leaf("exact")
            ),
        )

    def _text(self) -> str:
        return self._sometimes(
            "text",
            lambda: f"({self.make('text')} + {self.make('text')})",
            lambda: f"{self.pick(('lower', 'upper', 'trim'))}({self.make('text')})",
            lambda: f"min({self.make('text')}, {self.make('text')})" if not self.local else self.leaf("text"),
            lambda: self._listed("text") if self._loops() else self.leaf("text"),
        )

    def _date(self) -> str:
        return self._sometimes(
            "date", lambda: f"date({self.make('at')})", lambda: f"max({self.make('date')}, {self.make('date')})"
        )

    def _at(self) -> str:
        return self._sometimes(
            "at",
            lambda: f"({self.make('at')} {self.pick(('+', '-'))} {self.make('length')})",
            lambda: f"timestamp({self.make('date')})",
            lambda: f"min({self.make('at')}, {self.make('at')})",
        )

    def _length(self) -> str:
        forms = (
            lambda: self.leaf("length"),
            lambda: f"({self.make('at')} - {self.make('at')})",
            lambda: f"({self.make('date')} - {self.make('date')})",
            lambda: f"({self.make('length')} {self.pick(('+', '-'))} {self.make('length')})",
            lambda: f"(-{self.make('length')})",
        )
        return forms[int(str(self.draw(st.integers(0, len(forms) - 1))))]()

    def _state(self) -> str:
        return self._sometimes("state", lambda: self.leaf("state"))

    def _bool(self) -> str:
        return self._sometimes(
            "bool",
            lambda: f"({self.make('bool')} {self.pick(('&&', '||'))} {self.make('bool')})",
            lambda: f"!{self.make('bool')}" if self.depth > 0 else f"!({self.leaf('bool')})",
            self._compared,
            self._matched,
            self._guarded,
            lambda: f"({self.pick(self.nullables(self._any_kind()))} {self.pick(('==', '!='))} null)",
            lambda: f"({self.make('bool')} {self.pick(('==', '!='))} {self.make('bool')})",
            lambda: f"{self.make('text')}.{self.pick(('contains', 'startsWith', 'endsWith'))}({self.make('text')})",
            self._quantified,
            self._rows,
        )

    def _any_kind(self) -> str:
        return self.pick(tuple(_LOCAL_NULLABLE))

    def _compared(self) -> str:
        kind = self.pick(_ORDERED)
        return f"({self.make(kind)} {self.pick(('==', '!=', '<', '<=', '>', '>='))} {self.make(kind)})"

    def _matched(self) -> str:
        """A value that may be null against one that is not."""
        kind = self.pick(("bool", "int", "exact", "text", "date", "at", "state", "role"))
        path = self.pick(self.nullables(kind))
        values = tuple(self.make(kind) if kind != "role" else self.pick(_LITERALS["role"]) for _ in range(2))
        if kind != "bool" and self.draw(st.booleans()):
            return f"({path} in [{', '.join(values)}])"
        pair = (path, values[0]) if self.draw(st.booleans()) or kind in _LITERALS else (values[0], path)
        return f"({pair[0]} {self.pick(('==', '!='))} {pair[1]})"

    def _guarded(self) -> str:
        kind = self.pick(("int", "exact", "text", "date", "at"))
        path = self.pick(self.nullables(kind))
        test = f"{path} {self.pick(('<', '>', '<=', '!='))} {self.make(kind)}"
        either = f"{path} == null || {test}"
        return self.pick((f"({path} != null && {test})", f"({either})", f"!({path} == {self.make(kind)} && {test})"))

    def _quantified(self) -> str:
        if not self._loops():
            return self.leaf("bool")
        source = self.pick(("pieces", f"pieces.filter(p, {self._inside().make('bool')})"))
        return f"{source}.{self.pick(('exists', 'all'))}(p, {self._inside().make('bool')})"

    def _rows(self) -> str:
        path = self.pick(self.nullables("row"))
        if self.local:
            return f"({path} == null)"
        return f"({path} {self.pick(('==', '!='))} {self.pick(_ROW['row'])})"


@st.composite
def expressions(draw: st.DrawFn, local: bool) -> str:
    """The text of an expression; a `local` one needs no rows."""
    kind = draw(st.sampled_from(("bool", "bool", "bool", "int", "exact", "text", "date", "at", "length", "state")))
    return _Maker(draw, local, draw(st.integers(1, 3))).make(kind)

"""The rows of the table in docs/designs/0002-expressions.md, each with the expressions that hold it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["MEANING", "Case"]


@dataclass(frozen=True, slots=True)
class Case:
    """`text` is always `value`, for every row, input and caller, unless `value` is None: then the engines just agree.

    A `local` case has a TypeScript form.
    """

    text: str
    value: str | None = None
    where: Literal["local", "database"] = "local"


def _local(*pairs: tuple[str, str | None]) -> tuple[Case, ...]:
    return tuple(Case(text, value) for text, value in pairs)


def _rows(*pairs: tuple[str, str | None]) -> tuple[Case, ...]:
    return tuple(Case(text, value, "database") for text, value in pairs)


MEANING: dict[str, tuple[Case, ...]] = {
    "null equals nothing": (
        *_local(
            ("input.most != null || !(input.most == 3)", "true"),
            ("input.most != null || input.most != 3", "true"),
            ("input.note == 'x'", None),
            ("input.note != 'x'", None),
            ("!(input.note == 'x')", None),
            ("input.rate == 0.125", None),
            ("input.rate != 0.125", None),
            ("input.seen != now", None),
            ("input.mood == done", None),
            ("input.mark == true", None),
            ("input.mark != true", None),
            ("(input.mark == true) == (input.flag != true)", None),
        ),
        *_rows(("note == 'x'", None), ("!(note == title)", None), ("note != title", None), ("hidden != true", None)),
    ),
    "null is in no list": (
        *_local(
            ("input.most in [3, 0]", None),
            ("!(input.most in [3, 0])", None),
            ("input.most != null || !(input.most in [3, 0])", "true"),
            ("me.role in ['staff', 'admin']", None),
            ("!(me.role in ['staff', 'admin'])", None),
        ),
        *_rows(("mood in ['open', 'done']", None), ("most in input.numbers", None), ("!(most in [amount])", None)),
    ),
    "null tests are two-valued": (
        *_local(
            ("(input.most == null) == (input.most != null)", "false"), ("me == null", None), ("me.role != null", None)
        ),
        *_rows(
            ("note == null || note != null", "true"), ("keeper.name == null", None), ("!(keeper.nick != null)", None)
        ),
    ),
    "a guard makes a nullable value usable": (
        *_local(
            ("input.most != null && input.most > 2", None),
            ("input.most == null || input.most > 2", None),
            ("!(input.most != null && input.most > 2)", None),
            ("!(input.most == 3 && input.most > 2)", None),
            ("input.most != 3 || input.most > 2", "true"),
            ("input.most != null ? input.most : 0", None),
            ("input.note == null ? 0 : size(input.note)", None),
            ("coalesce(input.most, 7) + 1", None),
            ("coalesce(input.rate, input.most, 1.5)", None),
            ("input.rate in [0.125, 1.0] && input.rate > 0", None),
        ),
        *_rows(
            ("most != null && most > amount", None),
            ("!(most == amount && most > 0)", None),
            ("keeper.nick == null || keeper.nick.contains('%')", None),
        ),
    ),
    "an absent caller matches nothing": (
        *_local(
            ("me != null && input.who == me", None),
            ("!(me != null && input.who == me)", None),
            ("me == null && me.role == 'staff'", "false"),
        ),
        *_rows(
            ("owner || false", None),
            ("!owner", None),
            ("author == me", None),
            ("!(author == me)", None),
            ("keeper != null && keeper == me", None),
            ("me.level == 0", None),
            ("me.nick != 'x'", None),
        ),
    ),
    "a path through a missing row is null": _rows(
        ("keeper.name == 'bob'", None),
        ("keeper.name != 'bob'", None),
        ("!(keeper.name == 'bob')", None),
        ("keeper.name == null", None),
        ("(keeper.name == null) == true", None),
        ("coalesce(keeper.nick, 'x') == 'x'", None),
        ("coalesce(keeper.level, 0) in [0, 7]", None),
        ("coalesce(keeper.level, -1)", None),
        ("keeper.level in [3, 0]", None),
        ("author.name.startsWith('A')", None),
        ("!(author.level > 0)", None),
        ("pieces.exists(p, p.helper.name == 'bob')", None),
        ("pieces.all(p, p.helper != null)", None),
        ("pieces.sum(p, coalesce(p.helper.level, 100))", None),
        ("input.who.name == 'bob'", None),
        ("pieces.sum(p, p.item.author.level * p.size)", None),
    ),
    "an empty list sums to 0": _rows(
        ("pieces.filter(p, p.size > 99 && p.size < 99).sum(p, p.size)", "0"),
        ("pieces.sum(p, p.weight)", None),
        ("input.numbers.sum(n, n * amount)", None),
        ("pieces.sum(p, amount)", None),
        ("pieces.sum(p, 1)", None),
        ("size(pieces) - pieces.count()", "0"),
        ("pieces.count(p, p.cost != null && p.cost > 0)", None),
        ("[1, 2, 3].sum(n, n)", "6"),
    ),
    "an empty list has no avg, min or max": _rows(
        ("pieces.filter(p, p.size > 99 && p.size < 99).avg(p, p.size) == null", "true"),
        ("pieces.avg(p, p.size)", None),
        ("pieces.avg(p, p.weight)", None),
        ("pieces.min(p, p.label)", None),
        ("pieces.max(p, p.label)", None),
        ("pieces.max(p, p.item.made + duration('1h'))", None),
        ("coalesce(pieces.min(p, p.weight), 0)", None),
        ("input.numbers.avg(n, n)", None),
    ),
    "all holds of an empty list, exists does not": _rows(
        ("pieces.filter(p, p.size > 99 && p.size < 99).all(p, p.size > 0)", "true"),
        ("pieces.filter(p, p.size > 99 && p.size < 99).exists(p, p.size > 0)", "false"),
        ("pieces.all(p, p.cost != null && p.cost >= 0)", None),
        ("!pieces.all(p, p.cost == 1)", None),
        ("pieces.exists(p, p.size > amount && p.label in [title, 'q'])", None),
        ("input.lines.all(l, l.size > 0)", None),
        ("input.lines.exists(l, l.person.name == 'Ada')", None),
        ("pieces.exists(p, pieces.exists(q, q.size == p.size && q.id != p.id))", None),
        ("author in [author]", "true"),
    ),
    "decimals are exact": (
        *_local(
            ("0.1 + 0.2 == 0.3", "true"),
            ("input.price * 3 - input.price - input.price == input.price", "true"),
            ("input.price * input.count", None),
            ("-input.price + 0.001", None),
            ("abs(input.price) * 1.000", None),
            ("input.price > 0", None),
            ("input.count < 0.5", None),
            ("input.price == 2.5", None),
            ("min(input.price, 1, 0.5)", None),
            ("max(input.count, 1)", None),
            ("999999999999999999.99 * 999999999999999999.99 > 0", "true"),
        ),
        *_rows(("price * amount + 0.5", None), ("price < amount", None)),
    ),
    "division rounds half away from zero to six decimals": (
        *_local(
            ("1 / 3", "0.333333"),
            ("2 / 3", "0.666667"),
            ("-2 / 3", "-0.666667"),
            ("5 / 2 == 2.5", "true"),
            ("0.000001 / 2", "0.000001"),
            ("-0.000001 / 2", "-0.000001"),
            ("0.000001 / -2", "-0.000001"),
            ("0.00000099999999999999999999 / 2", "0.00000050000000000000000000"),
            ("1000000000000000000000000.5 / 3", "333333333333333333333333.500000"),
            ("input.price / 7", None),
            ("input.count / 8", None),
            ("0.00000049999999999999 / 0.99999999999999999999", None),
        ),
        *_rows(
            ("price / 3", None),
            ("coalesce(amount / coalesce(most, 0), 0)", None),
            ("pieces.avg(p, p.size) == null", None),
        ),
    ),
    "dividing by zero gives null": (
        *_local(
            ("input.price / 0 == null", "true"),
            ("input.count % 0 == null", "true"),
            ("coalesce(1 / input.count, 9.5)", None),
            ("coalesce(input.count % input.count, 9)", None),
        ),
        *_rows(("coalesce(price / amount, -1)", None), ("amount % 0 == null", "true")),
    ),
    "a remainder has the sign of what is divided": _local(
        ("7 % 3", "1"), ("-7 % 3", "-1"), ("7 % -3", "1"), ("-7 % -3", "-1"), ("input.count % 2", None)
    ),
    "whole numbers do not overflow": (
        *_local(
            ("9007199254740991 * 9007199254740991 > 9007199254740991", "true"),
            ("2147483647 + 2147483647", "4294967294"),
            ("2000000000 * 3", "6000000000"),
            ("input.wide > 9007199254740991", None),
            ("input.wide == 0", None),
            ("input.wide * input.wide > 0", None),
            ("input.count - 1", None),
        ),
        *_rows(("amount * amount * amount", None), ("wide + wide", None), ("-wide", None), ("abs(wide)", None)),
        *_rows(("pieces.sum(p, p.size * p.size)", None), ("pieces.sum(p, p.size)", None)),
    ),
    "round goes half away from zero": _local(
        ("round(2.5)", "3"),
        ("round(-2.5)", "-3"),
        ("round(2.4999)", "2"),
        ("round(1.005, 2)", "1.01"),
        ("round(-1.005, 2)", "-1.01"),
        ("round(input.price, 1)", None),
        ("round(input.price / 7, 2)", None),
        ("round(7, 2)", "7.00"),
    ),
    "a day is 24 hours": (
        *_local(
            ("duration('1d') == duration('24h')", "true"),
            ("timestamp('2026-03-29T12:00:00Z') - timestamp('2026-03-28T12:00:00Z') == duration('24h')", "true"),
            ("timestamp('2026-03-28T12:00:00+01:00') + duration('24h')", "2026-03-29T11:00:00.000Z"),
            ("date('2026-03-30') - date('2026-03-29') == duration('24h')", "true"),
            ("(date('2026-03-30') - date('2025-03-30')) / duration('1d')", "365.000000"),
            ("input.at + duration('24h')", None),
            ("input.at - duration('250ms')", None),
            ("input.at + (now - input.at) == now", "true"),
            ("-duration('1h30m') < duration('0s')", "true"),
            ("now - input.at", None),
            ("input.at - now > duration('24h') || input.at <= now + duration('1d')", "true"),
        ),
        *_rows(
            ("made + duration('24h')", None), ("now - made", None), ("made + (now - made)", None), ("due - due", None)
        ),
        *_rows(("seen != null && now - seen > duration('24h')", None), ("duration('1h') + made > now", None)),
    ),
    "time is UTC with milliseconds": (
        *_local(
            ("date(timestamp('2026-03-29T00:30:00+02:00'))", "2026-03-28"),
            ("timestamp(date('2026-03-29'))", "2026-03-29T00:00:00.000Z"),
            ("date(now) == date('2026-03-29')", "true"),
            ("timestamp(input.day)", None),
            ("date(input.at)", None),
            ("input.at", None),
            ("input.seen", None),
            ("input.day < date('2026-03-29')", None),
            ("max(input.day, date('2020-01-01'))", None),
            ("min(input.at, now)", None),
            ("timestamp('2026-03-29T01:30:00.250Z') == now", "true"),
        ),
        *_rows(("date(made)", None), ("timestamp(due)", None), ("due >= date(made)", None), ("seen == now", None)),
    ),
    "text is ordered by code points": (
        *_local(
            ("'Z' < 'a'", "true"),
            ("'\\uffe6' < '\\U0001f600'", "true"),
            ("'a' < 'ab'", "true"),
            ("'é' > 'z'", "true"),
            ("input.title < 'a'", None),
            ("input.note != null && input.note >= '\\uffe6'", None),
        ),
        *_rows(("title < 'a'", None), ("note != null && note > title", None), ("min(title, 'abc')", None)),
        *_rows(("pieces.max(p, p.label) == '\\U0001f600'", None), ("max(title, input.title, 'a')", None)),
    ),
    "length counts code points": (
        *_local(
            ("size('\\U0001f600')", "1"),
            ("'a\\u0301'.size()", "2"),
            ("size(input.title)", None),
            ("size('')", "0"),
            ("size(input.numbers)", None),
        ),
        *_rows(("size(title)", None), ("size(pieces)", None)),
    ),
    "case folding and trim are ASCII only": (
        *_local(
            ("lower('ÀBCß')", "Àbcß"),
            ("upper('àbcßi')", "àBCßI"),
            ("lower(input.title)", None),
            ("trim(' \\t\\n\\r\\v\\fa b\\u00a0 ')", "a b\u00a0"),
            ("trim(' \\t ')", ""),
            ("trim(input.title)", None),
        ),
        *_rows(
            ("lower(title)", None),
            ("upper(title)", None),
            ("trim(title)", None),
            ("lower(title) == lower(input.title)", None),
        ),
    ),
    "containment has no wildcards": (
        *_local(
            ("'abc'.contains('%')", "false"),
            ("'a_c'.contains('_')", "true"),
            ("'abc'.contains('')", "true"),
            ("'abc'.startsWith('')", "true"),
            ("'abc'.endsWith('')", "true"),
            ("'abc'.startsWith('a_')", "false"),
            ("'abc'.endsWith('_c')", "false"),
            ("'c'.endsWith('abc')", "false"),
            ("'abc'.endsWith('bc')", "true"),
            ("input.title.contains('\\\\%s$1')", None),
            ("(input.title + '\\'').endsWith('\\'')", "true"),
        ),
        *_rows(("title.contains('%')", None), ("title.startsWith(input.title)", None), ("title.endsWith('c')", None)),
        *_rows(("keeper.nick != null && keeper.nick.contains('%_')", None)),
    ),
    "enumerations are words without an order": (
        *_local(
            ("input.state == open", None),
            ("open == input.state", None),
            ("input.state in [open, done]", None),
            ("input.state != 'held'", None),
            ("coalesce(input.mood, open)", None),
            ("(input.flag ? 'open' : 'done') == input.state", None),
        ),
        *_rows(("state == open", None), ("mood == state", None), ("state in ['done', held]", None)),
    ),
    "conditions are true or false": (
        *_local(
            ("input.flag", None),
            ("!input.flag || input.mark == true", None),
            ("input.flag == (input.count > 0)", None),
            ("input.flag ? input.count : -input.count", None),
            ("input.flag && me != null ? 'a' : 'b'", None),
        ),
        *_rows(
            ("active && !(hidden == true)", None), ("active != (amount > 0)", None), ("(hidden == true) == false", None)
        ),
    ),
    "rows are equal by id": (
        *_local(("me != null && me == input.who", None), ("me != null && input.who.id == me.id", None)),
        *_rows(
            ("author == keeper", None),
            ("author != keeper", None),
            ("this.author == author", "true"),
            ("author.id == author.id", "true"),
            ("pieces.all(p, p.item == this)", "true"),
            ("me != null && me in [author, author]", None),
            ("pieces.exists(p, p in pieces)", None),
        ),
    ),
}

"""What was found, as tables and as JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from benchmarks.bars import Bar, bars_of
from benchmarks.findings import Findings, Spread
from benchmarks.hot_paths import HOT_PATHS, HotPath
from benchmarks.servers import SERVERS, ServerName

__all__ = ["document", "tables"]

# The reference that the others of a family are compared with.
BASE: dict[ServerName, ServerName] = {
    name: "node:http, bare" if "Express" in name or "node" in name else "ASGI, bare" for name in SERVERS
}


def tables(found: Findings) -> str:
    """Markdown."""
    parts = [_path_table(found, path) for path in HOT_PATHS]
    parts += [_resource_table(found), _bar_table(bars_of(found))]
    parts.append(f"Load average of the machine: {found.load[0]:.1f} at the start, {found.load[1]:.1f} at the end.")
    return "\n\n".join(parts)


def _path_table(found: Findings, path: HotPath) -> str:
    head = "server | ratio to bare | CPU us: server | database | statements | round trips | p50 ms | p99 ms | p99 / p50"
    lines = [f"### {path}: {HOT_PATHS[path]}", "", f"| {head} |", f"|---{'|---:' * 8}|"]
    for name in SERVERS:
        asked = found.asked[path][name]

        def shown(value: Callable[..., float | None], digits: int, server: ServerName = name) -> str:
            return _spread(found.spread(path, server, value), digits)

        cells = [
            name,
            _spread(found.ratio(path, name, BASE[name]), 2),
            shown(lambda each: each.server_cpu, 0),
            shown(lambda each: each.database_cpu, 0),
            f"{asked.of_data} ({asked.statements})",
            str(asked.round_trips),
            shown(lambda each: each.p50, 1),
            shown(lambda each: each.p99, 1),
            shown(lambda each: each.p99 / each.p50, 1),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _resource_table(found: Findings) -> str:
    lines = ["### Start and memory", "", "| server | seconds to the first answer | MB when idle |", "|---|---:|---:|"]
    for name in SERVERS:
        memory = found.idle_megabytes.get(name)
        lines.append(f"| {name} | {found.seconds_to_start[name]:.2f} | {'-' if memory is None else f'{memory:.0f}'} |")
    return "\n".join(lines)


def _bar_table(bars: list[Bar]) -> str:
    missed = sum(not bar.met for bar in bars)
    lines = [f"### Bars: {len(bars) - missed} met, {missed} missed", "", "| bar | what | found | wanted | |"]
    lines.append("|---|---|---:|---:|---|")
    for bar in bars:
        value = _spread(bar.spread, 2) if bar.spread else f"{bar.value:g}"
        wanted = f"{'<=' if bar.at_most else '>='} {bar.wanted:g}"
        verdict = "met" if bar.met else f"missed by {bar.gap:.0%}"
        lines.append(f"| {bar.number} | {bar.what} | {value} | {wanted} | {verdict} |")
    return "\n".join(lines)


def _spread(spread: Spread | None, digits: int) -> str:
    if spread is None:
        return "-"
    return f"{spread.median:.{digits}f} ({spread.least:.{digits}f}..{spread.most:.{digits}f})"


def document(found: Findings) -> dict[str, object]:
    """Everything, for programs."""
    bars = [asdict(bar) | {"met": bar.met, "gap": round(bar.gap, 3)} for bar in bars_of(found)]
    return asdict(found) | {"bars": bars}

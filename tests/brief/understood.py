"""Reads a brief and compiles what came out of it; what does not compile fails the test."""

from __future__ import annotations

from dataclasses import dataclass

from ruamel.yaml import YAML

from backwright.plan.build import compile_blueprint
from backwright.plan.model import Entity, Enumeration, Plan, Reference
from backwright.sources.brief import BriefReading, read_brief

__all__ = ["Understood", "understand"]


@dataclass(frozen=True)
class Understood:
    reading: BriefReading
    plan: Plan
    text: str

    def entity(self, name: str) -> Entity:
        assert name in self.names, f"no {name} among {self.names}"
        return self.plan.entity(name)

    @property
    def names(self) -> list[str]:
        return [entity.name for entity in self.plan.entities]

    @property
    def roles(self) -> list[str]:
        assert self.plan.identity is not None
        return list(self.plan.identity.roles)

    def fields(self, name: str) -> list[str]:
        return [field.name for field in self.entity(name).fields]

    def refers(self, name: str, field: str) -> str:
        kind = self.entity(name).field(field).type
        assert isinstance(kind, Reference)
        return kind.entity

    def values(self, name: str, field: str) -> list[str]:
        kind = self.entity(name).field(field).type
        assert isinstance(kind, Enumeration)
        return list(kind.values)

    def states(self, name: str) -> list[str]:
        lifecycle = self.entity(name).lifecycle
        return list(lifecycle.states) if lifecycle else []

    def moves(self, name: str) -> dict[str, tuple[list[str], str]]:
        lifecycle = self.entity(name).lifecycle
        assert lifecycle is not None
        return {move.name: (list(move.sources), move.target) for move in lifecycle.transitions}

    def movers(self, name: str, move: str) -> list[str]:
        lifecycle = self.entity(name).lifecycle
        assert lifecycle is not None
        rule = next(item for item in lifecycle.transitions if item.name == move).rule
        return list(rule.roles)

    def allow(self, name: str, action: str) -> str:
        """The rule as it is written in the blueprint; nothing where the action does not exist."""
        rules: dict[str, str] = YAML(typ="safe", pure=True).load(self.text)["entities"][name].get("allow", {})
        return rules.get(action, "")

    def status(self, text: str) -> str:
        return next(item.status for item in self.reading.statements if text in item.text)


def understand(brief: str) -> Understood:
    reading = read_brief(brief)
    assert reading.blueprint is not None, [problem.message for problem in reading.diagnostics]
    plan, problems = compile_blueprint(reading.blueprint, "blueprint.yaml")
    wrong = [f"{item.origin.line}: {item.code} {item.message}" for item in problems if item.severity == "error"]
    assert plan is not None, "\n".join([*wrong, reading.blueprint])
    return Understood(reading, plan, reading.blueprint)

"""A transfer moves what it says from one side to the other."""

from __future__ import annotations

from backwright.packs import Data
from backwright.sources.brief.draft import EntityDraft, FieldDraft
from backwright.sources.brief.lexicon import lexicon
from backwright.sources.brief.naming import camel, title
from backwright.sources.brief.world import SIGNED_IN, World

__all__ = ["move_money"]


def move_money(world: World, entity: EntityDraft) -> None:
    """A transfer moves what it says from one side to the other, once it is approved or at once."""
    kind = lexicon().kinds.get(entity.phrase)
    if kind is None or not kind.moves or entity.pack:
        return
    sides = {name[:4].rstrip("AQ"): name for name in entity.fields if name.startswith(("from", "to"))}
    start = next((name for name in entity.fields if name.startswith("from")), "")
    end = next(
        (name for name in entity.fields if name.startswith("to") and entity.fields[name].notation[:1].isupper()), ""
    )
    if not sides or not start or not end:
        return
    side = world.draft.entities.get(entity.fields[start].notation.split(" ")[0])
    if side is None:
        return
    if kind.moves not in side.fields:
        side.fields[kind.moves] = FieldDraft("money >= 0 default 0", "kind:fields")
        world.draft.suppose(
            f"entities.{side.name}.fields.{kind.moves}",
            f"A {title(side.name)} has a {kind.moves} that is never negative.",
            "kinds",
            "medium",
            f"describe the {title(side.name)} in the brief",
        )
    entity.checks["twoSides"] = FieldDraft(f"{start} != {end}", "kind:fields")
    if entity.lifecycle is None:
        _at_once(world, entity, side, start, end, kind.moves)
        return
    for name, move in entity.lifecycle.transitions.items():
        if move.target in ("approved", "accepted", "completed", "confirmed") and not move.steps:
            refusal: Data = {"error": "insufficient_funds", "status": "409"}
            move.steps = [
                {"let": {"moved": "amount"}},
                {"update": start, "set": {kind.moves: f"{kind.moves} - moved"}, "otherwise": refusal},
                {"update": end, "set": {kind.moves: f"{kind.moves} + moved"}},
            ]
            world.draft.suppose(
                f"entities.{entity.name}.lifecycle.transitions.{name}.steps",
                f"{title(name).capitalize()} moves the amount from one {kind.moves} to the other.",
                "kinds",
                "medium",
            )
            break


def _at_once(world: World, entity: EntityDraft, side: EntityDraft, start: str, end: str, moved: str) -> None:
    """Without an approval, one operation writes the transfer and moves the amount."""
    name = camel((lexicon().verbs[entity.phrase].base if entity.phrase in lexicon().verbs else "make", "money"))
    allow = "me != null"
    owner = next(
        (grant for grant in entity.grants if grant.action == "create" and grant.who not in ("", SIGNED_IN, "anyone")),
        None,
    )
    if owner is not None:
        allow = f"me.role == '{owner.who}'"
    steps: list[Data] = []
    if side.owner:
        steps.append(
            {"require": f"input.{start}.{side.owner} == me", "otherwise": {"error": "not_yours", "status": "403"}}
        )
    steps.append(
        {
            "update": f"input.{start}",
            "set": {moved: f"{moved} - input.amount"},
            "otherwise": {"error": "insufficient_funds", "status": "409"},
        }
    )
    steps.append({"update": f"input.{end}", "set": {moved: f"{moved} + input.amount"}})
    made: dict[str, Data] = {start: f"input.{start}", end: f"input.{end}", "amount": "input.amount"}
    if entity.owner:
        made = {entity.owner: "me", **made}
    steps.append({"create": entity.name, "as": "made", "set": made})
    path = title(entity.name).replace(" ", "-") + "s"
    operation: dict[str, Data] = {
        "route": f"POST /{path}",
        "allow": allow,
        "idempotent": "true",
        "input": {start: side.name, end: side.name, "amount": entity.fields["amount"].notation},
        "steps": steps,
        "returns": "made",
    }
    world.draft.operations[name] = (operation, "kind:moves")
    entity.grants = [grant for grant in entity.grants if grant.action not in ("create", "update")]
    entity.served = True
    world.draft.suppose(
        f"operations.{name}",
        f"{title(name).capitalize()} moves the amount from one {title(side.name)} to the other in one transaction.",
        "kinds",
        "medium",
    )

"""What the author said, typed: frozen nodes in canonical form, each with its origin. Nothing here is resolved."""

from __future__ import annotations

from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from backwright.blueprint.text import Text
from backwright.diagnostics import Origin

__all__ = [
    "AppNode",
    "Blueprint",
    "Bound",
    "CallNode",
    "ChannelNode",
    "CheckNode",
    "ComputedNode",
    "CreateNode",
    "DeleteNode",
    "EachNode",
    "EmitNode",
    "EntityNode",
    "EventNode",
    "FieldNode",
    "IdentityNode",
    "IndexNode",
    "InputNode",
    "JobNode",
    "LetNode",
    "LifecycleNode",
    "MemberNode",
    "Name",
    "Node",
    "OperationNode",
    "OtherwiseNode",
    "OutcomeNode",
    "PartNode",
    "PortNode",
    "RequireNode",
    "Requirement",
    "RetirementNode",
    "RouteNode",
    "RuleNode",
    "SetNode",
    "StepNode",
    "ThenNode",
    "TransitionNode",
    "TransitionStepNode",
    "TypeNode",
    "UpdateNode",
]


class Node(BaseModel):
    """Something that stands in the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    origin: Origin


class Name(Node):
    """A declared name and its id, which survives a rename."""

    name: str
    id: str


class Bound(Node):
    """One end of a range."""

    value: Decimal


class TypeNode(Node):
    """A type in canonical form; what a key means depends on `kind`: `min` is a length, a size or a value."""

    kind: Text
    entity: Text | None = None
    values: tuple[Text, ...] = ()
    precision: Bound | None = None
    scale: Bound | None = None
    min: Bound | None = None
    max: Bound | None = None
    above: Bound | None = None
    below: Bound | None = None
    pattern: Text | None = None
    on_delete: Text | None = None
    of: TypeNode | None = None
    inputs: tuple[InputNode, ...] | None = None


class MemberNode(Node):
    """Something that is declared under a name."""

    name: Name


class FieldNode(MemberNode):
    """A field; `type` is None where it could not be read, which has been reported."""

    type: TypeNode | None
    optional: bool = False
    unique: bool = False
    immutable: bool = False
    searchable: bool = False
    personal: bool = False
    secret: bool = False
    default: Text | None = None
    default_quoted: bool = False


class InputNode(MemberNode):
    type: TypeNode | None
    optional: bool = False


class PartNode(MemberNode):
    entity: Text
    min: Bound | None = None
    max: Bound | None = None


class ComputedNode(MemberNode):
    expression: Text


class CheckNode(MemberNode):
    expression: Text


class IndexNode(Node):
    fields: tuple[Text, ...]


class RuleNode(Node):
    """One line of `allow`."""

    action: Text
    expression: Text


class OtherwiseNode(Node):
    error: Text
    status: Bound | None = None


class SetNode(Node):
    field: Text
    expression: Text


class CreateNode(Node):
    entity: Text
    name: Text | None
    set: tuple[SetNode, ...]


class UpdateNode(Node):
    target: Text
    set: tuple[SetNode, ...]
    otherwise: OtherwiseNode | None


class DeleteNode(Node):
    target: Text
    otherwise: OtherwiseNode | None


class RequireNode(Node):
    expression: Text
    otherwise: OtherwiseNode | None


class LetNode(Node):
    name: Text
    expression: Text


class TransitionStepNode(Node):
    """`transition: PATH.name`, kept whole."""

    target: Text
    otherwise: OtherwiseNode | None


class EmitNode(Node):
    """`emit: Name` and what its `with` gives to the members of the event."""

    event: Text
    values: tuple[SetNode, ...]


class EachNode(Node):
    source: Text
    variable: Text
    steps: tuple[StepNode, ...]


StepNode = CreateNode | UpdateNode | DeleteNode | RequireNode | LetNode | TransitionStepNode | EmitNode | EachNode


class TransitionNode(Node):
    name: Name
    sources: tuple[Text, ...]
    target: Text | None
    allow: Text | None
    has_allow: bool
    require: tuple[RequireNode, ...]
    steps: tuple[StepNode, ...]


class LifecycleNode(Node):
    field: Text
    states: tuple[Name, ...]
    transitions: tuple[TransitionNode, ...]


class RetirementNode(Node):
    """Since when something is deprecated, and when it goes; dates such as 2027-06-30."""

    deprecated: Text
    sunset: Text | None


class EntityNode(Node):
    name: Name
    summary: str
    plural: Text | None
    owner: Text | None
    versioned: bool
    cached: Text | None
    retirement: RetirementNode | None
    fields: tuple[FieldNode, ...]
    parts: tuple[PartNode, ...]
    computed: tuple[ComputedNode, ...]
    unique: tuple[IndexNode, ...]
    indexes: tuple[IndexNode, ...]
    checks: tuple[CheckNode, ...]
    lifecycle: LifecycleNode | None
    allow: tuple[RuleNode, ...]
    has_allow: bool


class OutcomeNode(Node):
    """What follows from one outcome of a call."""

    name: Text
    steps: tuple[StepNode, ...]


class ThenNode(Node):
    """`then`: the call `PORT.name` after the commit, what its `with` gives to it, and its outcomes."""

    call: Text
    values: tuple[SetNode, ...]
    outcomes: tuple[OutcomeNode, ...]


class RouteNode(Node):
    method: Text
    path: Text


class OperationNode(Node):
    name: Name
    summary: str
    route: RouteNode | None
    allow: Text | None
    has_allow: bool
    idempotent: bool
    inputs: tuple[InputNode, ...]
    steps: tuple[StepNode, ...]
    then: ThenNode | None
    returns: Text | None
    status: Bound | None
    retirement: RetirementNode | None


class EventNode(MemberNode):
    """Something that happened, with typed members."""

    members: tuple[InputNode, ...]


class CallNode(MemberNode):
    """Something that an outside system is asked, and how it may answer."""

    inputs: tuple[InputNode, ...]
    outcomes: tuple[Name, ...]


class PortNode(MemberNode):
    """An outside system."""

    calls: tuple[CallNode, ...]


class ChannelNode(Node):
    """Who may listen at an address, and to which events."""

    address: Text
    allow: Text | None
    has_allow: bool
    sends: tuple[Text, ...]


class JobNode(MemberNode):
    """Something that is done by itself for each row of a kind, every so often or at times of the day."""

    every: Text | None
    at: tuple[Text, ...]
    entity: Text | None
    where: Text | None
    variable: Text | None
    steps: tuple[StepNode, ...]


class IdentityNode(Node):
    entity: Text | None
    login: tuple[Text, ...]
    roles: tuple[Name, ...]


class Requirement(Node):
    """A wish about quality, recorded with a dotted path such as `load.users`; `key` is the last of it."""

    path: str
    value: str
    key: Text


class AppNode(Node):
    name: str
    summary: str


class Blueprint(Node):
    """A whole blueprint."""

    app: AppNode
    identity: IdentityNode | None
    entities: tuple[EntityNode, ...]
    operations: tuple[OperationNode, ...]
    events: tuple[EventNode, ...]
    ports: tuple[PortNode, ...]
    channels: tuple[ChannelNode, ...]
    jobs: tuple[JobNode, ...]
    requirements: tuple[Requirement, ...]


for _node in (TypeNode, InputNode, EachNode, TransitionNode, OutcomeNode, OperationNode):
    _node.model_rebuild()

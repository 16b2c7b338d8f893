"""Types of fields and inputs, from the canonical mapping or from the one-line notation."""

from __future__ import annotations

from backwright.blueprint.document import Mapping, Node, Scalar
from backwright.blueprint.nodes import Bound, FieldNode, InputNode, PartNode, TypeNode
from backwright.blueprint.notation import FLAGS, SCALAR_TYPES, expand_part, expand_type
from backwright.blueprint.reader import Reader
from backwright.blueprint.suggestion import nearest
from backwright.blueprint.text import Text

__all__ = ["TYPE_KEYS", "read_field", "read_inputs", "read_part"]

_BOUNDS = ("min", "max", "above", "below", "precision", "scale")
TYPE_KEYS = ("type", "entity", "values", "of", "pattern", "on_delete", *_BOUNDS)
_RULES = {"read": "a field rule", "write": "a field rule", "allow": "a field rule"}
_LATER_TYPES = (
    *("time", "duration", "file", "ip", "point", "range", "daterange", "intrange", "timestamprange"),
    *("float", "double"),
)
_NOT_EXACT = ("float", "double")


def read_field(reader: Reader, key: Text, value: Node) -> FieldNode:
    """One field of an entity."""
    name = reader.name(key)
    mapping = _canonical(reader, value, f"the field '{name.name}'")
    if mapping is None:
        return FieldNode(name=name, type=None, origin=key.origin)
    reader.keys(mapping, "a field", (*TYPE_KEYS, *FLAGS, "default"), ("type",), _RULES)
    kind = read_type(reader, mapping)
    if kind is not None and kind.kind.value == "list":
        reason = "lists in entities are not compiled by this version"
        reader.say("language/not-yet", reason, kind.kind.origin, "Make the elements an entity of their own, as a part.")
        kind = None
    default = mapping.get("default")
    if default is not None and not isinstance(default, Scalar):
        reader.wrong_kind(default, "a default", "one value")
        default = None
    flags = {flag: reader.boolean(mapping.get(flag), f"'{flag}'") for flag in FLAGS}
    return FieldNode(
        name=name,
        type=kind,
        optional=flags["optional"],
        unique=flags["unique"],
        immutable=flags["immutable"],
        searchable=flags["searchable"],
        personal=flags["personal"],
        secret=flags["secret"],
        default=default.text if default is not None else None,
        default_quoted=default is not None and not default.plain,
        origin=key.origin,
    )


def read_inputs(reader: Reader, node: Node | None, what: str) -> tuple[InputNode, ...]:
    """The inputs of an operation, or of an element of a list."""
    return tuple(_input(reader, entry.key, entry.value) for entry in reader.mapping(node, what).entries)


def _input(reader: Reader, key: Text, value: Node) -> InputNode:
    name = reader.name(key)
    mapping = _canonical(reader, value, f"the input '{name.name}'")
    if mapping is None:
        return InputNode(name=name, type=None, origin=key.origin)
    _only(reader, mapping, "an input", (*TYPE_KEYS, "optional"))
    optional = reader.boolean(mapping.get("optional"), "'optional'")
    return InputNode(name=name, type=read_type(reader, mapping), optional=optional, origin=key.origin)


def _only(reader: Reader, mapping: Mapping, what: str, known: tuple[str, ...]) -> None:
    """Like `keys`, with the constraints of fields named as such."""
    rest = []
    for entry in mapping.entries:
        if entry.key.value in (*FLAGS, "default") and entry.key.value not in known:
            reason = f"'{entry.key.value}' is a constraint of fields; {what} cannot have it"
            reader.say("type/not-applicable", reason, entry.key.origin, "Remove it.")
        else:
            rest.append(entry)
    reader.keys(Mapping(tuple(rest), mapping.origin), what, known, ("type",))


def read_part(reader: Reader, key: Text, value: Node) -> PartNode | None:
    """One entry of `parts`."""
    name = reader.name(key)
    mapping: Mapping | None
    if isinstance(value, Mapping):
        mapping = value
        reader.keys(mapping, "a part", ("entity", "min", "max"), ("entity",))
    else:
        text = reader.word(value, f"the part '{name.name}'", "Write 'Name[1..100]'.")
        mapping = expand_part(text, reader.diagnostics) if text is not None else None
    entity = reader.word(mapping.get("entity"), "'entity'") if mapping is not None else None
    if mapping is None or entity is None:
        return None
    low, high = _bound(reader, mapping, "min"), _bound(reader, mapping, "max")
    return PartNode(name=name, entity=entity, min=low, max=high, origin=key.origin)


def _canonical(reader: Reader, value: Node, what: str) -> Mapping | None:
    if isinstance(value, Mapping):
        return value
    text = reader.word(value, what, "Write a type, such as 'string(1..80)'.")
    if text is None or (isinstance(value, Scalar) and reader.is_cut(value)):
        return None
    return expand_type(text, reader.diagnostics)


def _bound(reader: Reader, mapping: Mapping, key: str) -> Bound | None:
    return reader.number(mapping.get(key), f"'{key}'")


def read_type(reader: Reader, mapping: Mapping) -> TypeNode | None:
    """The type in a canonical mapping; None where it has been reported as unreadable."""
    kind = reader.word(mapping.get("type"), "'type'")
    if kind is None:
        return None
    entity = reader.word(mapping.get("entity"), "'entity'")
    if kind.value[:1].isupper():
        entity, kind = kind, Text(value="reference", origin=kind.origin)
    if not _is_known(reader, kind):
        return None
    values = mapping.get("values")
    bounds = {key: _bound(reader, mapping, key) for key in _BOUNDS}
    of, inputs = _element(reader, mapping.get("of"))
    if kind.value == "reference" and entity is None:
        reader.say("blueprint/missing-key", "a reference needs 'entity'", kind.origin)
        return None
    if kind.value == "list" and of is None and inputs is None:
        if mapping.get("of") is None:
            reader.say("blueprint/missing-key", "a list needs 'of'", kind.origin, "Write 'list(string(1..40))'.")
        return None
    return TypeNode(
        kind=kind,
        entity=entity,
        values=tuple(
            text
            for item in reader.items(values, "'values'")
            if (text := reader.word(item, "a value of an enumeration"))
        ),
        precision=bounds["precision"],
        scale=bounds["scale"],
        min=bounds["min"],
        max=bounds["max"],
        above=bounds["above"],
        below=bounds["below"],
        pattern=reader.word(mapping.get("pattern"), "'pattern'"),
        on_delete=reader.word(mapping.get("on_delete"), "'on_delete'"),
        of=of,
        inputs=inputs,
        origin=mapping.origin,
    )


def _is_known(reader: Reader, kind: Text) -> bool:
    known = (*SCALAR_TYPES, "reference", "list")
    if kind.value in known:
        return True
    if kind.value in _LATER_TYPES:
        advice = "Use 'decimal(12, 4)': numbers are exact." if kind.value in _NOT_EXACT else "Use another type for now."
        reader.say("language/not-yet", f"the type '{kind.value}' is not compiled by this version", kind.origin, advice)
        return False
    advice = nearest(kind.value, known) or f"Types are {', '.join(SCALAR_TYPES)}, or an entity's name."
    reader.say("type/unknown", f"there is no type '{kind.value}'", kind.origin, advice)
    return False


def _element(reader: Reader, node: Node | None) -> tuple[TypeNode | None, tuple[InputNode, ...] | None]:
    """What a list holds: a type, or a mapping of inputs (which has no `type` that is a word)."""
    if node is None:
        return None, None
    if isinstance(node, Mapping):
        marker = node.get("type")
        if isinstance(marker, Scalar) and all(
            entry.key.value in (*TYPE_KEYS, *FLAGS, "default") for entry in node.entries
        ):
            _only(reader, node, "an element", TYPE_KEYS)
            return read_type(reader, node), None
        return None, read_inputs(reader, node, "'of'")
    mapping = _canonical(reader, node, "'of'")
    if mapping is None:
        return None, None
    _only(reader, mapping, "an element", TYPE_KEYS)
    return read_type(reader, mapping), None

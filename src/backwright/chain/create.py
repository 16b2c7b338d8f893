"""From a brief or a blueprint to a project folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backwright.blueprint.yaml_source import MAX_BYTES
from backwright.chain.generate import render_project, write_project
from backwright.chain.project import Invalid, Project, open_project
from backwright.chain.toolchain.failures import toolchain_error
from backwright.diagnostics import Diagnostic
from backwright.plan.build import compile_blueprint
from backwright.plan.model import Plan
from backwright.render import File
from backwright.sources.brief.model import BriefReading
from backwright.targets.documentation.background import Background

__all__ = ["BRIEF", "Source", "background_of", "brief_record", "create", "from_blueprint", "from_brief"]

BRIEF = ".backwright/brief.json"


@dataclass(frozen=True, slots=True)
class Source:
    """A blueprint ready to be generated, and the reading of the brief where it came from one."""

    blueprint: str
    plan: Plan
    warnings: tuple[Diagnostic, ...]
    reading: BriefReading | None = None


def from_blueprint(path: Path) -> Source:
    """Reads a blueprint file; Invalid with everything that is wrong."""
    try:
        text = _decoded(path)
    except FileNotFoundError:
        raise toolchain_error("input/missing-file", f"there is no file '{path}'", "Check the path.") from None
    except IsADirectoryError:
        raise toolchain_error(
            "input/is-a-folder", f"'{path}' is a folder", "Give the blueprint file inside it."
        ) from None
    except UnicodeDecodeError:
        raise toolchain_error("input/not-utf8", f"'{path}' is not UTF-8 text", "Save it as UTF-8.") from None
    except OSError as error:
        raise toolchain_error(
            "input/unreadable", f"'{path}' cannot be read: {error.strerror}", "Check the path and its permissions."
        ) from error
    plan, problems = compile_blueprint(text, str(path))
    if plan is None:
        raise Invalid(problems, {str(path): text})
    return Source(text, plan, problems)


def _decoded(path: Path) -> str:
    """The text of a file; of one that is too large only the part that shows it, as some files have no end."""
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 8)
    return data.decode("utf-8", "strict" if len(data) <= MAX_BYTES else "replace")


def from_brief(text: str) -> Source:
    """Understands a brief; Invalid where it says nothing that a backend could be made of."""
    from backwright.sources.brief import read_brief

    reading = read_brief(text)
    if reading.blueprint is None:
        raise Invalid(reading.diagnostics, {"brief": text})
    plan, problems = compile_blueprint(reading.blueprint, "blueprint.yaml")
    if plan is None:
        raise Invalid((*reading.diagnostics, *problems), {"brief": text, "blueprint.yaml": reading.blueprint})
    return Source(reading.blueprint, plan, (*reading.diagnostics, *problems), reading)


def create(source: Source, stack: str, out: Path, because: str = "") -> Project:
    """Renders everything, then writes it; `because` is the reason for the stack."""
    files = render_project(source.plan, stack, source.blueprint, background_of(brief_record(source.reading), because))
    if source.reading:
        files = (*files, File(BRIEF, json.dumps(brief_record(source.reading), indent=2, ensure_ascii=False) + "\n"))
    write_project(files, out)
    return open_project(out)


def background_of(record: Mapping[str, Any], because: str) -> Background:
    """By element the sentence of the brief that it comes from, or the pack that assumed it; `record` as `brief_record`
    has it."""
    sentences = {each["id"]: each["text"] for each in record["statements"]}
    said = {
        element: sentences.get(name) or f"assumed by the pack {name.removeprefix('pack:')}"
        for element, name in sorted(record["origins"].items())
    }
    return Background(said, because)


def brief_record(reading: BriefReading | None) -> dict[str, object]:
    """The reading of a brief as `explain` takes it; nothing where there was no brief."""
    if reading is None:
        return {"statements": [], "origins": {}, "assumptions": [], "questions": []}
    return {
        "statements": [
            {
                "id": each.id,
                "text": each.text,
                "status": each.status,
                "elements": list(each.elements),
                "lost": list(each.lost),
            }
            for each in reading.statements
        ],
        "origins": dict(sorted(reading.origins.items())),
        "assumptions": [
            {"id": each.id, "text": each.text, "pack": each.pack, "confidence": each.confidence, "off": each.off}
            for each in reading.assumptions
        ],
        "questions": list(reading.questions),
    }

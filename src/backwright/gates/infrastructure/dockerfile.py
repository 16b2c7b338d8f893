"""The Dockerfile: what it is built on, who it runs as, how it starts and answers for its health."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from backwright.diagnostics import Origin
from backwright.gates.findings import tail
from backwright.gates.infrastructure.tools import Work

__all__ = ["DOCKERFILE", "SECRET", "Instruction", "dockerfile", "instructions", "pinned"]

DOCKERFILE = "infrastructure/docker/Dockerfile"
SECRET = re.compile(r"(?i)secret|password|passwd|token|api_?key|database_(\w+_)?url")


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction with the line that it begins in."""

    word: str
    rest: str
    line: int

    @property
    def words(self) -> list[str] | None:
        """Those of its exec form; none where it goes through a shell."""
        try:
            words = json.loads(self.rest)
        except ValueError:
            return None
        return words if isinstance(words, list) and all(isinstance(each, str) for each in words) else None


def instructions(text: str) -> Iterator[Instruction]:
    """Without comments, with continued lines joined."""
    begun: list[str] = []
    first = 0
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        first = first if begun else number
        begun.append(line.rstrip("\\").strip())
        if not line.endswith("\\"):
            word, _, rest = " ".join(begun).partition(" ")
            yield Instruction(word.upper(), rest.strip(), first)
            begun = []


def pinned(image: str) -> bool:
    """Whether a name says which version: a digest, or a tag other than `latest`."""
    tag = image.rpartition("/")[2].partition(":")[2]
    return "@sha256:" in image or tag not in ("", "latest")


def dockerfile(work: Work) -> list[str]:
    """Checks the file; the names of the images that it is built on."""
    text = work.text(DOCKERFILE)
    work.findings.check(text is not None, "gate/infrastructure-image", f"{DOCKERFILE} is missing")
    if text is None:
        return []
    stages: list[list[Instruction]] = []
    for each in instructions(text):
        if each.word == "FROM":
            stages.append([])
        if stages:
            stages[-1].append(each)
    work.findings.check(
        len(stages) > 1, "gate/infrastructure-image", "what builds the server is left in its image: there is one stage"
    )
    bases = _bases(work, stages)
    if stages:
        _last(work, stages[-1])
    for each in (each for stage in stages for each in stage if each.word in ("ENV", "ARG")):
        named = [name for name in re.findall(r"(\w+)=\S", each.rest) if SECRET.search(name)]
        _check(work, not named, each, f"{', '.join(named)} stays in a layer")
    _lint(work)
    return bases


def _check(work: Work, holds: bool, each: Instruction, message: str) -> None:
    place = Origin(file=DOCKERFILE, line=each.line, column=1)
    work.findings.check(holds, "gate/infrastructure-image", f"{DOCKERFILE}:{each.line}: {message}", place)


def _bases(work: Work, stages: Sequence[Sequence[Instruction]]) -> list[str]:
    found: list[str] = []
    names: set[str] = set()
    for stage in stages:
        image, *named = re.sub(r"--\S+\s+", "", stage[0].rest).split()
        if image not in names:
            _check(work, pinned(image), stage[0], f"{image} does not say which version")
            found.append(image)
        names |= set(named[1:])
    return list(dict.fromkeys(found))


def _last(work: Work, stage: Sequence[Instruction]) -> None:
    last = {each.word: each for each in stage}
    begin = stage[0]
    user = last.get("USER", begin)
    _check(
        work,
        bool(re.fullmatch(r"[1-9]\d*(:[1-9]\d*)?", user.rest)),
        user,
        "the server does not run as a number other than 0",
    )
    health = last.get("HEALTHCHECK", begin)
    _, _, command = health.rest.partition("CMD")
    asks = Instruction("CMD", command.strip(), health.line).words
    _check(work, asks is not None, health, "no command without a shell says whether the server works")
    _check(work, not {"curl", "wget"} & set(asks or ()), health, "the image has neither curl nor wget")
    start = last.get("CMD", last.get("ENTRYPOINT", begin))
    wanted = work.system.contract["start"]
    _check(
        work, start.words == wanted, start, f"the container does not start {wanted} itself, so signals do not reach it"
    )
    whole = [
        each for each in stage if each.word in ("COPY", "ADD") and (each.word == "ADD" or "--from=" not in each.rest)
    ]
    for each in whole:
        _check(work, False, each, "the image takes files that no earlier stage has chosen")


def _lint(work: Work) -> None:
    if not work.has("hadolint"):
        return
    done = work.call("hadolint", "--no-color", DOCKERFILE)
    work.findings.check(done.code == 0, "gate/infrastructure-image", f"hadolint:\n{tail(done.output)}")

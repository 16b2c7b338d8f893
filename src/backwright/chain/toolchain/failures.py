"""The one way in which the toolchain fails."""

from __future__ import annotations

from backwright.diagnostics import Diagnostic, Origin

__all__ = ["ProjectFailure", "ToolchainError", "project_failure", "toolchain_error"]


class ToolchainError(Exception):
    """A tool is missing, or did not do what it was asked; the diagnostic says what to do about it."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(f"{diagnostic.message}\n  help: {diagnostic.help}")
        self.diagnostic = diagnostic


class ProjectFailure(ToolchainError):
    """Call and machine are right, and the project did not do what it must."""


def toolchain_error(code: str, message: str, help: str) -> ToolchainError:
    """A failure that has no place in any file of the author's."""
    return ToolchainError(Diagnostic(code=code, message=message, origin=Origin(), help=help))


def project_failure(code: str, message: str, help: str) -> ProjectFailure:
    """A failure of what was generated, while it was built or ran."""
    return ProjectFailure(Diagnostic(code=code, message=message, origin=Origin(), help=help))

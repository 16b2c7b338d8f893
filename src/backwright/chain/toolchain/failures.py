"""The one way in which the toolchain fails."""

from __future__ import annotations

import errno

from backwright.diagnostics import Diagnostic, Origin

__all__ = ["ProjectFailure", "ToolchainError", "project_failure", "refused_by_system", "toolchain_error"]


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


def refused_by_system(error: OSError) -> ToolchainError | None:
    """What the machine did not allow, wherever it came up; None where the reason is another."""
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return toolchain_error(
            "project/foreign-files",
            f"'{error.filename}' may not be used by this user: {error.strerror}",
            "Files that another user left there (a call with sudo) are given back with `sudo chown -R`.",
        )
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return toolchain_error(
            "toolchain/disk-full",
            f"there is no room on the disk: {error.filename or error.strerror}",
            "A project with its packages and database takes 300 MB; TMPDIR names the folder for what is thrown away.",
        )
    return None

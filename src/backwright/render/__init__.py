"""Files as values."""

from backwright.render.files import File, FileSet, Owner

__all__ = ["File", "FileSet", "Owner"]

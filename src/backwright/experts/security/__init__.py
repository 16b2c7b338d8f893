"""The security engineer: who may know, who may change, and who decides that."""

"""The expert panel: five seats that read the plan and the evidence, raise findings and say what was decided."""

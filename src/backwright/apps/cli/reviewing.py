"""`review`: what the expert panel says."""

from __future__ import annotations

import argparse
import json
import os
import sys

from backwright.apps.cli import show_review
from backwright.chain.evidence.sarif import review_sarif
from backwright.chain.review import explained_rule, review_path, reviewed_json
from backwright.chain.toolchain.failures import toolchain_error
from backwright.experts.panel import rules

__all__ = ["review"]

FINE, FAILED = 0, 1


def review(options: argparse.Namespace) -> int:
    """Shows the findings, or a rule."""
    if options.explain is not None:
        return _explain_rule(options)
    if options.path is None:
        advice = "Give a folder or a blueprint, or --explain RULE. See `backwright review --help`."
        raise toolchain_error("input/wrong-call", "there is nothing to review", advice)
    reviewed = review_path(options.path, options.seat)
    if options.sarif:
        options.sarif.write_text(review_sarif(reviewed.findings), encoding="utf-8")
    if options.json:
        print(json.dumps(reviewed_json(reviewed), indent=2, ensure_ascii=False))
    else:
        print(show_review.reviewed(reviewed, colour=sys.stdout.isatty() and "NO_COLOR" not in os.environ))
    return FAILED if reviewed.failed else FINE


def _explain_rule(options: argparse.Namespace) -> int:
    chosen = (explained_rule(options.explain),) if options.explain else rules()
    if options.json:
        print(json.dumps([show_review.rule_json(rule) for rule in chosen], indent=2, ensure_ascii=False))
    else:
        print(show_review.rule_page(chosen[0]) if options.explain else show_review.rule_list(chosen))
    return FINE

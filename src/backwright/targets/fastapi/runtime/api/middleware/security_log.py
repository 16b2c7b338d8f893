from typing import Any

from config.application import SECURITY_ACTIONS
from services.external.log import log

REFUSALS = (401, 403, 429)


def log_security(state: dict[str, Any], operation: str, status: int) -> None:
    """What changes how somebody signs in, and what was refused for who asks or how often (ASVS 5.0, 16.3)."""
    action = SECURITY_ACTIONS.get(operation, "access")
    if action == "access" and status not in REFUSALS:
        return
    caller, refusal = state.get("caller"), state.get("refusal")
    user_id = caller.user_id if caller else state.get("user_id") or (refusal.user_id if refusal else None)
    line = {"requestId": state["request_id"], **state["traced"], "action": action, "address": state["address"]}
    if user_id:
        line["userId"] = user_id
    if status < 400:
        log.info("security.succeeded", **line)
        return
    reason = {"reason": refusal.reason} if refusal else {}
    log.warning("security.refused", **line, status=status, **reason)

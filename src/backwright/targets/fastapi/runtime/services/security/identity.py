from services.data.database import Context

# The row policies of credentials, sessions, tokens, mails and attempts open for this operation alone.
IDENTITY = Context(None, None, "identity")

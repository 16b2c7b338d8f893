from services.data.database import Context

# The row policies of credentials, sessions, tokens and mails open for this operation alone.
IDENTITY = Context(None, None, "identity")

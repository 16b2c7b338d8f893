import smtplib
import ssl
from email.message import EmailMessage
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from config.mail import mail_settings
from services.external.mail_texts import MAIL_TEXTS
from services.security.one_time_tokens import one_time_token

LOOPBACK = ("localhost", "127.0.0.1", "::1")
STEP_SECONDS = 10


class Mail(NamedTuple):
    to: str
    subject: str
    text: str


def written(to: str, kind: str, token_id: str | None) -> Mail:
    """A mail as it is sent. Its token stands in the fragment of the link, which no browser sends to a server."""
    known = MAIL_TEXTS[kind]
    fragment = "" if token_id is None else f"#token={one_time_token(kind, token_id)}"
    return Mail(to, known.subject, known.text.replace("{link}", f"{mail_settings.app_url}{known.page}{fragment}", 1))


def send(mail_id: str, mail: Mail) -> None:
    """Hands a mail to the server of `MAIL_URL`; encrypted, unless that never leaves the machine."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = mail_settings.mail_from, mail.to, mail.subject
    message["Message-ID"] = f"<{mail_id}@{_own_domain()}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    url = urlsplit(mail_settings.mail_url)
    server = _connected(str(url.hostname), url.port, is_secure=url.scheme == "smtps")
    try:
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        server.send_message(message)
    finally:
        # Without a word: what is said now must not make a mail that was taken look like one that was not.
        server.close()


def _connected(host: str, port: int | None, *, is_secure: bool) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if is_secure:
        return smtplib.SMTP_SSL(host, port or 465, _own_domain(), timeout=STEP_SECONDS, context=context)
    server = smtplib.SMTP(host, port or 587, _own_domain(), timeout=STEP_SECONDS)
    if host not in LOOPBACK:
        try:
            server.starttls(context=context)
        except BaseException:
            server.close()
            raise
    return server


def _own_domain() -> str:
    return mail_settings.mail_from.partition("@")[2]

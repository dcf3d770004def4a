import asyncio
import smtplib
from email.message import EmailMessage

from deploy.local.stack.home import Home
from deploy.local.stack.mailsink import MailSink


def send(port: int, subject: str, message_id: str) -> None:
    message = EmailMessage()
    message["From"], message["To"] = "otm@example.gov.uk", "press-office@example.gov.uk"
    message["Subject"], message["Message-ID"] = subject, message_id
    message.set_content("The launch is on Monday.\n.\n..and a line that begins with dots")
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as server:
        server.send_message(message)


async def test_every_message_is_kept_as_one_file_in_order_of_arrival(home: Home) -> None:
    async with MailSink(home) as mail:
        for subject, message_id in (("first", "<b@otm>"), ("second", "<a@otm>"), ("first again", "<b@otm>")):
            await asyncio.to_thread(send, mail.port, subject, message_id)
        files = sorted(mail.folder.iterdir())
    texts = [file.read_text() for file in files]
    assert [text.split("Subject: ")[1].splitlines()[0] for text in texts] == ["first", "second", "first again"]
    assert all("The launch is on Monday.\n.\n..and a line" in text for text in texts)
    assert all(file.suffix == ".eml" for file in files)


async def test_a_repeated_message_can_be_told_by_its_file_name(home: Home) -> None:
    async with MailSink(home) as mail:
        for message_id in ("<a@otm>", "<b@otm>", "<a@otm>"):
            await asyncio.to_thread(send, mail.port, "notice", message_id)
        first, second, repeated = (file.stem.split("-")[1] for file in sorted(mail.folder.iterdir()))
    assert first == repeated
    assert first != second

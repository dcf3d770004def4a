"""Brokers and stores on other machines are reached over TLS and under a password of their own."""

import pytest
from pydantic import ValidationError

from services.dispatcher.settings import Settings as Dispatcher
from services.notifier.settings import Settings as Notifier
from shared.network.guarded import expect_guarded_broker, expect_guarded_store
from shared.running.settings import BusSettings

BROKERS = {
    "amqp://planner:s3cret@broker:5672/otm": "amqps://",
    "amqps://guest:s3cret@broker/otm": "default credentials",
    "amqps://planner:guest@broker/otm": "default credentials",
    "amqps://broker/otm": "default credentials",
    "amqps://planner:s3cret@broker/otm?no_verify_ssl=1": "cafile=",
}
STORES = {
    "mongodb://planner:s3cret@store:27017/": "tls=true",
    "mongodb://planner:s3cret@store/?tls=false": "tls=true",
    "mongodb://store/?tls=true": "no password",
    "mongodb://127.0.0.1:27017,store:27017/?tls=true": "no password",
    "mongodb://planner:@store/?tls=true": "no password",
    "mongodb://planner:s3cret@store/?tls=true&tlsAllowInvalidHostnames=true": "tlsCAFile=",
    "mongodb+srv://planner:s3cret@store/?tlsInsecure=true": "tlsCAFile=",
}


@pytest.mark.parametrize(("url", "words"), BROKERS.items())
def test_an_open_broker_elsewhere_is_refused_with_what_to_do(url: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as refused:
        expect_guarded_broker(url)
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize(("url", "words"), STORES.items())
def test_an_open_store_elsewhere_is_refused_with_what_to_do(url: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as refused:
        expect_guarded_store(url)
    assert "s3cret" not in str(refused.value)


def test_this_machine_and_guarded_connections_are_accepted() -> None:
    for broker in ("amqp://guest:guest@127.0.0.1:5672/", "amqps://planner:s3cret@broker/otm?cafile=/ca.pem"):
        expect_guarded_broker(broker)
    for store in (
        "mongodb://127.0.0.1:27017,[::1]:27018,localhost/?retryWrites=false",
        "mongodb://planner:s3%40cret@a:1,b:2/?replicaSet=otm&tls=true&tlsCAFile=/ca.pem",
        "mongodb+srv://planner:s3cret@store/",
        "mongodb://a/?tls=true&authMechanism=MONGODB-X509",
    ):
        expect_guarded_store(store)


def test_a_service_does_not_start_on_a_default_password_elsewhere_and_does_not_quote_it() -> None:
    with pytest.raises(ValidationError, match="OTM_AMQP_URL") as refused:
        BusSettings.model_validate({"amqp_url": "amqp://planner:s3cret@broker/"})
    assert "s3cret" not in str(refused.value)
    assert BusSettings.model_validate({"amqp_url": "amqp://guest:guest@broker/", "local_stack": True}).local_stack


FILES = {"keyring_file": "k", "access_file": "a"}
OPEN = {
    "OTM_NOTIFY__BASE_URL": {"notify": {"api_key": "s3cret", "base_url": "http://notify.example"}},
    "OTM_THIRD_PARTY__URL": {"third_party": {"url": "http://printer.example/batches", "secret": "s3cret"}},
    "OTM_SMTP__START_TLS": {"smtp": {"host": "mail.example", "sender": "a@b.example", "start_tls": False}},
}


@pytest.mark.parametrize(("setting", "given"), OPEN.items())
def test_customers_names_leave_for_no_provider_without_encryption(setting: str, given: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match=setting) as refused:
        Dispatcher.model_validate(FILES | {"print_folder": "p"} | given)
    assert "s3cret" not in str(refused.value)
    assert Dispatcher.model_validate(FILES | {"print_folder": "p"} | given | {"local_stack": True}).local_stack


LEAVING: dict[str, dict[str, object]] = {
    "OTM_NOTIFY_URL leaves this machine": {"notify_url": "http://notify.example"},
    "OTM_SMTP_ENCRYPTION .* set it to starttls or tls": {"smtp_host": "mail.example", "smtp_encryption": "none"},
    "OTM_SMTP_ENCRYPTION .* without verified TLS": {"smtp_host": "mail.example", "smtp_encryption": "if-offered"},
}


@pytest.mark.parametrize(("words", "given"), LEAVING.items())
def test_notices_leave_for_no_provider_without_verified_encryption_unless_somebody_says_so(
    words: str, given: dict[str, object]
) -> None:
    with pytest.raises(ValidationError, match=words):
        Notifier.model_validate(FILES | given)
    assert Notifier.model_validate(FILES | given | {"local_stack": True}).local_stack


@pytest.mark.parametrize("encryption", ["starttls", "tls", "if-offered", "none"])
def test_mail_may_stay_on_this_machine_without_encryption(encryption: str) -> None:
    assert Notifier.model_validate(FILES | {"smtp_host": "127.0.0.1", "smtp_encryption": encryption})
    assert Notifier.model_validate(FILES).mail_server.encryption == "starttls"

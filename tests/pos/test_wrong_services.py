"""A wrong secret, a wrong host, a host that is not what it should be: plain words, and nothing sent there."""

from __future__ import annotations

import json
import os
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from pydantic import ValidationError

from pos import connecting
from pos.actions import intake
from pos.adapters import sync_once
from pos.config import Config
from pos.connecting import Tried
from pos.secrets import Secrets
from pos.store.backlog import channels, letters
from pos.store.store import Store
from pos.store.trouble import StoreTrouble
from pos.store.tx import Tx, Who
from pos.words import LANGUAGES, Words
from sync import http, shell
from sync.channels import KINDS
from sync.errors import Paused
from sync.letters import order_body
from sync.messages import RemoteLine, RemoteOrder
from sync.sandbox.server import Sandbox

pytestmark = pytest.mark.usefixtures("hurry")

#: Secrets as a shop has them; none of them may be heard anywhere but at its own service.
CANARY = "canary-9f3a"
SECRETS = {kind: dict.fromkeys(place.secret_fields(), CANARY) for kind, place in KINDS.items()}


class Host:
    """A host on loopback that is no service of ours: it hears what comes, and answers as it is told."""

    def __init__(self, status: int = 200, body: str = "", headers: dict[str, str] | None = None) -> None:
        self.heard: list[str] = []
        said = {"Content-Type": "text/html; charset=utf-8", **(headers or {})}
        heard = self.heard

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                heard.append(f"{self.requestline}\n{self.headers}\n{self.rfile.read(length).decode()}")
                self.send_response(status)
                for name, value in {**said, "Content-Length": str(len(body.encode()))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body.encode())

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

            def log_message(self, *_: object) -> None:
                """Stay quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))

    def begin(self, context: ssl.SSLContext | None = None) -> Host:
        """Serve; with a context, TLS only."""
        if context is not None:
            self.server.socket = context.wrap_socket(
                self.server.socket, server_side=True, do_handshake_on_connect=False
            )
            self.url = self.url.replace("http:", "https:")
        self._thread.start()
        return self

    def end(self) -> None:
        """Serve no more."""
        self.server.shutdown()
        self._thread.join()
        self.server.server_close()


@pytest.fixture
def host() -> Iterator[Callable[..., Host]]:
    """Return a maker of hosts."""
    made: list[Host] = []

    def make(*args: Any, context: ssl.SSLContext | None = None, **said: Any) -> Host:
        made.append(Host(*args, **said).begin(context))
        return made[-1]

    yield make
    for one in made:
        one.end()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing stand between us and a host."""
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)


def certificate(folder: Path, name: str) -> Path:
    """Return a file with a certificate for `name` that nobody vouches for, and its key."""
    pytest.importorskip("cryptography")  # comes with the keyring where that needs it
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    known = x509.IPAddress(ip_address(name)) if name[0].isdigit() else x509.DNSName(name)
    made = (
        x509.CertificateBuilder()
        .subject_name(own)
        .issuer_name(own)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([known]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    own_key = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(own_key + made.public_bytes(serialization.Encoding.PEM))
    return file


def showing(file: Path) -> ssl.SSLContext:
    """Return how a host shows a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


async def tried(kind: str, url: str, **settings: Any) -> Tried:
    """Return how a service of a kind does at an address; what is said of it is plain in every language."""
    found = await connecting.try_out(kind, {"base_url": url, **settings}, SECRETS[kind])
    assert not found.ok
    for language in LANGUAGES:
        said = Words(language).fault(found.fault)
        assert said not in (found.fault, "")
        assert CANARY not in said
        assert "{" not in said
    return found


#: Addresses that look like one, and what nobody can call.
NOT_CALLABLE = (
    "http://[::1", "http://[there]", "http://127.0.0.1:99999", "http://127.0.0.1:0", "https://there:web",
    "https://a..b", "https://.example", f"https://{'a' * 70}.example", "https://:443", "https:// there",
    "https://there.example/a?b", "https://there.example/#", "gopher://there", "there.example", "",
)  # fmt: skip

#: An operation of each kind, that needs no argument.
FIRST = {
    "fankahui": "pages", "imweb": "orders", "crema": "orders", "rayteams": "projects", "impilo": "orders",
}  # fmt: skip

every_kind = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Serve the services."""
    with Sandbox(patient=True) as served:
        yield served


@every_kind
async def test_wrong_secrets_are_said_to_be_wrong(sandbox: Sandbox, kind: str) -> None:
    wrong = dict.fromkeys(KINDS[kind].secret_fields(), "wrong")
    found = await connecting.try_out(kind, {"base_url": sandbox.urls[kind]}, wrong)
    assert (found.ok, found.fault) == (False, "wrong_secrets")


@every_kind
async def test_missing_secrets_are_said_to_be_missing(sandbox: Sandbox, kind: str) -> None:
    found = await connecting.try_out(kind, {"base_url": sandbox.urls[kind]}, {})
    assert (found.ok, found.fault) == (False, "no_secrets")


@every_kind
async def test_a_host_at_which_nobody_answers_is_no_connection(kind: str) -> None:
    gone = Host()
    gone.server.server_close()
    assert (await tried(kind, gone.url)).fault == "no_connection"


@every_kind
async def test_a_name_that_no_host_has_is_no_connection(kind: str) -> None:
    assert (await tried(kind, "https://no-such-host.invalid")).fault == "no_connection"


@every_kind
async def test_a_host_that_answers_with_a_web_page_is_said_to_be_one(
    host: Callable[..., Host], kind: str
) -> None:
    page = host(200, "<!doctype html><title>Welcome</title>")
    assert (await tried(kind, page.url)).fault == "web_page"
    assert len(page.heard) == 1


@every_kind
async def test_a_redirect_to_elsewhere_is_not_followed(host: Callable[..., Host], kind: str) -> None:
    for status in (301, 302, 307, 308):
        elsewhere = host(200, "{}")
        here = host(status, "", {"Location": f"{elsewhere.url}/v1"})
        assert (await tried(kind, here.url)).fault == f"redirect: {status}"
        assert elsewhere.heard == []


@every_kind
async def test_a_certificate_that_nobody_vouches_for_ends_it_before_anything_is_sent(
    host: Callable[..., Host], kind: str, tmp_path: Path
) -> None:
    there = host(200, "{}", context=showing(certificate(tmp_path, "127.0.0.1")))
    assert (await tried(kind, there.url)).fault == "bad_certificate"
    assert there.heard == []


@every_kind
async def test_a_certificate_of_another_host_ends_it_before_anything_is_sent(
    host: Callable[..., Host], kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = certificate(tmp_path, "other.example")
    trusted = ssl.create_default_context(cafile=str(file))
    monkeypatch.setattr(http, "trust", lambda: trusted)
    there = host(200, "{}", context=showing(file))
    assert (await tried(kind, there.url)).fault == "bad_certificate"
    assert there.heard == []


@every_kind
async def test_a_certificate_that_fits_is_taken(
    host: Callable[..., Host], kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = certificate(tmp_path, "127.0.0.1")
    trusted = ssl.create_default_context(cafile=str(file))
    monkeypatch.setattr(http, "trust", lambda: trusted)
    there = host(200, "<html>", context=showing(file))
    assert (await tried(kind, there.url)).fault == "web_page"
    assert len(there.heard) == 1


@every_kind
async def test_https_to_a_port_that_speaks_none_is_said_and_nothing_is_sent(
    host: Callable[..., Host], kind: str
) -> None:
    there = host(200, "{}")
    assert (await tried(kind, there.url.replace("http:", "https:"))).fault == "no_tls"
    assert there.heard == []


@every_kind
@pytest.mark.parametrize(
    ("status", "body", "word"),
    [
        (403, '{"message": "NO ENTRY", "msg": "NO ENTRY"}', "forbidden"),
        (429, '{"message": "TOO MANY REQUEST", "msg": "TOO MANY REQUEST"}', "quiet"),
        (500, '{"message": "ORA-00060", "msg": "ORA-00060"}', "broken"),
        (403, "", "forbidden"),
        (429, "", "quiet"),
        (403, "<html>", "forbidden"),
    ],
)
async def test_ours_is_said_first_and_then_what_the_service_says(
    host: Callable[..., Host], kind: str, status: int, body: str, word: str
) -> None:
    theirs = json.loads(body)["msg"] if body.startswith("{") else ""
    found = await tried(kind, host(status, body).url)
    assert found.fault == (f"{word}: {theirs}" if theirs else word)
    for language in LANGUAGES:
        words = Words(language)
        for section in ("fault", "tried"):
            ours, said = words.fault(word, section), words.fault(found.fault, section)
            assert said.startswith(ours)
            assert said.count(theirs) == 1 if theirs else said == ours


@every_kind
async def test_a_host_of_another_service_gives_no_orders(host: Callable[..., Host], kind: str) -> None:
    """Those that sign in with an address of their own find that one missing first."""
    found = await tried(kind, host(404, '{"message": "NOT FOUND", "msg": "NOT FOUND"}').url)
    assert found.fault.partition(":")[0] in ("not_given", "no_sign_in")


@every_kind
async def test_plain_http_to_what_is_not_this_machine_is_not_even_begun(
    host: Callable[..., Host], kind: str
) -> None:
    there = host(200, "{}")
    assert (await tried(kind, f"http://0.0.0.0:{there.port}")).fault == "plain_http"
    assert there.heard == []


#: What a kind is told, once it has an order of ours.
TOLD: dict[str, str] = {"crema": "sale", "impilo": "register"}
SETTINGS: dict[str, dict[str, Any]] = {
    "rayteams": {"workflow": {"node": "accepted"}},
    "impilo": {"site": "7"},
}
ORDER = RemoteOrder("P1-1", "placed", "deliver", (RemoteLine("L1", "拉面", 2, 1000),), "CNY", {}, total=2000)


def shop(kind: str, url: str) -> Config:
    """Return a shop with one such channel, and one that has the order."""
    table = {"name": "there", "kind": kind, "base_url": url, **SETTINGS.get(kind, {})}
    other = {"name": "other", "kind": "fankahui", "base_url": "https://other.example"}
    return Config.model_validate({"shop": {"name": "x", "currency": "CNY"}, "channel": [table, other]})


def write(tx: Tx, kind: str) -> None:
    """Take an order over, and write a letter about it; CREMA is told of those of others."""
    whose = "other" if kind == "crema" else "there"
    intake.receive(tx, whose, ORDER, False)
    order = tx.orders.by_remote(whose, ORDER.remote_id)
    assert order is not None
    body = {"order": order_body(ORDER), "channel": "counter", "started_at": tx.now.isoformat()}
    tx.outbox.add("there", order.id, TOLD.get(kind, "accept"), body, tx.now)


def web_page(host: Callable[..., Host]) -> str:
    """Return where a web page is, whatever is asked."""
    return str(host(200, "<html>Welcome").url)


def redirect(host: Callable[..., Host]) -> str:
    """Return where everybody is sent elsewhere."""
    return str(host(302, "", headers={"Location": "https://elsewhere.example"}).url)


def nobody(_host: Callable[..., Host]) -> str:
    """Return where nobody answers any more."""
    gone = Host()
    gone.server.server_close()
    return gone.url


def unvouched(host: Callable[..., Host]) -> str:
    """Return where a certificate is shown that nobody vouches for."""
    with TemporaryDirectory() as folder:
        return str(host(200, "{}", context=showing(certificate(Path(folder), "127.0.0.1"))).url)


def without_tls(host: Callable[..., Host]) -> str:
    """Return where https is asked for and not spoken."""
    return str(host(200, "{}").url).replace("http:", "https:")


def forbidding(host: Callable[..., Host]) -> str:
    """Return where nothing is permitted."""
    return str(host(403, '{"message": "NO ENTRY"}').url)


def in_the_open(host: Callable[..., Host]) -> str:
    """Return an address at which everybody could read along."""
    return f"http://0.0.0.0:{host(200, '{}').port}"


@every_kind
@pytest.mark.parametrize(
    ("place", "fault", "state"),
    [
        (web_page, "web_page", "needs_you"),
        (redirect, "redirect: 302", "needs_you"),
        (nobody, "no_connection", "waiting"),
        (in_the_open, "plain_http", "needs_you"),
        (unvouched, "bad_certificate", "needs_you"),
        (without_tls, "no_tls", "needs_you"),
        (forbidding, "forbidden: NO ENTRY", "needs_you"),
    ],
)
async def test_what_was_to_be_told_there_is_not_lost(
    host: Callable[..., Host], kind: str, place: Callable[..., str], fault: str, state: str, tmp_path: Path
) -> None:
    config = shop(kind, place(host))
    store = Store.open(f"sqlite:///{tmp_path}/s.db", config.facts, b"key")
    store.do(write, Who("there", "channel"), kind).result()
    secrets = Secrets(tmp_path, {})
    secrets.keep_channel("there", SECRETS[kind])
    [report] = await sync_once(store, config, secrets, "there")
    row, _ = store.ask(channels, config.facts)
    waits = [letter.state for letter in store.ask(letters) if letter.channel == "there"]
    store.close()
    assert (report.ok, report.error, row.error, row.state) == (False, fault, fault, state)
    assert waits == ["waiting"]


@every_kind
async def test_nor_where_the_secrets_are_wrong(sandbox: Sandbox, kind: str, tmp_path: Path) -> None:
    config = shop(kind, sandbox.urls[kind])
    store = Store.open(f"sqlite:///{tmp_path}/s.db", config.facts, b"key")
    store.do(write, Who("there", "channel"), kind).result()
    secrets = Secrets(tmp_path, {})
    secrets.keep_channel("there", dict.fromkeys(KINDS[kind].secret_fields(), "wrong"))
    [report] = await sync_once(store, config, secrets, "there")
    row, _ = store.ask(channels, config.facts)
    waits = [letter.state for letter in store.ask(letters) if letter.channel == "there"]
    store.close()
    assert (report.error, row.state, waits) == ("wrong_secrets", "needs_you", ["waiting"])


@pytest.mark.parametrize("address", NOT_CALLABLE)
async def test_an_address_that_cannot_be_called_is_none_and_nothing_is_tried(address: str) -> None:
    api = http.Api(address, clock=lambda: datetime.now(UTC))
    with pytest.raises(Paused, match="bad_address"):
        await api.call("GET", "/orders")
    await api.close()


@every_kind
@pytest.mark.parametrize("address", NOT_CALLABLE)
def test_it_cannot_be_set_and_a_shell_says_what_is_wrong(
    kind: str, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ValidationError, match="is no address"):
        shop(kind, address)
    with pytest.raises(ValidationError, match="is no address"):
        KINDS[kind].settings_model().model_validate({"base_url": address})
    assert shell.main([kind, FIRST[kind], "--base-url", address], {}) == 2
    assert "base_url: is no address" in capsys.readouterr().err


async def test_a_channel_that_cannot_be_put_together_stops_no_other(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OverflowError("canary")

    config = shop("imweb", "https://there.example")
    other = config.channel[1].model_copy(update={"base_url": sandbox.urls["fankahui"]})
    config = config.model_copy(update={"channel": (config.channel[0], other)})
    monkeypatch.setattr("sync.channels.imweb.opening.open_client", broken)
    store = Store.open(f"sqlite:///{tmp_path}/s.db", config.facts, b"key")
    secrets = Secrets(tmp_path, {})
    secrets.keep_channel("other", dict.fromkeys(KINDS["fankahui"].secret_fields(), "s"))
    there, well = await sync_once(store, config, secrets)
    row, _ = store.ask(channels, config.facts)
    store.close()
    assert (there.ok, well.ok) == (False, True)
    assert there.error == row.error
    assert row.state == "needs_you"
    assert row.error.startswith("own_fault: OverflowError in broken")


@pytest.mark.parametrize("fails", [True, False])
async def test_a_store_that_cannot_say_what_waits_hides_nothing_of_what_was_done(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: bool
) -> None:
    def broken(*_: object) -> None:
        raise StoreTrouble("disk_full")

    config = shop("fankahui", sandbox.urls["fankahui"])
    store = Store.open(f"sqlite:///{tmp_path}/s.db", config.facts, b"key")
    store.do(write, Who("there", "channel"), "fankahui").result()
    secrets = Secrets(tmp_path, {})
    secrets.keep_channel("there", SECRETS["fankahui"])
    if fails:
        monkeypatch.setattr("pos.adapters.channels.backlog.channels", broken)
    [report] = await sync_once(store, config, secrets, "there")
    store.close()
    assert (report.told + report.failed, report.ok) == (1, False)

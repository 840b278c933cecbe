"""TLS, with a certificate made on the spot: trust, tunnels, cancelling."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import trustme
from wire import Exchange, Script, WireServer, answer_events, framed, record, serve, streams

from components.api import errors
from components.api.client import Client, RetryPolicy
from components.domain.json_types import JsonObject

Connect = Callable[..., tuple[Client, WireServer]]
BEHIND_THE_PROXY = "service.invalid"
BODY: JsonObject = {"model": "m"}
EVENTS = answer_events("Vi", "er")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = folder / "authority.pem", folder / "key.pem"
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1", BEHIND_THE_PROXY)
    authority.cert_pem.write_to_path(str(certificate))
    issued.private_key_and_cert_chain_pem.write_to_path(str(key))
    return certificate, key


@pytest.fixture
def tls(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate[1])
    return context


def test_a_certificate_authority_of_the_environment_is_trusted(
    tls: ssl.SSLContext, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate[0]))
    with serve(streams(EVENTS), tls=tls) as server:
        client = Client(server.base_url, "k")
        for _ in range(2):
            assert [*client.stream(BODY)] == EVENTS
        client.close()
        assert server.connections == 1


def test_an_unknown_certificate_is_said_so_and_not_tried_again(tls: ssl.SSLContext) -> None:
    with serve(streams(EVENTS), tls=tls) as server:
        client = Client(server.base_url, "k")
        with pytest.raises(errors.ConnectError, match="not trusted") as caught:
            client.create(BODY)
        client.close()
        assert caught.value.kind == "tls"
        assert (server.connections, server.received) == (1, [])


def test_cancel_ends_a_silent_stream_over_tls(
    tls: ssl.SSLContext, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate[0]))
    gone = threading.Event()

    def script(exchange: Exchange) -> None:
        for data in framed([record(event) for event in EVENTS], "chunked")[:4]:
            exchange.send(data)
        if exchange.gone(10):
            gone.set()

    with serve(script, tls=tls) as server:
        client = Client(server.base_url, "k")
        stream = client.stream(BODY)
        for _ in range(3):
            next(stream)
        threading.Timer(0.05, stream.cancel).start()
        with pytest.raises(errors.Cancelled):
            next(stream)
        assert gone.wait(0.2)
        client.close()


def _tunnel(exchange: Exchange) -> None:
    """A proxy's CONNECT: pass bytes on both ways until one side ends. It alone knows where the name leads."""
    host, _, port = exchange.request.path.partition(":")
    assert host == BEHIND_THE_PROXY
    near = exchange.connection
    with socket.create_connection(("127.0.0.1", int(port))) as far:
        exchange.send(b"HTTP/1.1 200 Connection established\r\n\r\n")

        def pass_on(source: socket.socket, target: socket.socket) -> None:
            try:
                while data := source.recv(65536):
                    target.sendall(data)
                target.shutdown(socket.SHUT_WR)
            except OSError:
                pass

        back = threading.Thread(target=pass_on, args=(far, near), daemon=True)
        back.start()
        pass_on(near, far)
        back.join(5)
    exchange.hang_up()


def _refuse_tunnel(exchange: Exchange) -> None:
    exchange.send(b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n")
    exchange.hang_up()


@pytest.mark.parametrize("proxy_script", [_tunnel, _refuse_tunnel])
def test_an_https_proxy_of_the_environment_is_used(
    tls: ssl.SSLContext,
    certificate: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    proxy_script: Script,
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate[0]))
    with serve(streams(EVENTS), tls=tls) as server, serve(proxy_script) as proxy:
        monkeypatch.setenv("https_proxy", proxy.base_url)
        url = server.base_url.replace("127.0.0.1", BEHIND_THE_PROXY)
        client = Client(url, "sk-secret", retry=RetryPolicy(attempts=1))
        if proxy_script is _tunnel:
            assert [*client.stream(BODY)] == EVENTS
        else:
            with pytest.raises(errors.ConnectError) as caught:
                next(client.stream(BODY))
            assert caught.value.kind == "proxy"
        client.close()
        assert proxy.received[0].method == "CONNECT"
        assert "x-api-key" not in proxy.received[0].headers

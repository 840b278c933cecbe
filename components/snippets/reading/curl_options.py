"""The words of a curl command by what they mean to it. Source: `man curl`, 8.17, November 2025."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from components.snippets.reading.imported import UnreadableCode
from components.snippets.reading.shell_words import Word

_SHORT: Final = {
    "d": "data",
    "F": "form",
    "G": "get",
    "H": "header",
    "T": "upload-file",
    ":": "next",
}
"""Short options that matter here, by their long names."""
_SHORT_WITH_VALUE: Final = frozenset("AbcCdDeEFhHKmoPQrtTuUwxXyYz")
_NAMES: Final = """
abstract-unix-socket alt-svc aws-sigv4 cacert capath cert cert-type ciphers config connect-timeout
connect-to continue-at cookie cookie-jar create-file-mode crlfile curves data data-ascii data-binary
data-raw data-urlencode delegation dns-interface dns-ipv4-addr dns-ipv6-addr dns-servers doh-url
dump-header ech egd-file engine etag-compare etag-save expect100-timeout form form-string ftp-account
ftp-method ftp-port ftp-ssl-ccc-mode happy-eyeballs-timeout-ms haproxy-clientip header hostpubmd5
hostpubsha256 hsts interface ip-tos ipfs-gateway json keepalive-cnt keepalive-time key key-type krb
libcurl limit-rate local-port login-options mail-auth mail-from mail-rcpt max-filesize max-redirs max-time
netrc-file noproxy oauth2-bearer output output-dir parallel-max parallel-max-host pass pinnedpubkey
preproxy proto proto-default proto-redir proxy proxy-cacert proxy-capath proxy-cert proxy-cert-type
proxy-ciphers proxy-crlfile proxy-header proxy-key proxy-key-type proxy-pass proxy-pinnedpubkey
proxy-service-name proxy-tls13-ciphers proxy-tlsauthtype proxy-tlspassword proxy-tlsuser proxy-user
proxy1.0 pubkey quote random-file range rate referer request request-target resolve retry retry-delay
retry-max-time sasl-authzid service-name sigalgs socks4 socks4a socks5 socks5-gssapi-service
socks5-hostname speed-limit speed-time stderr telnet-option tftp-blksize time-cond tls-max tls13-ciphers
tlsauthtype tlspassword tlsuser trace trace-ascii trace-config unix-socket upload-file upload-flags url
url-query user user-agent variable vlan-priority write-out
"""
_LONG_WITH_VALUE: Final = frozenset(_NAMES.split())


@dataclass(frozen=True, slots=True)
class Option:
    """An option by its long name, or by its letter where it has no meaning here; "" for a bare word."""

    name: str
    value: str
    line: int


def options_of(words: Sequence[Word]) -> Iterator[Option]:
    """Yield what follows the word `curl`, up to `--next`. Raises `UnreadableCode` for a missing value.

    Options that are not known are passed over; a value of theirs comes out as a bare word.
    """
    left = iter(words)

    def following(word: Word, name: str) -> str:
        value = next(left, None)
        if value is None:
            raise UnreadableCode(f"the option `{name}` of curl needs a value.", word.line)
        return value.text

    for word in left:
        if word.text.startswith("--"):
            name, given, value = word.text[2:].partition("=")
            if name in _LONG_WITH_VALUE:
                yield Option(name, value if given else following(word, f"--{name}"), word.line)
            elif name == "next":
                return
            else:
                yield Option(name, "", word.line)
        elif word.text.startswith("-") and word.text != "-":
            letters = word.text[1:]
            for at, letter in enumerate(letters, start=1):
                name = _SHORT.get(letter, letter)
                if name == "next":
                    return
                if letter in _SHORT_WITH_VALUE:
                    yield Option(name, letters[at:] or following(word, f"-{letter}"), word.line)
                    break
                yield Option(name, "", word.line)
        else:
            yield Option("", word.text, word.line)

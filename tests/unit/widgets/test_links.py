"""Addresses from elsewhere become links only to the web, and what a click does can be seen."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from components.widgets.links import host_of, link, shortened


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://example.org/a?b=c#d", "example.org"),
        ("HTTP://Example.org:8080/", "example.org:8080"),
        ("https://good.org@evil.org/", "evil.org"),
        ("https://bücher.example/", "xn--bcher-kva.example"),
        ("https://[::1]:9/", "[::1]:9"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("//example.org/", None),
        ("/a/b", None),
        ("https://", None),
        ("https://good.org\\@evil.org/", None),
        ("https://a.org/\nb", None),
        (" https://a.org/", None),
        ("https://[", None),
        ("https://a.org:port/", None),
        ("ftp://a.org/", None),
        ("", None),
    ],
)
def test_only_addresses_of_the_web_have_a_host(url: str, host: str | None) -> None:
    assert host_of(url) == host


def links_in(markdown: str) -> list[tuple[str, str]]:
    """(address, text) of every link and image that CommonMark sees."""
    found: list[tuple[str, str]] = []
    for block in MarkdownIt("commonmark").parse(markdown):
        inside: str | None = None
        for token in block.children or []:
            if token.type == "link_open":
                inside = ""
                found.append((str(token.attrs["href"]), ""))
            elif token.type == "link_close":
                found[-1] = (found[-1][0], inside or "")
                inside = None
            elif token.type == "image":
                found.append((str(token.attrs["src"]), "image"))
            elif inside is not None:
                inside += token.content
    return found


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://a.org/x_(y)/?q=1&copy;=2&b=3", "https://a.org/x_%28y%29/?q=1&copy;=2&b=3"),
        ("https://a.org/a b", None),
        ("https://a.org/\"><b>'$x$`", "https://a.org/%22%3E%3Cb%3E'%24x%24%60"),
        ("https://a.org/:material/home:", "https://a.org/%3Amaterial/home:"),
        ("https://a.org/%20é", "https://a.org/%20%C3%A9"),
    ],
)
def test_the_address_is_the_one_told(url: str, address: str | None) -> None:
    found = links_in(link("Title", url))
    assert found == ([] if address is None else [(address, "Title")])


@given(st.text(max_size=30), st.text(max_size=30).map(lambda path: f"https://a.org/{path}"))
@example("a](http://evil.org) ![x](http://evil.org/x.png) [b", "https://a.org/) ![x](http://evil.org/x.png")
def test_titles_and_addresses_bring_no_markup_of_their_own(title: str, url: str) -> None:
    for address, _ in links_in(link(title, url)):
        assert address.startswith("https://a.org/")
    assert len(links_in(link(title, url))) == (host_of(url) is not None)


def test_what_is_no_link_is_shown_as_text_with_its_address() -> None:
    shown = MarkdownIt("commonmark").render(link("Odd", "javascript:alert(1)"))
    assert shown == "<p>Odd · javascript:alert(1)</p>\n"


@given(st.text(), st.integers(5, 50))
def test_shortened_text_is_short_and_on_one_line(text: str, most: int) -> None:
    short = shortened(text, most)
    assert len(short) <= most
    assert short == " ".join(short.split())

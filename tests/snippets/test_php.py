"""PHP: what no other language does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from snippets.execution import program, run
from snippets.formatting import changed_by_prettier, sources

from components.snippets import Form, render
from components.snippets.targets import php

BARE: Final = [program("php"), "-n", "-d", "display_errors=stderr", "-d", "error_reporting=-1"]
"""PHP as it comes, without settings and extensions, complaining of everything."""


def test_prettier_leaves_php_snippets_as_they_are(tmp_path: Path) -> None:
    assert changed_by_prettier(tmp_path, "@prettier/plugin-php", ".php", sources("php")) == ""


def test_variables_may_have_any_name(tmp_path: Path) -> None:
    names = ["this", "GLOBALS", "_GET", "_SERVER", "php_errormsg", "argv", "class", "1", "json", "base64"]
    names += sorted(php._RESERVED)
    body = {"model": "m", "system": "".join(f"{{{{{name}}}}}" for name in names)}
    for stream in (False, True):
        source = render("php", body, anthropic_version="2023-06-01", stream=stream, form=Form(template=True))
        (tmp_path / "names.php").write_bytes(source.encode())
        checked = run([*BARE, "-l", "names.php"], tmp_path)
        assert (checked.exit_code, checked.stderr) == (0, "")


def test_every_character_of_a_value_arrives(tmp_path: Path) -> None:
    text = "".join(map(chr, range(0x3000))) + "\r\n/</script>😀\U0010ffff"
    (tmp_path / "text.txt").write_bytes(text.encode())
    source = f"<?php\ndeclare(strict_types=1);{php._JSON}{php._TEXT}echo text('text.txt');\n"
    (tmp_path / "all.php").write_bytes(source.encode())
    printed = run([*BARE, "all.php"], tmp_path)
    assert json.loads(f'"{printed.stdout}"') == text
    assert printed.stderr == ""

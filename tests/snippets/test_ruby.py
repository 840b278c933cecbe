"""Ruby: what no other language does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from snippets.execution import program, run
from snippets.formatting import sources

from components.snippets import Form, render
from components.snippets.targets import ruby

CHECK: Final = "ARGV.each { |file| RubyVM::InstructionSequence.compile_file(file) }"
KEYWORDS: Final = (
    "BEGIN END alias and begin break case class def defined do else elsif end ensure false for if in module "
    "next nil not or redo rescue retry return self super then true undef unless until when while yield"
)
HELPERS: Final = "".join((ruby._JSON, ruby._BASE64))


def test_ruby_has_no_warning_for_a_snippet(tmp_path: Path) -> None:
    written = sources("ruby")
    for name, source in written.items():
        (tmp_path / f"{name}.rb").write_bytes(source.encode())
    checked = run([program("ruby"), "-w", "-e", CHECK, *(f"{name}.rb" for name in written)], tmp_path)
    assert (checked.exit_code, checked.stdout, checked.stderr) == (0, "", "")


def test_variables_may_have_any_name(tmp_path: Path) -> None:
    names = [*KEYWORDS.split(), *HELPERS.split(), "uri", "http", "lines", "puts", "print", "abort", "p", "1"]
    names = [name for name in names if name.isidentifier() or name == "1"]
    body = {"model": "m", "system": "".join(f"{{{{{name}}}}}" for name in names)}
    source = render("ruby", body, anthropic_version="2023-06-01", stream=True, form=Form(template=True))
    (tmp_path / "names.rb").write_bytes(source.encode())
    checked = run([program("ruby"), "-wc", "names.rb"], tmp_path)
    assert (checked.exit_code, checked.stderr) == (0, "")


def test_every_character_of_a_value_arrives(tmp_path: Path) -> None:
    text = "".join(chr(code) for code in range(0x3000) if code != ord("\r")) + "\r\n/</script>😀\U0010ffff"
    (tmp_path / "text.txt").write_bytes(text.encode())
    program_text = f'require "json"\n{HELPERS}print json(File.read("text.txt", mode: "rb:UTF-8"))\n'
    (tmp_path / "all.rb").write_bytes(program_text.encode())
    printed = run([program("ruby"), "-w", "all.rb"], tmp_path)
    assert json.loads(f'"{printed.stdout}"') == text
    assert printed.stderr == ""

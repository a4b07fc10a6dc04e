"""The documents say what is so: everything that the code offers is described, and nothing that it does not."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import Any

import click
import pytest
from flask import Flask

from documents import DOCUMENTS, FENCED, ROOT, blocks, codes, document, named, rows, section
from ticketing.app import PACKAGE, create_app
from ticketing.cli import main
from ticketing.core.errors import TEXTS
from ticketing.core.limits import RULES
from ticketing.core.settings import Settings, read_settings
from ticketing.events import file_parts
from ticketing.events.art import FIGURES, PAIRS
from ticketing.office.scan_rows import REASONS
from ticketing.orders.states import ORDER_STATES
from ticketing.payments.account_reading import EVENTS_READ, READS, SETTINGS_READS, WRITES
from ticketing.payments.outcome import API_VERSION, EVENTS
from ticketing.staff.roles import ROLES

REFERENCE = document("docs/reference.md")
NOT_ROOMS = {"migrations"}
EVENT_FILE = {
    "`[event]`": file_parts.EventPart,
    "`[venue]`": file_parts.VenuePart,
    "`[[rooms]]`": file_parts.RoomPart,
    "`[[gates]]`": file_parts.GatePart,
    "`[[programs]]`": file_parts.ProgramPart,
    "`[[tiers]]`": file_parts.TierPart,
    "`[policy]`": file_parts.PolicyPart,
    "`[policy.konbini]`": file_parts.Konbini,
    "`[policy.waiting_list]`": file_parts.WaitingList,
    "`[[policy.refunds]]`": file_parts.RefundRule,
    "`[seller]`": file_parts.SellerPart,
}


def tree(path: str) -> ast.Module:
    """A file of the package as Python reads it."""
    return ast.parse((PACKAGE / path).read_text(encoding="utf-8"))


def arguments(module: ast.AST, function: str) -> Iterator[list[str]]:
    """The texts that calls of this function (by the end of its name) are given."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(function):
            yield [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]


def settings_in_code() -> set[str]:
    module = tree("core/settings.py")
    readers = ("_get", "_number", "_switch")
    return {texts[0] for reader in readers for texts in arguments(module, reader) if texts}


def commands(group: click.Group, before: str) -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{before} {name}")
        else:
            yield f"{before} {name}", command


def documented_commands() -> dict[str, tuple[str, ...]]:
    """The rows of the commands by their names, without arguments."""
    listed = named(REFERENCE, "Command")
    return {re.sub(r" [A-Z]+.*", "", name): (name, *row[1:]) for name, row in listed.items()}


def returned(function: ast.FunctionDef) -> set[str]:
    """The texts that a function returns as they are written."""
    values = [node.value for node in ast.walk(function) if isinstance(node, ast.Return)]
    branches = [half for value in values if isinstance(value, ast.IfExp) for half in (value.body, value.orelse)]
    constants = [value.value for value in (*values, *branches) if isinstance(value, ast.Constant)]
    return {text for text in constants if isinstance(text, str)}


def reasons_in_code() -> set[str]:
    vectors = json.loads((ROOT / "tests/vectors/door.json").read_text(encoding="utf-8"))
    found = {case["expect"] for case in vectors["cases"] if case["expect"]} | set(REASONS)
    for path in ("door/rules.py", "door/checkin.py"):
        functions = [node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef)]
        judging = [one for one in functions if one.name in {"decide", "_time", "_place", "_judge"}]
        assert judging, path
        found |= {text for one in judging for text in returned(one)}
    return found


def rooms() -> set[str]:
    return {path.parent.name for path in PACKAGE.glob("*/__init__.py")} - NOT_ROOMS


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    return create_app(read_settings({"TICKETING_INSTANCE": str(tmp_path)}))


def test_every_setting_is_described() -> None:
    assert set(named(REFERENCE, "Setting")) == settings_in_code()


def test_every_field_of_the_settings_comes_from_a_setting_or_a_file() -> None:
    known = {name.removeprefix("TICKETING_").lower() for name in named(REFERENCE, "Setting")}
    assert {field.name for field in fields(Settings)} - known == {"demo_staff"}
    assert "staff-passwords.txt" in named(REFERENCE, "File")


def test_defaults_of_settings_are_as_described(tmp_path: Path) -> None:
    settings = read_settings({"TICKETING_INSTANCE": str(tmp_path)})
    listed = named(REFERENCE, "Setting")
    real = {"HOST": settings.host, "PORT": str(settings.port), "STRIPE_API_BASE": settings.stripe_api_base}
    assert {name: value for name, value in real.items() if f"`{value}`" not in listed[name][1]} == {}


def test_every_name_read_from_the_environment_is_described() -> None:
    read = set()
    for path in PACKAGE.rglob("*.py"):
        for texts in arguments(ast.parse(path.read_text(encoding="utf-8")), "os.environ.get"):
            read |= {texts[0].removesuffix("_FILE")}
    assert read
    assert read - set(codes(REFERENCE)) == set()


def test_every_command_is_described() -> None:
    assert set(documented_commands()) == {name for name, _ in commands(main, "ticketing")}


def test_every_option_and_argument_of_a_command_is_described() -> None:
    listed = documented_commands()
    missing = []
    for name, command in commands(main, "ticketing"):
        heading, options, *_ = listed[name]
        for parameter in command.params:
            if isinstance(parameter, click.Argument) and parameter.nargs == 1:
                metavar = parameter.make_metavar(click.Context(command))
                missing += [] if metavar in heading.split() else [f"{name} {metavar}"]
            elif isinstance(parameter, click.Option) and not parameter.hidden:
                missing += [
                    f"{name} {option}" for option in parameter.opts if option not in options.replace("`", " ").split()
                ]
    assert missing == []


def test_every_option_of_the_stand_in_is_described() -> None:
    _, options, *_ = documented_commands()["ticketing standin"]
    made = {texts[0] for texts in arguments(tree("standin/__main__.py"), "add_argument")}
    assert made == {option.split()[0] for option in codes(options)}


def test_commands_that_documents_speak_of_exist() -> None:
    known = {name for name, _ in commands(main, "ticketing")}
    groups = {" ".join(name.split()[:2]) for name in known if len(name.split()) > 2}
    for path in DOCUMENTS:
        text = path.read_text(encoding="utf-8")
        spoken = re.findall(r"(?:^|[\s`/])ticketing( [a-z]+)( [a-z]+)?", "\n".join([*codes(text), blocks(text)]), re.M)
        for first, second in spoken:
            called = f"ticketing{first}"
            assert called in known or f"{called}{second}" in known | groups, (path.name, called + second)


def test_scripts_that_documents_speak_of_exist_and_all_are_spoken_of() -> None:
    spoken = {name for path in DOCUMENTS for name in re.findall(r"\bscripts/(\w+)", path.read_text(encoding="utf-8"))}
    there = {path.name for path in (ROOT / "scripts").iterdir()}
    assert spoken - there == set()
    assert {path.name for path in (ROOT / "scripts").iterdir() if path.is_file()} - spoken == set()


def test_every_route_is_described_with_its_methods(app: Flask) -> None:
    routes: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda part: f"<{part[1].replace('_', ' ')}>", rule.rule)
        routes.setdefault(path, set()).update((rule.methods or set()) - {"HEAD", "OPTIONS"})
    listed = {path: set(row[1].split(", ")) for path, row in named(REFERENCE, "Path").items()}
    assert listed == routes


def test_every_reason_of_a_refusal_is_described() -> None:
    assert set(named(REFERENCE, "Reason")) == reasons_in_code()


def test_every_error_is_described() -> None:
    assert set(named(REFERENCE, "Error")) == set(TEXTS)


def test_every_rate_limit_is_described_with_its_number() -> None:
    listed = {name: int(row[1]) for name, row in named(REFERENCE, "Limit").items()}
    assert listed == {name: rule.amount for name, rule in RULES.items()}


def test_every_finding_of_the_doctor_is_described() -> None:
    made = {texts[0] for path in ("reports/doctor.py", "cli.py") for texts in arguments(tree(path), "Finding")}
    for path in ("payments/account.py", "payments/account_endpoints.py"):
        made |= {texts[0] for texts in arguments(tree(path), "Fault")}
    assert set(named(REFERENCE, "Finding")) == made


def test_the_page_on_stripe_lists_the_events_the_version_and_the_permissions_that_are_needed() -> None:
    page = document("docs/stripe.md")
    listed = next(body for info, body in FENCED.findall(page) if info.strip() == "text")
    assert tuple(listed.split()) == EVENTS
    assert set(re.findall(r"enabled_events\[\]=([\w.]+)", blocks(page))) == set(EVENTS)
    assert set(re.findall(r"\d{4}-\d\d-\d\d\.\w+", page)) == {API_VERSION}
    rows_ = [f"{row[0].partition(' (')[0]}: {row[1]}" for row in rows(page, "Row in Stripe's form")]
    asked = {permission for permission, *_ in (*READS, *WRITES)}
    assert asked < set(rows_)
    assert {row for row in rows_ if row not in asked} == {EVENTS_READ, *SETTINGS_READS}


def test_every_role_and_every_state_of_an_order_is_described() -> None:
    assert set(named(REFERENCE, "Role")) == set(ROLES)
    assert set(ORDER_STATES) <= set(codes(section(REFERENCE, "States")))


@pytest.mark.parametrize("heading", EVENT_FILE)
def test_every_key_of_the_event_file_is_described_with_its_default(heading: str) -> None:
    listed = named(section(REFERENCE, heading), "Key")
    known = {field.name: field for field in fields(EVENT_FILE[heading])}
    assert set(listed) == set(known)
    assert {name: row[2] for name, row in listed.items() if not tells_default(known[name], row[2])} == {}


def tells_default(field: Field[Any], cell: str) -> bool:
    """Whether the cell is empty for a key that must be there, and says a plain default as the file would."""
    if field.default is MISSING:
        return not cell
    if isinstance(field.default, bool | int) or (isinstance(field.default, str) and field.default):
        return cell == f"`{str(field.default).lower() if isinstance(field.default, bool) else field.default}`"
    return bool(cell) and "`" not in cell


def test_every_choice_of_the_art_is_described() -> None:
    row = named(section(REFERENCE, "`[event]`"), "Key")["art"]
    assert set(FIGURES) | set(PAIRS) <= set(codes(row[3]))


def test_the_control_of_the_stand_in_is_described() -> None:
    module = tree("standin/control.py")
    made = {texts[0] for method in ("control.post", "control.get") for texts in arguments(module, method)}
    assert {control.split()[1].removeprefix("/_control") for control in named(REFERENCE, "Control")} == made


def test_every_room_says_what_it_is_and_is_listed() -> None:
    for room in rooms():
        says = ast.get_docstring(tree(f"{room}/__init__.py")) or ""
        assert len(says.splitlines()[0]) > 20, room
    for name in ("README.md", "docs/architecture.md"):
        assert set(named(document(name), "Room")) == {f"{room}/" for room in rooms()}, name

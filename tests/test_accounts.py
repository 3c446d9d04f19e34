"""Accounts: passwords are hashed, wrong settings are named without their values, sessions end when they should."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from assistant.doctor import examine
from assistant.errors import SettingsError
from assistant.server import run_server
from assistant.settings import Settings, load_settings
from assistant.state.accounts import (
    GUEST,
    LOCAL_ADMINISTRATOR,
    Accounts,
    Visitor,
    check_accounts,
    check_new_password,
    describe_accounts,
    hash_password,
    is_password_hash,
    verify_password,
)
from assistant.state.database import IN_MEMORY, Database
from assistant.state.tables import SignIn
from index.errors import InputError

ROOT = Path(__file__).resolve().parents[1]
PASSWORD = "社区 correct horse"
OTHER_PASSWORD = "another password"
_cheap = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)  # as good for tests, a hundred times faster
HASH = _cheap.hash(PASSWORD)
OTHER_HASH = _cheap.hash(OTHER_PASSWORD)


@dataclass
class Clock:
    time: datetime = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def memory() -> Database:
    return Database.open(IN_MEMORY)


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder and no settings in the environment."""
    for name in [n for n in os.environ if n.startswith("POLICYQA_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def two_users(**others: object) -> Settings:
    return Settings(users={"zhang": HASH, "李芳": OTHER_HASH}, administrators=("zhang",), **others)  # type: ignore[arg-type]


def test_a_hash_fits_its_password_and_no_other() -> None:
    stored = hash_password(PASSWORD)
    assert is_password_hash(stored) and PASSWORD not in stored
    assert verify_password(stored, PASSWORD)
    assert not verify_password(stored, PASSWORD + " ")
    assert hash_password(PASSWORD) != stored, "two hashes of a password differ by their salt"


def test_a_password_is_the_same_however_its_characters_were_composed() -> None:
    assert verify_password(hash_password("caf\u00e9 12345"), "cafe\u0301 12345")


@pytest.mark.parametrize(
    "broken",
    [
        "", "secret-in-plain-text", HASH[:-1], HASH + "\n", f" {HASH}", f'"{HASH}"', HASH.replace("m=1024", "m=99999999"),
        HASH.replace("argon2id", "argon2x"), "$2b$12$abcdefghijklmnopqrstuv", HASH[1:],
    ],
)  # fmt: skip
def test_what_is_no_whole_hash_is_noticed(broken: str) -> None:
    assert not is_password_hash(broken)
    assert not verify_password(broken, PASSWORD)


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"access_password": "secret-in-plain-text"}, "access_password"),
        ({"users": {"zhang": "secret-in-plain-text"}}, "users.zhang"),
        ({"users": {"zhang": HASH[:-3]}}, "users.zhang"),
        ({"users": {"zhang": HASH}, "administrators": ("zhang", "wang")}, "administrators"),
        ({"administrators": ("wang",)}, "“wang”"),
        ({"users": {"a:b": HASH}}, "“a:b”"),
        ({"users": {" zhang": HASH}}, "users"),
        ({"users": {"": HASH}}, "users"),
        ({"users": {"a\nb": HASH}}, "users"),
        ({"users": {LOCAL_ADMINISTRATOR: HASH}}, LOCAL_ADMINISTRATOR),
        ({"users": {GUEST: HASH}}, GUEST),
    ],
)
def test_accounts_that_cannot_be_used_are_named_and_their_values_never_shown(
    settings: dict[str, object], named: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        check_accounts(Settings(**settings))  # type: ignore[arg-type]
    assert named in str(caught.value)
    assert "secret" not in str(caught.value) and "$argon2" not in str(caught.value)


def test_a_wrong_hash_says_what_to_run() -> None:
    for settings in (Settings(access_password="x"), Settings(users={"a": "x"}), Settings(administrators=("b",))):  # type: ignore[arg-type]
        with pytest.raises(SettingsError, match="policyqa password"):
            check_accounts(settings)


def test_users_come_from_the_file(alone: Path) -> None:
    text = f'administrators = ["张三"]\naccess_password = "{OTHER_HASH}"\n[users]\n"张三" = "{HASH}"\nli = "{OTHER_HASH}"\n'
    (alone / "policyqa.toml").write_text(text, encoding="utf-8")
    settings = load_settings()
    assert (dict(settings.users), settings.administrators) == ({"张三": HASH, "li": OTHER_HASH}, ("张三",))
    check_accounts(settings)
    assert "$argon2" not in repr(settings)


def test_users_come_from_the_environment(alone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICYQA_USERS", f'{{"zhang": "{HASH}"}}')
    monkeypatch.setenv("POLICYQA_ADMINISTRATORS", '["zhang"]')
    settings = load_settings()
    check_accounts(settings)
    assert (dict(settings.users), settings.administrators) == ({"zhang": HASH}, ("zhang",))


@pytest.mark.parametrize("value", ["{zhang: x}", "zhang", "{"])
def test_an_environment_that_is_no_json_is_explained(alone: Path, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("POLICYQA_USERS", value)
    with pytest.raises(SettingsError, match=r"POLICYQA_USERS.*JSON"):
        load_settings()


def test_administrators_written_below_the_users_are_an_error_that_shows_no_hash(alone: Path) -> None:
    (alone / "policyqa.toml").write_text(f'[users]\nzhang = "{HASH}"\nadministrators = ["zhang"]\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=r"users\.administrators") as caught:
        load_settings()
    assert "$argon2" not in str(caught.value)


def test_name_and_password_say_who_it_is(memory: Database) -> None:
    accounts = Accounts(two_users(), memory, is_local=True)
    assert accounts.check("zhang", PASSWORD) == Visitor("zhang", True)
    assert accounts.check(" 李芳 ", OTHER_PASSWORD) == Visitor("李芳", False)
    for name, password in (("zhang", OTHER_PASSWORD), ("nobody", PASSWORD), ("", PASSWORD), ("", ""), ("zhang", "")):
        assert accounts.check(name, password) is None
    assert accounts.check("zhang", PASSWORD + "x" * 1000) is None


def test_an_unknown_name_costs_a_check_as_a_wrong_password_does(
    memory: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts = Accounts(two_users(), memory, is_local=True)
    checked: list[str] = []
    monkeypatch.setattr("assistant.state.accounts.verify_password", lambda stored, _: bool(checked.append(stored)))
    accounts.check("nobody", PASSWORD)
    accounts.check("zhang", "wrong")
    assert len(checked) == 2 and all(map(is_password_hash, checked))


def test_nobody_gets_in_with_the_password_that_stands_for_an_unknown_name(
    memory: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.state.accounts.verify_password", lambda stored, password: True)
    assert Accounts(two_users(), memory, is_local=True).check("nobody", "anything") is None


def test_the_access_password_lets_guests_in(memory: Database) -> None:
    accounts = Accounts(two_users(access_password=OTHER_HASH), memory, is_local=False)
    assert accounts.check("", OTHER_PASSWORD) == Visitor(GUEST, False)
    assert accounts.check("", PASSWORD) is None
    assert accounts.check(GUEST, OTHER_PASSWORD) is None


def test_programs_send_a_password_or_name_and_password(memory: Database) -> None:
    accounts = Accounts(two_users(access_password=_cheap.hash("with:colon")), memory, is_local=False)
    assert accounts.check_bearer(f"zhang:{PASSWORD}") == Visitor("zhang", True)
    assert accounts.check_bearer(f"%E6%9D%8E%E8%8A%B3:{OTHER_PASSWORD}") == Visitor("李芳", False)
    assert accounts.check_bearer("with:colon") == Visitor(GUEST, False)
    assert accounts.check_bearer(f"zhang:{OTHER_PASSWORD}") is None
    assert accounts.check_bearer(PASSWORD) is None


def test_a_right_bearer_is_remembered_and_a_wrong_one_is_not(memory: Database) -> None:
    accounts = Accounts(two_users(), memory, is_local=False)
    token = f"zhang:{PASSWORD}"
    assert accounts.known_bearer(token) is None
    accounts.check_bearer(token)
    accounts.check_bearer("zhang:wrong")
    assert accounts.known_bearer(token) == Visitor("zhang", True)
    assert accounts.known_bearer("zhang:wrong") is None
    assert token not in repr(accounts._known) and accounts.known_session(token) is None


def test_a_session_lasts_until_it_expires(database: Database) -> None:
    clock = Clock()
    accounts = Accounts(two_users(sign_in_days=2), database, is_local=False, clock=clock)
    token = accounts.sign_in(Visitor("zhang", True))
    assert accounts.find_session(token) == Visitor("zhang", True)
    clock.time += timedelta(days=2) - timedelta(seconds=1)
    assert accounts.find_session(token) == Visitor("zhang", True)
    assert accounts.known_session(token) == Visitor("zhang", True)
    clock.time += timedelta(seconds=1)
    assert accounts.find_session(token) is None and accounts.known_session(token) is None


def test_only_the_hash_of_a_token_is_stored_and_expired_rows_go(database: Database) -> None:
    clock = Clock()
    accounts = Accounts(two_users(sign_in_days=1), database, is_local=False, clock=clock)
    first = accounts.sign_in(Visitor("zhang", True))
    clock.time += timedelta(days=1)
    second = accounts.sign_in(Visitor("zhang", True))
    with database.session() as session:
        rows = session.scalars(select(SignIn)).all()
    assert len(rows) == 1 and first != second
    assert second not in (rows[0].token_hash, rows[0].credential) and len(rows[0].token_hash) == 64
    assert HASH not in rows[0].credential


def test_signing_out_ends_one_session_at_once(database: Database) -> None:
    accounts = Accounts(two_users(), database, is_local=False)
    here, elsewhere = accounts.sign_in(Visitor("zhang", True)), accounts.sign_in(Visitor("zhang", True))
    assert accounts.find_session(here) and accounts.known_session(here)
    accounts.sign_out(here)
    assert accounts.known_session(here) is None and accounts.find_session(here) is None
    assert accounts.find_session(elsewhere) == Visitor("zhang", True)


@pytest.mark.parametrize("token", ["", "x", "\udcff", "a" * 100_000, "' OR 1=1 --"])
def test_a_made_up_token_is_nobody(database: Database, token: str) -> None:
    accounts = Accounts(two_users(), database, is_local=True)
    assert accounts.find_session(token) is None and accounts.known_session(token) is None


@pytest.mark.parametrize(
    ("changed", "left"),
    [
        (lambda: Settings(users={"zhang": _cheap.hash("a new password")}), None),
        (lambda: Settings(users={"wang": HASH}), None),
        (lambda: Settings(), None),
        (
            lambda: Settings(users={"zhang": HASH, "wang": OTHER_HASH}, administrators=("wang",)),
            Visitor("zhang", False),
        ),
    ],
)
def test_a_session_follows_the_settings(
    memory: Database, changed: Callable[[], Settings], left: Visitor | None
) -> None:
    token = Accounts(two_users(), memory, is_local=False).sign_in(Visitor("zhang", True))
    assert Accounts(changed(), memory, is_local=True).find_session(token) == left


def test_a_guest_leaves_with_the_access_password(memory: Database) -> None:
    settings = Settings(access_password=HASH)  # type: ignore[arg-type]
    token = Accounts(settings, memory, is_local=False).sign_in(Visitor(GUEST))
    assert Accounts(settings, memory, is_local=False).find_session(token) == Visitor(GUEST, False)
    assert Accounts(Settings(access_password=OTHER_HASH), memory, is_local=False).find_session(token) is None  # type: ignore[arg-type]
    assert Accounts(Settings(), memory, is_local=False).find_session(token) is None


def test_the_person_at_this_machine_has_a_code_only_while_nobody_has_an_account(memory: Database) -> None:
    accounts = Accounts(Settings(), memory, is_local=True)
    assert accounts.redeem_local_code(accounts.local_code) == Visitor(LOCAL_ADMINISTRATOR, True)
    for wrong in ("", "x", accounts.local_code + "x", "中文"):
        assert accounts.redeem_local_code(wrong) is None
    assert Accounts(Settings(), memory, is_local=True).local_code != accounts.local_code
    for closed in (Accounts(Settings(), memory, is_local=False), Accounts(two_users(), memory, is_local=True)):
        assert closed.local_code == "" and closed.redeem_local_code("") is None


def test_the_local_administrator_is_nobody_once_others_can_come_in(memory: Database) -> None:
    token = Accounts(Settings(), memory, is_local=True).sign_in(Visitor(LOCAL_ADMINISTRATOR, True))
    assert Accounts(Settings(), memory, is_local=True).find_session(token) == Visitor(LOCAL_ADMINISTRATOR, True)
    assert Accounts(Settings(open_to_all=True), memory, is_local=False).find_session(token) is None
    assert Accounts(two_users(), memory, is_local=True).find_session(token) is None


@pytest.mark.parametrize("weak", ["", "1234567", "       8", "a\tb345678", "\ud800" * 9, "x" * 1001])
def test_a_weak_or_broken_password_is_refused(weak: str) -> None:
    with pytest.raises(InputError, match="口令"):
        check_new_password(weak)


def run_password(*, text: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "assistant.cli", "password"]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "LC_ALL": "C"}
    return subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", input=text, timeout=60)


def test_the_command_prints_the_hash_of_a_piped_password_and_where_to_put_it() -> None:
    result = run_password(text=f"{PASSWORD}\r\n")
    assert result.returncode == 0, result.stderr
    assert verify_password(result.stdout.strip(), PASSWORD) and result.stdout.count("\n") == 1
    assert "policyqa.toml" in result.stderr and result.stderr.count("\n") == 1
    assert PASSWORD not in result.stdout + result.stderr


@pytest.mark.parametrize("text", ["", "\n", "short\n"])
def test_the_command_refuses_a_short_password_with_exit_code_2(text: str) -> None:
    result = run_password(text=text)
    assert (result.returncode, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert result.stderr.startswith("错误：") and "8 个字符" in result.stderr


@pytest.mark.parametrize(("second", "code"), [(PASSWORD, 0), ("something else", 2)])
def test_at_a_terminal_the_password_is_asked_for_twice_and_not_shown(second: str, code: int) -> None:
    here, there = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "assistant.cli", "password"],
        stdin=there,
        stdout=subprocess.PIPE,
        stderr=there,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        start_new_session=True,  # without a controlling terminal getpass reads stdin, which is ours
    )
    shown = ""
    for prompt, typed in (("口令（输入时不显示）：", PASSWORD), ("再输一次：", second)):
        while prompt not in shown:
            shown += os.read(here, 1000).decode("utf-8", "replace")
        os.write(here, f"{typed}\n".encode())
    stored = process.communicate(timeout=60)[0].decode().strip()
    os.close(there)
    shown += os.read(here, 10_000).decode("utf-8", "replace")
    os.close(here)
    assert process.returncode == code
    assert PASSWORD not in shown
    assert verify_password(stored, PASSWORD) if code == 0 else "不一样" in shown and stored == ""


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.1.2.3"])
def test_others_are_not_served_without_a_password_unless_that_is_said(host: str) -> None:
    with pytest.raises(InputError, match=r"policyqa password.*POLICYQA_OPEN_TO_ALL=1"):
        run_server(None, Settings(), host, 7860)


def test_accounts_are_checked_before_anything_is_served() -> None:
    with pytest.raises(SettingsError, match="access_password"):
        run_server(None, Settings(access_password="plain"), "127.0.0.1", 7860)  # type: ignore[arg-type]


def test_doctor_tells_who_may_come_in_and_changes_nothing(alone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = alone / "data" / "policyqa.db"
    monkeypatch.setenv("POLICYQA_DATABASE", str(file))
    found = {check.name: check for check in examine(None)}
    assert found["数据库"].ok and "第一次启动时建立" in found["数据库"].detail and not file.exists()
    assert found["登录"].ok and "没有设口令" in found["登录"].detail
    Database.open(file).close()
    monkeypatch.setenv("POLICYQA_USERS", '{"zhang": "secret-in-plain-text"}')
    found = {check.name: check for check in examine(None)}
    assert found["数据库"].ok and "已是最新" in found["数据库"].detail
    assert not found["登录"].ok and "policyqa password" in found["登录"].detail
    file.write_bytes(b"no database" * 1000)
    assert not next(check for check in examine(None) if check.name == "数据库").ok


def test_accounts_are_described_in_a_line() -> None:
    words = describe_accounts(two_users(access_password=HASH))
    assert "zhang、李芳" in words and "管理员：zhang" in words and "访问口令" in words and "$" not in words
    assert "没有人能进" in describe_accounts(Settings(users={"zhang": HASH}))
    assert "网络上的人都可以使用" in describe_accounts(Settings(open_to_all=True))

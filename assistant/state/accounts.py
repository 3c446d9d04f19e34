"""Who may come in: passwords (argon2, known to this file only), and who is signed in (table `sign_in`)."""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from urllib.parse import unquote

from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete

from assistant.errors import SettingsError
from assistant.settings import SETTINGS_FILE, Settings
from assistant.state.database import Database
from assistant.state.tables import SignIn, now
from index.errors import InputError

FEWEST_PASSWORD_CHARACTERS = 8
MOST_PASSWORD_CHARACTERS = 1000
MOST_NAME_CHARACTERS = 100
GUEST = "访客"
LOCAL_ADMINISTRATOR = "本机管理员"
RESERVED = (GUEST, LOCAL_ADMINISTRATOR)

TOKEN_BYTES = 32
MOST_REMEMBERED = 1000
REMEMBERED = timedelta(minutes=1)
"""So long a session is believed without asking the database again: a page loads a hundred files."""

# 32 bytes of hash: one that lost its end while it was copied is shorter. 1 GiB: a check must fit into the memory.
_FEWEST_HASH_BYTES = 32
_MOST_MEMORY_KIB = 1 << 20
_HASH = re.compile(r"\$argon2(?:id|i|d)\$v=\d+\$m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+")
_LOCAL_CREDENTIAL = "local"

_hasher = PasswordHasher()


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks; `name` is empty for somebody who is not signed in."""

    name: str
    is_administrator: bool = False


NOBODY = Visitor("")


@dataclass(frozen=True, slots=True)
class _Remembered:
    visitor: Visitor
    until: datetime | None


class Accounts:
    """The accounts of the settings. Safe to use from several threads at once."""

    def __init__(self, settings: Settings, database: Database, is_local: bool, clock: Callable[[], datetime] = now):
        """Raises `SettingsError`; `clock` gives the time in UTC."""
        check_accounts(settings)
        self.settings = settings
        self.local_code = secrets.token_urlsafe(TOKEN_BYTES) if is_local and not settings.users else ""
        """What makes an administrator of the person at this machine, as long as nobody has an account."""
        self._database = database
        self._clock = clock
        self._known: dict[str, _Remembered] = {}
        if has_accounts(settings):
            _dummy_hash()  # made now, or the first unknown name would take longer

    @property
    def needs_sign_in(self) -> bool:
        return has_accounts(self.settings) and not self.settings.open_to_all

    @property
    def has_access_password(self) -> bool:
        return bool(self.settings.access_password.get_secret_value())

    def check(self, name: str, password: str) -> Visitor | None:
        """The visitor with this name and password, or, without a name, whoever knows the access password. An unknown
        name takes as long as a wrong password (about 0.1 s, and 64 MB: the caller lets one at a time try)."""
        name = clean_name(name)
        access = self.settings.access_password.get_secret_value()
        stored = self.settings.users.get(name) if name else access
        is_right = verify_password(stored or _dummy_hash(), password)
        if not stored or not is_right:
            return None
        return self._user(name) if name else Visitor(GUEST)

    def check_bearer(self, token: str) -> Visitor | None:
        """The visitor of `<access password>` or `name:password` (the name may be percent-encoded, since headers are
        ASCII); a right one is remembered by its SHA-256."""
        name, colon, password = token.partition(":")
        user = next((each for each in (name, unquote(name)) if colon and clean_name(each) in self.settings.users), "")
        visitor = self.check(user, password) if user else self.check("", token)
        if visitor is not None:
            self._remember(_digest("bearer", token), visitor, None)
        return visitor

    def known_bearer(self, token: str) -> Visitor | None:
        """As `check_bearer`, but only what was right before: free of charge."""
        return self._recall(_digest("bearer", token))

    def sign_in(self, visitor: Visitor) -> str:
        """A new session; returns the token for the cookie. Removes the sessions that have expired."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        expires = self._clock() + timedelta(days=self.settings.sign_in_days)
        row = SignIn(
            token_hash=_digest("session", token),
            user=visitor.name,
            credential=self._credential(visitor.name),
            expires=expires,
        )
        with self._database.session() as session:
            session.execute(delete(SignIn).where(SignIn.expires <= self._clock()))
            session.add(row)
        return token

    def known_session(self, token: str) -> Visitor | None:
        """As `find_session`, but without the database: None also where it must be asked."""
        return self._recall(_digest("session", token))

    def find_session(self, token: str) -> Visitor | None:
        """Who is signed in with this token; None when it is unknown or expired, or the account is gone or has another
        password by now."""
        digest = _digest("session", token)
        with self._database.session() as session:
            row = session.get(SignIn, digest)
        if row is None or row.expires <= self._clock() or not row.credential:
            return None
        if not secrets.compare_digest(row.credential, self._credential(row.user)):
            return None
        visitor = self._visitor(row.user)
        self._remember(digest, visitor, min(row.expires, self._clock() + REMEMBERED))
        return visitor

    def sign_out(self, token: str) -> None:
        digest = _digest("session", token)
        with self._database.session() as session:
            session.execute(delete(SignIn).where(SignIn.token_hash == digest))
        self._known.pop(digest, None)

    def redeem_local_code(self, code: str) -> Visitor | None:
        """The person at this machine, who read the code where the program was started."""
        if self.local_code and secrets.compare_digest(code.encode(), self.local_code.encode()):
            return self._visitor(LOCAL_ADMINISTRATOR)
        return None

    def _user(self, name: str) -> Visitor:
        return Visitor(name, name in self.settings.administrators)

    def _visitor(self, name: str) -> Visitor:
        return Visitor(name, name == LOCAL_ADMINISTRATOR) if name in RESERVED else self._user(name)

    def _credential(self, name: str) -> str:
        """What must stay the same for a session to hold; empty where nobody of this name may come in."""
        if name == LOCAL_ADMINISTRATOR:
            return _LOCAL_CREDENTIAL if self.local_code else ""
        stored = self.settings.access_password.get_secret_value() if name == GUEST else self.settings.users.get(name)
        return _digest("credential", stored) if stored else ""

    def _remember(self, digest: str, visitor: Visitor, until: datetime | None) -> None:
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        self._known[digest] = _Remembered(visitor, until)

    def _recall(self, digest: str) -> Visitor | None:
        known = self._known.get(digest)
        if known is None or (known.until is not None and known.until <= self._clock()):
            return None
        return known.visitor


def has_accounts(settings: Settings) -> bool:
    """Whether anybody has a password at all."""
    return bool(settings.users or settings.access_password.get_secret_value())


def check_accounts(settings: Settings) -> None:
    """Raises `SettingsError`, which names the setting and never shows its value."""
    access = settings.access_password.get_secret_value()
    if access and not is_password_hash(access):
        raise SettingsError(_explain_hash("access_password"))
    for name, stored in settings.users.items():
        if not _is_usable_name(name):
            raise SettingsError(
                f"设置 users 里的名字“{name[:MOST_NAME_CHARACTERS]}”不能用：1–{MOST_NAME_CHARACTERS} 个字，"
                f"不含冒号、换行和首尾空格，也不能是{'、'.join(f'“{each}”' for each in RESERVED)}。请改正 {SETTINGS_FILE}。"
            )
        if not is_password_hash(stored):
            raise SettingsError(_explain_hash(f"users.{name}"))
    if unknown := [name for name in settings.administrators if name not in settings.users]:
        raise SettingsError(
            f"设置 administrators 里的“{'、'.join(unknown)}”没有口令：请运行 policyqa password，"
            f"把得到的散列以这个名字写进 {SETTINGS_FILE} 的 [users]。"
        )


def describe_accounts(settings: Settings) -> str:
    """Who may come in, in a line for `policyqa doctor`. Raises `SettingsError` as `check_accounts`."""
    check_accounts(settings)
    if not has_accounts(settings):
        others = "网络上的人都可以使用" if settings.open_to_all else "供他人访问前要设口令（policyqa password）"
        return f"没有设口令：本机直接使用，资料库用启动时打印的管理员链接；{others}"
    ways = ["访问口令"] if settings.access_password.get_secret_value() else []
    ways += [f"用户 {len(settings.users)} 个（{'、'.join(settings.users)}）"] if settings.users else []
    who = f"管理员：{'、'.join(settings.administrators)}" if settings.administrators else "没有管理员"
    advice = (
        "" if settings.administrators or not settings.users else "，资料库没有人能进；请在 administrators 里写一个名字"
    )
    open_to_all = "；提问和查阅不用登录" if settings.open_to_all else ""
    return f"{'、'.join(ways)}；{who}{advice}{open_to_all}"


def hash_password(password: str) -> str:
    """The argon2 hash for the settings."""
    return _hasher.hash(_bytes(password))


def check_new_password(password: str) -> str:
    """The same password. Raises `InputError` for one that is too easily guessed or cannot be typed."""
    if len(password.strip()) < FEWEST_PASSWORD_CHARACTERS:
        raise InputError(f"口令太短：至少 {FEWEST_PASSWORD_CHARACTERS} 个字符；请换一个长一些的")
    if len(password) > MOST_PASSWORD_CHARACTERS or not password.isprintable():
        raise InputError(f"口令不能用：最多 {MOST_PASSWORD_CHARACTERS} 个字符，不含控制字符，由管道给的应是 UTF-8 文字")
    return password


def explain_use() -> str:
    """One line: where the hash goes."""
    return (
        f'把上面整行写进 {SETTINGS_FILE}，加引号：大家共用一个口令，写 access_password = "…"；'
        '每人一个，在文件末尾写 [users]，下面一行一个 "名字" = "…"；'
        '管理员的名字另写在 [users] 之前：administrators = ["名字"]。'
    )


def verify_password(stored: str, password: str) -> bool:
    """Whether `stored` is the hash of `password`; False, too, for a hash that cannot be read."""
    if len(password) > MOST_PASSWORD_CHARACTERS:
        return False
    try:
        return _hasher.verify(stored, _bytes(password))
    except (VerificationError, InvalidHashError):
        return False


def is_password_hash(text: str) -> bool:
    """Whether the text is a whole argon2 hash."""
    if not _HASH.fullmatch(text):
        return False
    try:
        found = extract_parameters(text)
    except InvalidHashError:
        return False
    return found.hash_len >= _FEWEST_HASH_BYTES and found.memory_cost <= _MOST_MEMORY_KIB


def clean_name(name: str) -> str:
    """A name as it is compared: typed in any Unicode form, with blanks around it."""
    return unicodedata.normalize("NFC", name.strip())


def _is_usable_name(name: str) -> bool:
    is_short = 0 < len(name) <= MOST_NAME_CHARACTERS
    return is_short and name == clean_name(name) and name.isprintable() and ":" not in name and name not in RESERVED


def _explain_hash(setting: str) -> str:
    return (
        f"设置 {setting} 不是口令的散列（也可能没有抄全）。请运行 policyqa password，"
        f"把它打印的整行散列写进 {SETTINGS_FILE}（或环境变量 POLICYQA_*）；不要写口令本身。"
    )


def _bytes(password: str) -> bytes:
    """The same bytes, whichever keyboard composed the characters."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


def _digest(purpose: str, secret: str) -> str:
    return hashlib.sha256(f"{purpose}\0{secret}".encode("utf-8", "surrogatepass")).hexdigest()


@cache
def _dummy_hash() -> str:
    """Nobody's password: checked where there is none, so that the time taken tells nothing."""
    return hash_password(secrets.token_urlsafe(TOKEN_BYTES))

"""The one loader of `prompts/*.txt`: `$variables` are filled in; missing and unused ones raise, all of them listed."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from string import Template

from assistant.errors import PromptError


def fill(name: str, **variables: str) -> str:
    """The prompt `prompts/<name>.txt` with its variables filled in. Raises `PromptError`.

    >>> fill("answer_user", articles="[]", question='"?"').splitlines()[1]
    '[]'
    """
    return fill_text(_read(name), name, variables)


def fill_text(text: str, name: str, variables: dict[str, str]) -> str:
    """`text` with `$variables` filled in; `name` is for the message. What is filled in is never read for variables.

    >>> fill_text("问：$question", "demo", {"question": "多少$？"})
    '问：多少$？'
    """
    template = Template(text)
    if not template.is_valid():
        raise PromptError(f"prompts/{name}.txt 里有写错的 $：变量写作 $名称，单独的美元号写作 $$")
    wanted, given = set(template.get_identifiers()), set(variables)
    complaints = []
    if missing := sorted(wanted - given):
        complaints.append(f"缺少变量 {'、'.join(missing)}")
    if unused := sorted(given - wanted):
        complaints.append(f"没有用到变量 {'、'.join(unused)}")
    if complaints:
        raise PromptError(f"prompts/{name}.txt {'；'.join(complaints)}")
    return template.substitute(variables)


@lru_cache(maxsize=32)
def _read(name: str) -> str:
    try:
        return files("prompts").joinpath(f"{name}.txt").read_text(encoding="utf-8")
    except FileNotFoundError as exc:
        raise PromptError(f"没有提示词文件 prompts/{name}.txt") from exc

"""`policyqa doctor`: what is installed, what the index is, what the settings say, and what to do about each problem."""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import PolicyQAError

if TYPE_CHECKING:
    from assistant.settings import Settings

_MODULES = {
    "faiss": "faiss-cpu",
    "bm25s": "bm25s",
    "jieba": "jieba",
    "gradio": "gradio",
    "llama_index.core": "llama-index-core",
    "sentence_transformers": "sentence-transformers",
    "torch": "torch",
}


@dataclass(frozen=True, slots=True)
class Check:
    """One finding; `detail` of a problem says what to do."""

    name: str
    ok: bool
    detail: str

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def examine(index: Path | None) -> list[Check]:
    """All checks; none of them changes anything or needs a network."""
    checks = [_python(), *(_package(module, name) for module, name in _MODULES.items())]
    try:
        from assistant.settings import load_settings

        settings = load_settings(index)
    except PolicyQAError as error:
        return [*checks, Check("设置", False, str(error))]
    model = (
        f"{settings.llm_model} @ {settings.llm_base_url}" if settings.uses_language_model else "未设置（用原文摘答）"
    )
    others = (_database(settings.database_address), _accounts(settings))
    return [*checks, Check("大模型", True, model), *others, _index(settings.index)]


def _python() -> Check:
    ok = sys.version_info >= (3, 11)
    detail = sys.version.split()[0]
    return Check("Python", ok, detail if ok else f"{detail}；需要 3.11 或更新的版本，请另行安装")


def _package(module: str, name: str) -> Check:
    try:
        found = find_spec(module) is not None
        return Check(name, found, version(name) if found else "没有安装；请运行 make install")
    except (PackageNotFoundError, ModuleNotFoundError):
        return Check(name, False, "没有安装；请运行 make install")


def _database(address: str | Path) -> Check:
    from assistant.state.database import examine as examine_database

    try:
        return Check("数据库", True, examine_database(address))
    except PolicyQAError as error:
        return Check("数据库", False, str(error))


def _accounts(settings: Settings) -> Check:
    from assistant.state.accounts import describe_accounts

    try:
        return Check("登录", True, describe_accounts(settings))
    except PolicyQAError as error:
        return Check("登录", False, str(error))


def _index(folder: Path) -> Check:
    from index.search import Searcher
    from index.store import open_build

    try:
        _, manifest = open_build(folder, check_fully=True)
        hits = Searcher.open(folder).search("第一条", 1)
    except PolicyQAError as error:
        return Check("索引", False, str(error))
    counts = manifest.counts
    detail = f"{folder}：{counts['documents']} 份文件，{counts['articles']} 条，向量模型 {manifest.encoder}，建于 {manifest.built_at}"
    return Check("索引", bool(hits) or bool(counts), detail)

"""Settings: a file, then the environment, then arguments; what is wrong is named in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import SettingsError
from assistant.settings import DEFAULT_INDEX, load_settings


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder and no settings in the environment."""
    import os

    for name in [n for n in os.environ if n.startswith("POLICYQA_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_defaults_need_nothing() -> None:
    settings = load_settings()
    assert settings.index == DEFAULT_INDEX and not settings.uses_language_model
    assert settings.reranker == ""


def test_file_then_environment_then_argument(alone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (alone / "policyqa.toml").write_text('index = "甲"\nllm_model = "m"\n', encoding="utf-8")
    assert load_settings().index == Path("甲")
    monkeypatch.setenv("POLICYQA_INDEX", "乙")
    monkeypatch.setenv("POLICYQA_LLM_BASE_URL", "http://127.0.0.1:1/v1")
    settings = load_settings()
    assert settings.index == Path("乙") and settings.uses_language_model
    assert load_settings(Path("丙")).index == Path("丙")


def test_an_empty_variable_is_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICYQA_INDEX", "")
    assert load_settings().index == DEFAULT_INDEX


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('indx = "甲"', "indx"),
        ('llm_max_tokens = "多"', "llm_max_tokens"),
        ("llm_timeout_seconds = 0", "llm_timeout_seconds"),
        ("reranker_pairs = 0", "reranker_pairs"),
        ("reranker_pairs = 201", "reranker_pairs"),
        ("reranker_seconds = 0", "reranker_seconds"),
        ("reranker_seconds = 61", "reranker_seconds"),
        ("index = ", "policyqa.toml"),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_it(alone: Path, text: str, named: str) -> None:
    (alone / "policyqa.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert named in str(caught.value) and "\n" not in str(caught.value)


def test_the_key_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICYQA_LLM_API_KEY", "sk-secret")
    settings = load_settings()
    assert "sk-secret" not in repr(settings) and settings.llm_api_key.get_secret_value() == "sk-secret"

"""Settings, read once at the edge: `policyqa.toml` in the working folder, then `POLICYQA_*`, which wins."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from pydantic_settings import (
    SettingsError as UnreadableValueError,
)

from assistant.errors import SettingsError

SETTINGS_FILE = Path("policyqa.toml")
DEFAULT_INDEX = Path("data/index")
DATABASE_FILE = "policyqa.db"


class Settings(BaseSettings):
    """What a person can set. The model is used when both its address and its name are given."""

    model_config = SettingsConfigDict(env_prefix="POLICYQA_", extra="forbid", frozen=True, env_ignore_empty=True)

    index: Path = Field(default=DEFAULT_INDEX, description="索引文件夹")
    llm_base_url: str = Field(default="", description="OpenAI 兼容接口的地址，如 http://127.0.0.1:11434/v1")
    llm_model: str = Field(default="", description="模型名称")
    llm_api_key: SecretStr = Field(default=SecretStr(""), description="密钥，本地模型可不填")
    llm_timeout_seconds: float = Field(default=30.0, gt=0, le=600, description="等待模型的最长秒数")
    llm_max_tokens: int = Field(default=1024, ge=64, le=32768, description="模型最多写多少词元")
    reranker: str = Field(default="", description="重排模型（cross-encoder）的名称或文件夹；不写则不用")
    reranker_pairs: int = Field(default=20, ge=1, le=200, description="一次检索最多重排多少条")
    reranker_seconds: float = Field(default=1.0, gt=0, le=60, description="一次检索最多重排多少秒")
    database: str = Field(
        default="", description="数据库：文件路径，或 postgresql+psycopg://… 的地址；不写则是索引文件夹旁的 policyqa.db"
    )
    access_password: SecretStr = Field(default=SecretStr(""), description="访问口令的散列（policyqa password 生成）")
    users: dict[str, str] = Field(default_factory=dict, repr=False, description="用户名 -> 口令的散列")
    administrators: tuple[str, ...] = Field(default=(), description="能进资料库的用户名")
    open_to_all: bool = Field(default=False, description="供他人访问时不要口令")
    requests_per_minute: int = Field(default=120, ge=1, description="每个访问者每分钟最多多少次（本机不限）")
    upload_megabytes: int = Field(default=20, ge=1, le=200, description="上传的文件最大多少 MB")
    sign_in_days: int = Field(default=14, ge=1, le=365, description="登录多少天有效")

    @property
    def database_address(self) -> str | Path:
        """Where what people leave behind is kept: beside the index unless told."""
        if not self.database:
            return self.index.parent / DATABASE_FILE
        return self.database if "://" in self.database else Path(self.database)

    @property
    def uses_language_model(self) -> bool:
        return bool(self.llm_base_url and self.llm_model)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then the environment, then the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, SETTINGS_FILE)


def load_settings(index: Path | None = None) -> Settings:
    """The settings of this process; `index` (a command-line option) outranks file and environment.

    Raises `SettingsError`, one line that names every wrong setting and what is wrong with it.
    """
    try:
        return Settings(index=index) if index is not None else Settings()
    except ValidationError as exc:
        wrong = "；".join(f"{'.'.join(map(str, e['loc']))}：{e['msg']}" for e in exc.errors())
        raise SettingsError(f"设置有误（{SETTINGS_FILE} 或环境变量 POLICYQA_*）：{wrong}。请改正后重试。") from exc
    except UnreadableValueError as exc:  # a table or list in the environment
        raise SettingsError(
            "环境变量 POLICYQA_USERS 或 POLICYQA_ADMINISTRATORS 不是有效的 JSON，应如 "
            """POLICYQA_USERS='{"名字":"散列"}'、POLICYQA_ADMINISTRATORS='["名字"]'（外面要用单引号）。请改正后重试。"""
        ) from exc
    except ValueError as exc:  # the TOML reader's own error: its message names line and column
        raise SettingsError(f"{SETTINGS_FILE} 不是有效的 TOML：{exc}。请改正后重试。") from exc

"""What goes into and comes out of `/v1`, as OpenAI's API has it, with the whole answer beside it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from assistant.records import Answer, Citation
from assistant.web.asking_api import DocumentNames
from assistant.web.chat_messages import Message
from assistant.web.problems import ChatRequestError

MODEL = "policyqa"

ModelName = Annotated[str, StringConstraints(max_length=200)]


class StreamOptions(BaseModel):
    """What a stream may carry besides the message."""

    include_usage: bool | None = Field(default=None, description="末尾附上 usage")

    model_config = ConfigDict(extra="allow")


class ChatRequest(BaseModel):
    """The body of `POST /v1/chat/completions`."""

    messages: list[Message] = Field(description="对话；最后一条 user 消息是问题")
    model: ModelName = Field(default=MODEL, description="填什么都可以，原样返回")
    stream: bool | None = Field(default=None, description="边写边给（server-sent events）")
    stream_options: StreamOptions | None = Field(default=None, description="边写边给时的选项")
    documents: DocumentNames = None
    n: int | None = Field(default=None, description="只能是 1")
    tools: list[Any] | None = Field(default=None, description="不支持，应为空")
    tool_choice: Any = Field(default=None, description="不支持")
    functions: list[Any] | None = Field(default=None, description="不支持，应为空")
    response_format: dict[str, Any] | None = Field(default=None, description='只支持 {"type": "text"}')

    model_config = ConfigDict(
        extra="allow",  # temperature, max_tokens, top_p and the like change nothing here
        json_schema_extra={
            "examples": [{"model": MODEL, "messages": [{"role": "user", "content": "社区工作者的工资怎么定？"}]}]
        },
    )

    def refuse_unsupported(self) -> None:
        """Raises `ChatRequestError` for what would be answered otherwise than asked."""
        if self.n is not None and self.n != 1:
            raise ChatRequestError("n 只能是 1：同一个问题只有一个回答。", "n", "unsupported_value")
        for name in ("tools", "functions"):
            if getattr(self, name) and self.tool_choice != "none":
                words = f"不支持 {name}：这里只按文件原文作答，不调用工具；请在客户端关闭工具。"
                raise ChatRequestError(words, name, "unsupported_parameter")
        if self.response_format and self.response_format.get("type") != "text":
            words = 'response_format 只支持 {"type": "text"}；要数据请读返回里的 policyqa。'
            raise ChatRequestError(words, "response_format", "unsupported_value")


class ChatMessage(BaseModel):
    """The message that answers."""

    role: Literal["assistant"] = Field(default="assistant", description="总是 assistant")
    content: str = Field(description="回答，带 [1] 等编号；其后是提示和依据的原文，不予回答时是相近的规定")
    refusal: None = Field(default=None, description="总是空；是否作答看 policyqa.status")
    annotations: list[Any] = Field(default_factory=list, description="总是空")
    citations: list[Citation] = Field(description="依据，字段同 /api/ask 的 citations")


class Choice(BaseModel):
    """The only choice."""

    index: int = Field(default=0, description="总是 0")
    message: ChatMessage = Field(description="回答")
    logprobs: None = Field(default=None, description="总是空")
    finish_reason: Literal["stop"] = Field(default="stop", description="总是 stop")


class Usage(BaseModel):
    """Characters, not tokens: nothing here is billed."""

    prompt_tokens: int = Field(description="各条消息的字数")
    completion_tokens: int = Field(description="回答的字数")
    total_tokens: int = Field(description="合计")


class ChatCompletion(BaseModel):
    """A chat completion with the answer that it was made from."""

    id: str = Field(description="chatcmpl- 开头，每次不同")
    object: Literal["chat.completion"] = Field(default="chat.completion", description="总是 chat.completion")
    created: int = Field(description="何时作答（Unix 秒）")
    model: str = Field(description="请求里的 model")
    choices: list[Choice] = Field(description="只有一个")
    usage: Usage = Field(description="字数，不是词元数")
    policyqa: Answer = Field(description="完整的回答，字段同 /api/ask 的返回")


class Model(BaseModel):
    """The only model."""

    id: str = Field(default=MODEL, description="模型名")
    object: Literal["model"] = Field(default="model", description="总是 model")
    created: int = Field(description="服务何时启动（Unix 秒）")
    owned_by: str = Field(default=MODEL, description="总是 policyqa")


class ModelList(BaseModel):
    """All models."""

    object: Literal["list"] = Field(default="list", description="总是 list")
    data: list[Model] = Field(description="只有一个")

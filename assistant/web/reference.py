"""The page that explains the HTTP API, drawn from openapi.json on the server: no script, nothing from outside.

FastAPI's own page loads Swagger from a CDN, which an intranet PC cannot reach.
"""

from __future__ import annotations

import json
import re
from html import escape
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from assistant.web.shell import render_template

Schema = dict[str, Any]

KINDS = {"string": "文字", "integer": "整数", "number": "数", "array": "列表", "object": "对象", "boolean": "真假"}

# The records are documented in English where they are defined; callers of the API read Chinese.
FIELDS = {
    "id": "请求里给的编号",
    "question": "问题原样",
    "status": "已回答，或不予回答",
    "mode": "摘录原文，或由语言模型撰写",
    "answer": "回答正文，其中 [1] 与 citations 的 marker 一一对应；不予回答时说明原因",
    "citations": "依据，第一条最主要；不予回答时为空",
    "citations[].marker": "正文里的编号",
    "citations[].document": "文件标题",
    "citations[].article": "条号",
    "citations[].label": "条号和条标",
    "citations[].quote": "引文，与条文原文逐字相同",
    "citations[].start": "引文在条文 text 中的起始位置（按字符）",
    "citations[].end": "引文结束位置（不含）",
    "citations[].variants": "引文范围内各版印刷不一致之处",
    "citations[].variants[].reading": "采用的文字",
    "citations[].variants[].variants": "其他版的文字",
    "citations[].variants[].note": "给读者的说明",
    "related": "相关的条文；不予回答时是最接近的条文",
    "related[].document": "文件标题",
    "related[].article": "条号",
    "related[].label": "条号和条标",
    "notices": "提示，如原版面残缺",
    "understood": "问话里的口语词按条文里的哪个词理解",
    "understood[].typed": "问话里的词",
    "understood[].policy_word": "条文里的词",
    "effective": "结合上文后的完整问题",
    "considered": "比较过的条文，最合适的在前",
    "considered[].document": "文件标题",
    "considered[].article": "条号",
    "considered[].label": "条号和条标",
    "considered[].share": "在排序中所占的比重（0–1）",
    "considered[].matched": "问话里与它对上的词",
    "likely": "最合适的一条能回答问题的把握（0–1）；寒暄等为空",
    "timings_ms": "各步用时（毫秒）：understand 读题、search 检索、rank 排序、compose 组织回答、total 合计",
    "key_words": "正文中起决定作用的词，可加粗显示",
    "detail": "错误说明",
}


_TITLE = quote("生态保护补偿条例")
SAMPLES = {
    "/api/search": "-G {address}/api/search --data-urlencode 'q=社区工作者 薪酬' -d k=3",
    "/api/documents": "{address}/api/documents",
    "/api/documents/{document_id}": f"{{address}}/api/documents/{_TITLE}",
    "/api/articles/{document_id}/{number}": f"{{address}}/api/articles/{_TITLE}/17",
    "/v1/models": "{address}/v1/models",
    "/healthz": "{address}/healthz",
}
"""path -> how to call it with curl; `{address}` is this server's."""

ORDER = ("/api/ask", "/api/search", "/api/documents", "/api/articles", "/v1/chat", "/v1", "/healthz")
"""How addresses begin, the most wanted first; others follow as they were added."""

SUMMARISED = ("policyqa", "choices[].message.citations")
"""Fields that repeat the answer of `/api/ask`, which has a table of its own."""


def render_reference(openapi: Schema, address: str) -> str:
    """The page: how the API is used, then every operation of an OpenAPI 3.1 document. `address` is this server's, without
    a slash at its end."""
    paths = sorted(openapi["paths"].items(), key=lambda each: _rank(each[0]))
    operations = [
        (_anchor(method, path), method.upper(), path, operation.get("summary", ""), operation)
        for path, methods in paths
        for method, operation in methods.items()
    ]
    return render_template(
        "reference.html",
        title="程序接口",
        room="",
        kind="reference-page",
        version=openapi["info"]["version"],
        address=address,
        operations=[
            {
                "anchor": anchor,
                "method": method,
                "path": path,
                "summary": summary,
                "body": Markup(_render_operation(openapi, address, method, path, operation)),
            }
            for anchor, method, path, summary, operation in operations
        ],
    )


def _rank(path: str) -> int:
    """Where an address stands on the page."""
    return next((place for place, start in enumerate(ORDER) if path.startswith(start)), len(ORDER))


def _anchor(method: str, path: str) -> str:
    """
    >>> _anchor("get", "/v1/models/{model}")
    'get-v1-models-model'
    """
    return re.sub(r"[^a-z0-9]+", "-", f"{method}{path}").strip("-")


def _render_operation(openapi: Schema, address: str, method: str, path: str, operation: Schema) -> str:
    """What stands below the heading of an operation."""
    parameters = "".join(
        _render_row(
            each["name"],
            {**_plain(each.get("schema", {})), "description": each.get("description", "")},
            "必填" if each.get("required") else "可省",
        )
        for each in operation.get("parameters", [])
    )
    pieces = [
        f"<p>{escape(operation['description'])}</p>" if operation.get("description") else "",
        f"<h4>参数</h4>{_table(parameters)}" if parameters else "",
    ]
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    if body:
        pieces.append(f"<h4>请求</h4>{_render_schema(openapi, body['schema'], with_need=True)}")
        examples = _resolve(openapi, body["schema"]).get("examples", [])
        pieces.extend(_render_sample(f"{address}{path}", example) for example in examples)
    elif method == "GET" and (sample := SAMPLES.get(path)):
        pieces.append(f'<pre class="sample">{escape(f"curl -s {sample}".replace("{address}", address))}</pre>')
    return "".join([*pieces, *_render_responses(openapi, operation.get("responses", {}))])


def _render_responses(openapi: Schema, responses: Schema) -> list[str]:
    """What comes back; errors, which all look alike, as one list."""
    pieces, errors = [], []
    for status, response in responses.items():
        words = escape(response.get("description", ""))
        if status >= "400":
            errors.append(f"<li><code>{escape(status)}</code> {words}</li>")
            continue
        content = response.get("content", {}).get("application/json", {})
        pieces.append(f"<h4>返回 {escape(status)}</h4><p>{words}</p>")
        pieces.append(_render_schema(openapi, content.get("schema", {})))
    return [*pieces, f"<h4>出错</h4><ul>{''.join(errors)}</ul>" if errors else ""]


def _render_schema(openapi: Schema, schema: Schema, with_need: bool = False) -> str:
    """A table of the fields of an object, nested objects by their path (`citations[].quote`)."""
    return _table("".join(_rows(openapi, schema, "", with_need)))


def _rows(openapi: Schema, schema: Schema, prefix: str, with_need: bool) -> list[str]:
    schema = _plain(_resolve(openapi, _plain(schema)))
    if schema.get("type") == "array":
        return _rows(openapi, schema.get("items", {}), f"{prefix}[]", with_need)
    if prefix.removesuffix("[]") in SUMMARISED:
        return []
    required = schema.get("required", [])
    rows = []
    for name, field in schema.get("properties", {}).items():
        path = f"{prefix}.{name}" if prefix else name
        need = ("必填" if name in required else "可省") if with_need else ""
        rows.append(_render_row(path, _plain(_resolve(openapi, _plain(field))), need))
        rows.extend(_rows(openapi, field, path, with_need))
    return rows


def _plain(schema: Schema) -> Schema:
    """A field that may also be null or of another form, as its first form; `kinds` names all of them.

    >>> _plain({"anyOf": [{"type": "string"}, {"type": "null"}], "description": "题"})["type"]
    'string'
    """
    forms = [form for form in schema.get("anyOf", []) if form.get("type") != "null"]
    if not forms:
        return schema
    shown = next((form for form in forms if form.get("type") == "array"), forms[0])  # its fields get rows of their own
    kinds = " 或 ".join(KINDS.get(form.get("type", ""), "对象") for form in forms)
    return {**shown, **{key: value for key, value in schema.items() if key != "anyOf"}, "kinds": kinds}


def _resolve(openapi: Schema, schema: Schema) -> Schema:
    """The schema that a `$ref` points to, with the words that stand beside the reference."""
    if "$ref" not in schema:
        return schema
    found: Any = openapi
    for step in schema["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return {**found, **{key: value for key, value in schema.items() if key != "$ref"}}


def _render_row(path: str, schema: Schema, need: str = "") -> str:
    choices = " | ".join(str(each) for each in schema.get("enum", []))
    kind = schema.get("kinds") or choices or KINDS.get(schema.get("type", ""), "")
    words = schema.get("description") or FIELDS.get(path, "")
    said = f"{need}。{words}" if need else words
    return f"<tr><td><code>{escape(path)}</code></td><td>{escape(kind)}</td><td>{escape(said)}</td></tr>"


def _table(rows: str) -> str:
    head = "<tr><th>字段</th><th>类型</th><th>说明</th></tr>"
    return f'<div class="table"><table>{head}{rows}</table></div>' if rows else ""


def _render_sample(address: str, example: Any) -> str:
    body = json.dumps(example, ensure_ascii=False)
    command = f"curl -s {address} -H 'Content-Type: application/json' -d '{body}'"
    return f'<pre class="sample">{escape(command)}</pre>'

"""The page that explains the HTTP API, drawn from openapi.json on the server: no script, nothing from outside.

FastAPI's own page loads Swagger from a CDN, which an intranet PC cannot reach.
"""

from __future__ import annotations

import json
from html import escape
from typing import Any

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


def render_reference(openapi: Schema) -> str:
    """All operations of an OpenAPI 3.1 document as one HTML fragment."""
    operations = [
        _render_operation(openapi, method, path, operation)
        for path, methods in openapi["paths"].items()
        for method, operation in methods.items()
    ]
    info = openapi["info"]
    machine = '机器可读的说明在 <a href="/openapi.json">/openapi.json</a>。'
    return (
        f"<h1>{escape(info['title'])}：HTTP 接口</h1>"
        f'<p class="lead">版本 {escape(info["version"])}。{machine}</p>{"".join(operations)}'
    )


def _render_operation(openapi: Schema, method: str, path: str, operation: Schema) -> str:
    parameters = "".join(
        _render_row(each["name"], {**each.get("schema", {}), "description": each.get("description", "")})
        for each in operation.get("parameters", [])
    )
    pieces = [
        f'<section class="operation"><h2><span class="method">{method.upper()}</span> <code>{escape(path)}</code></h2>',
        f"<p>{escape(operation.get('summary', ''))}</p>",
        f"<p>{escape(operation['description'])}</p>" if operation.get("description") else "",
        f"<h3>参数</h3>{_table(parameters)}" if parameters else "",
    ]
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    if body:
        pieces.append(f"<h3>请求</h3>{_render_schema(openapi, body['schema'], with_need=True)}")
        examples = _resolve(openapi, body["schema"]).get("examples", [])
        pieces.extend(_render_sample(path, example) for example in examples)
    for status, response in operation.get("responses", {}).items():
        content = response.get("content", {}).get("application/json", {})
        pieces.append(f"<h3>返回 {escape(status)}</h3><p>{escape(response.get('description', ''))}</p>")
        pieces.append(_render_schema(openapi, content.get("schema", {})))
    return "".join([*pieces, "</section>"])


def _render_schema(openapi: Schema, schema: Schema, with_need: bool = False) -> str:
    """A table of the fields of an object, nested objects by their path (`citations[].quote`)."""
    return _table("".join(_rows(openapi, schema, "", with_need)))


def _rows(openapi: Schema, schema: Schema, prefix: str, with_need: bool) -> list[str]:
    schema = _resolve(openapi, schema)
    if schema.get("type") == "array":
        return _rows(openapi, schema.get("items", {}), f"{prefix}[]", with_need)
    required = schema.get("required", [])
    rows = []
    for name, field in schema.get("properties", {}).items():
        path = f"{prefix}.{name}" if prefix else name
        need = ("必填" if name in required else "可省") if with_need else ""
        rows.append(_render_row(path, _resolve(openapi, field), need))
        rows.extend(_rows(openapi, field, path, with_need))
    return rows


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
    kind = choices or KINDS.get(schema.get("type", ""), "")
    words = schema.get("description") or FIELDS.get(path, "")
    said = f"{need}。{words}" if need else words
    return f"<tr><td><code>{escape(path)}</code></td><td>{escape(kind)}</td><td>{escape(said)}</td></tr>"


def _table(rows: str) -> str:
    head = "<tr><th>字段</th><th>类型</th><th>说明</th></tr>"
    return f'<div class="table"><table>{head}{rows}</table></div>' if rows else ""


def _render_sample(path: str, example: Any) -> str:
    body = json.dumps(example, ensure_ascii=False)
    command = f"curl -s http://127.0.0.1:7860{path} -H 'Content-Type: application/json' -d '{body}'"
    return f'<pre class="sample">{escape(command)}</pre>'

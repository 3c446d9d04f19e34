"""Files on their way into the library: the addresses that take them, as large as the settings allow."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException as RequestError

from assistant.holdings.incoming import check_suffix, clean_name
from assistant.holdings.intake import MOST_AT_ONCE, Intake, Job, TooManyFilesError
from assistant.settings import Settings
from assistant.web.sign_in import Visitor, require_administrator
from index.errors import InputError, PolicyQAError

UPLOAD_FORM, UPLOAD_FILE = "/library/uploads", "/api/library/uploads"
MEGABYTE = 1_000_000
_FORM_ROOM = 100_000
"""Bytes of a form around its files."""

_BROKEN_OFF = "没有传完：连接断了，或者文件太大。请再传一次"

Administrator = Annotated[Visitor, Depends(require_administrator)]


def upload_limits(settings: Settings) -> dict[str, int]:
    """Path -> most bytes of a body."""
    most = settings.upload_megabytes * MEGABYTE
    return {UPLOAD_FORM: most + _FORM_ROOM, UPLOAD_FILE: most}


def add_uploads(app: FastAPI, intake: Intake, show: Callable[[Request, str], Response]) -> None:
    """Add them. `show(request, problem)` is the library's page with a sentence about what went wrong."""

    @app.post(UPLOAD_FILE, include_in_schema=False)
    async def take_file(request: Request, visitor: Administrator, name: str = "") -> JSONResponse:
        """One file, its bytes being the body; answers at once with a job to ask about."""
        job = _open(intake, name, visitor)
        try:
            with job.path.open("wb") as file:
                async for piece in request.stream():
                    file.write(piece)
        except OSError as error:
            intake.refuse(job, f"{job.name}：存不下（{error.strerror}）；请检查磁盘空间后再传一次")
            raise HTTPException(507, job.error) from error
        except BaseException:  # the visitor left, or the body is larger than it said: what there is of the file goes
            intake.refuse(job, f"{job.name}：{_BROKEN_OFF}")
            raise
        intake.start(job)
        return JSONResponse(job.to_json(), status_code=202)

    @app.get(UPLOAD_FILE + "/{job_id}", include_in_schema=False)
    def tell(visitor: Administrator, job_id: str) -> dict[str, Any]:
        job = intake.find(job_id)
        if job is None:
            raise HTTPException(
                404, "不知道这个文件传到哪里了：服务可能重新启动过。请看看待确认里有没有，没有就再传一次。"
            )
        return job.to_json()

    @app.post(UPLOAD_FORM, include_in_schema=False)
    async def take_form(request: Request, visitor: Administrator) -> Response:
        """Several files of a plain form; goes back to the page, which shows how far they are."""
        try:
            async with request.form(max_files=MOST_AT_ONCE, max_fields=10) as form:
                files = [each for each in form.getlist("files") if isinstance(each, UploadFile) and each.filename]
                if not files:
                    return await run_in_threadpool(show, request, "没有选择文件；请先选择，再点上传")
                for each in files:
                    await run_in_threadpool(_copy, intake, each, visitor)
        except RequestError as error:
            problem = (
                f"一次最多 {MOST_AT_ONCE} 个文件；请分几次上传"
                if "many files" in str(error.detail)
                else str(error.detail)
            )
            return await run_in_threadpool(show, request, problem)
        except TooManyFilesError as error:
            return await run_in_threadpool(show, request, str(error))
        return RedirectResponse("/library#waiting", status_code=303)

    @app.post(f"{UPLOAD_FORM}/clear", include_in_schema=False)
    def clear(visitor: Administrator) -> RedirectResponse:
        intake.clear()
        return RedirectResponse("/library#waiting", status_code=303)


def _open(intake: Intake, name: str, visitor: Visitor) -> Job:
    """A place for a file; raises `HTTPException` for a kind that cannot be read, or too many at once."""
    clean = clean_name(name)
    try:
        check_suffix(clean)
        return intake.open(clean, visitor.name)
    except TooManyFilesError as error:
        raise HTTPException(429, str(error)) from error
    except InputError as error:
        raise HTTPException(415, str(error)) from error


def _copy(intake: Intake, upload: UploadFile, visitor: Visitor) -> None:
    job = intake.open(clean_name(upload.filename or ""), visitor.name)
    try:
        check_suffix(job.name)
        with job.path.open("wb") as file:
            shutil.copyfileobj(upload.file, file)
    except PolicyQAError as error:
        intake.refuse(job, str(error))
    except OSError as error:
        intake.refuse(job, f"{job.name}：存不下（{error.strerror}）；请检查磁盘空间后再传一次")
    else:
        intake.start(job)

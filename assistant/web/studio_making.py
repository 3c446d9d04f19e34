"""`/studio/job/…`: a quiz that is being made, how far it is, and how to stop it."""

from __future__ import annotations

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from assistant.expanding import model_of
from assistant.material.kept_quiz import keep_quiz
from assistant.material.records import Progress
from assistant.state import materials
from assistant.web.services import Services
from assistant.web.studio_choosing import CARDS, COVERAGE, GOALS, Choice
from assistant.web.studio_jobs import DONE, Job, Jobs
from assistant.web.studio_makers import Makers
from assistant.web.studio_owner import find_owner, give_owner, remember
from assistant.web.studio_views import show_missing, show_page

QUIZ_KIND = "quiz"
NO_JOB = "不知道这份材料做到哪里了：服务可能重新启动过。做好的在“我的材料”里，没有就再做一次。"
_PAGES = {CARDS: "/cards", COVERAGE: "/coverage"}


def add_making(app: FastAPI, services: Services, jobs: Jobs) -> None:
    """Add the page of a job, its state for scripts, and its end."""

    def find(request: Request, job: str) -> Job | None:
        return jobs.find(find_owner(request), job)

    @app.get("/studio/job/{job}", include_in_schema=False)
    def page(request: Request, job: str) -> Response:
        found = find(request, job)
        if found is None:
            return show_missing(NO_JOB)
        shown = show_page("studio_job.html", f"正在做{found.title}", job=found)
        if found.state == DONE:  # looked at after the page was written: it may have ended meanwhile
            return RedirectResponse(found.address, status_code=303)
        return shown

    @app.get("/api/studio/jobs/{job}", include_in_schema=False)
    def tell(request: Request, job: str) -> JSONResponse:
        found = find(request, job)
        if found is None:
            raise HTTPException(404, NO_JOB)
        return JSONResponse(found.to_json(), headers={"cache-control": "no-store"})

    @app.post("/studio/job/{job}/cancel", include_in_schema=False)
    def cancel(request: Request, job: str) -> Response:
        if found := find(request, job):
            jobs.cancel(found)
        return RedirectResponse(f"/studio/job/{job}", status_code=303)


def start_quiz(services: Services, makers: Makers, jobs: Jobs, request: Request, choice: Choice) -> Response:
    """Begins to make a quiz, and leads to the page that shows how far it is. Raises `TooManyJobsError`."""
    owner, token = give_owner(request)
    library = tuple(services.live.library.documents)

    uses_model = choice.with_model and services.settings.uses_language_model
    complete = model_of(services.settings) if uses_model else None

    def work(progress: Progress) -> str:
        quiz = makers.make_quiz(choice.selections, choice.wanted, library, progress, complete)
        progress(1.0, "保存")
        kept = keep_quiz(quiz, choice.selections, choice.seed)
        titles = [selection.document.title for selection in choice.selections]
        material = materials.create(
            services.database, owner, choice.title, QUIZ_KIND, kept.to_json(), titles, len(kept.entries)
        )
        return f"/studio/material/{material}{_PAGES.get(choice.goal, '')}"

    query = choice.query()
    job = jobs.start(owner, query, GOALS[choice.goal][0], f"/studio?{query}", work)
    response = RedirectResponse(f"/studio/job/{job.id}", status_code=303)
    remember(request, response, token)
    return response

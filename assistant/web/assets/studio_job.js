// How far a job is; when it is done, what it made is opened.
"use strict";

const EVERY_MS = 500;
const AFTER_FAILURE_MS = 3000;
const job = document.getElementById("job");
const words = document.getElementById("words");

async function look() {
  let wait = EVERY_MS;
  try {
    const answer = await fetch(`/api/studio/jobs/${job.dataset.job}`, { headers: { "x-fragment": "1" } });
    if (answer.status === 404 || answer.status === 401) {
      location.reload();
      return;
    }
    if (!answer.ok) throw new Error(answer.statusText);
    const told = await answer.json();
    document.getElementById("bar").value = told.percent;
    document.getElementById("percent").textContent = `${told.percent}%`;
    if (words.textContent !== told.words) words.textContent = told.words;
    if (told.state === "done") {
      location.replace(told.address);
      return;
    }
    if (told.state !== "waiting" && told.state !== "running") {
      location.reload();
      return;
    }
  } catch {
    words.textContent = "连不上，正在再试……";
    wait = AFTER_FAILURE_MS;
  }
  setTimeout(look, wait);
}

if (words) look();

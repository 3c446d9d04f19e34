// Articles are found while one types; a form that changes something is sent once.
"use strict";

const WAIT_MS = 250;

function searchWhileTyping(form) {
  const field = form.querySelector("input[type=search]");
  const place = form.parentElement.querySelector("[data-found]");
  let timer = 0;
  let asked = new AbortController();
  const search = async () => {
    asked.abort();
    asked = new AbortController();
    const { signal } = asked;
    if (!field.value.trim()) {
      place.replaceChildren();
      return;
    }
    try {
      const query = new URLSearchParams(new FormData(form));
      const answer = await fetch(`${form.action}?${query}`, { headers: { "x-fragment": "1" }, signal });
      if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
      const found = await answer.text();
      if (!signal.aborted) place.innerHTML = found;
    } catch (problem) {
      if (problem.name !== "AbortError") place.textContent = "现在查不了，请按“查找”再试。";
    }
  };
  field.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (!event.isComposing) timer = setTimeout(search, WAIT_MS);
  });
  field.addEventListener("compositionend", () => {
    clearTimeout(timer);
    timer = setTimeout(search, WAIT_MS);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    search();
  });
}

function sendOnce(form) {
  form.addEventListener("submit", (event) => {
    if (form.getAttribute("aria-busy") === "true") event.preventDefault();
    form.setAttribute("aria-busy", "true");
  });
}

document.querySelectorAll("[data-choose]").forEach(searchWhileTyping);
document.querySelectorAll("[data-once]").forEach(sendOnce);
// A page that comes back from the browser's memory may be used again.
addEventListener("pageshow", () => {
  document.querySelectorAll("[aria-busy]").forEach((form) => form.removeAttribute("aria-busy"));
});

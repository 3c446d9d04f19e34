// Choosing documents and articles; sheets and papers to print; a form that is sent once.
"use strict";

const all = (selector, within = document) => [...within.querySelectorAll(selector)];

function sendOnce(form) {
  form.addEventListener("submit", (event) => {
    if (form.getAttribute("aria-busy") === "true") event.preventDefault();
    form.setAttribute("aria-busy", "true");
  });
}

// A document and its articles: the tick of the document follows those of its articles, and the other way round.
class Choosable {
  constructor(row) {
    this.row = row;
    this.whole = row.querySelector("input[name=document]");
    this.total = Number(row.dataset.total);
    this.place = row.querySelector("[data-articles]");
    this.details = row.querySelector("details");
    this.whole.addEventListener("change", () => this.tickAll(this.whole.checked));
    this.place.addEventListener("change", () => this.count());
    this.place.addEventListener("click", (event) => {
      const button = event.target.closest("[data-all]");
      if (button) this.tickPart(button.closest("fieldset"));
    });
    this.place.addEventListener("input", (event) => {
      if (event.target.matches("[data-find]")) this.find(event.target.value);
    });
    this.place.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target.matches("[data-find]")) event.preventDefault();
    });
    this.details.addEventListener("toggle", () => this.load());
    this.load();
  }

  get ticks() {
    return all("input[name=article]", this.place);
  }

  get chosen() {
    if (!("loaded" in this.place.dataset)) return this.whole.checked ? this.total : 0;
    return this.ticks.filter((tick) => tick.checked).length;
  }

  async load() {
    if (!this.details.open || "loaded" in this.place.dataset) return;
    const query = new URLSearchParams({ document: this.row.dataset.document });
    try {
      const answer = await fetch(`/studio/articles?${query}`, { headers: { "x-fragment": "1" } });
      if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
      const text = await answer.text();
      if ("loaded" in this.place.dataset) return;
      this.place.innerHTML = text;
      this.place.dataset.loaded = "";
      this.tickAll(this.whole.checked);
    } catch {
      this.place.textContent = "现在列不出条文，请合上再打开试试。";
    }
  }

  tickAll(checked) {
    for (const tick of this.ticks) tick.checked = checked;
    this.count();
  }

  tickPart(part) {
    const ticks = all("li:not([hidden]) input", part);
    const checked = !ticks.every((tick) => tick.checked);
    for (const tick of ticks) tick.checked = checked;
    this.count();
  }

  find(words) {
    const wanted = words.trim().toLowerCase();
    for (const line of all("li", this.place)) line.hidden = !line.textContent.toLowerCase().includes(wanted);
    for (const part of all("fieldset", this.place)) part.hidden = !part.querySelector("li:not([hidden])");
    this.place.querySelector(".none-found").hidden = Boolean(this.place.querySelector("li:not([hidden])"));
  }

  count() {
    const chosen = this.chosen;
    this.whole.checked = chosen === this.total;
    this.whole.indeterminate = chosen > 0 && chosen < this.total;
    this.row.classList.toggle("is-chosen", chosen > 0);
    const some = chosen > 0 && chosen < this.total;
    this.row.querySelector(".chosen-count").textContent = some ? `选了 ${chosen} 条，共 ${this.total} 条` : `${this.total} 条`;
    this.row.dispatchEvent(new CustomEvent("chosen", { bubbles: true }));
  }

  // A document that is chosen whole needs no list of its articles.
  shorten() {
    const isWhole = this.chosen === this.total;
    for (const tick of this.ticks) tick.disabled = isWhole;
  }

  lengthen() {
    for (const tick of this.ticks) tick.disabled = false;
    this.count();
  }
}

function choose(form) {
  const rows = all("[data-document]", form).map((row) => new Choosable(row));
  const summary = form.querySelector("#summary");
  const tell = () => {
    const chosen = rows.filter((row) => row.chosen);
    const articles = chosen.reduce((sum, row) => sum + row.chosen, 0);
    summary.textContent = chosen.length ? `选了 ${chosen.length} 份文件，${articles} 条` : "还没有选文件";
  };
  const settle = () => {
    const goal = form.querySelector("input[name=goal]:checked")?.value;
    for (const each of all("[data-for]", form)) each.hidden = !each.dataset.for.split(" ").includes(goal);
  };
  form.addEventListener("chosen", tell);
  form.addEventListener("change", settle);
  form.addEventListener("submit", (event) => {
    if (!event.submitter?.hasAttribute("formaction")) rows.forEach((row) => row.shorten());
  });
  addEventListener("pageshow", () => {
    rows.forEach((row) => row.lengthen());
    settle();
  });
  const field = form.querySelector("[data-find-document]");
  field?.addEventListener("input", () => {
    const wanted = field.value.trim().toLowerCase();
    for (const { row } of rows) row.hidden = !row.querySelector("b").textContent.toLowerCase().includes(wanted);
  });
  field?.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  rows.forEach((row) => row.count());
  settle();
  tell();
}

all("[data-once]").forEach(sendOnce);
const choosing = document.getElementById("choosing");
if (choosing) choose(choosing);
document.querySelector("[data-print]")?.addEventListener("click", () => window.print());
document.querySelector("[data-hide-passages]")?.addEventListener("click", (event) => {
  const hidden = document.body.classList.toggle("no-passages");
  event.target.setAttribute("aria-pressed", String(hidden));
  event.target.textContent = hidden ? "显示答案" : "隐藏答案";
});
// A page that comes back from the browser's memory may be used again.
addEventListener("pageshow", () => {
  all("[aria-busy]").forEach((form) => form.removeAttribute("aria-busy"));
});

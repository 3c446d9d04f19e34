// A quiz in one's hands: every change is sent at once, one after the other, and shown without loading the page again.
"use strict";

const TYPING_MS = 1200;
const RETRY_MS = 4000;
const TOAST_MS = 12000;
const items = document.getElementById("items");
const material = items.dataset.material;
const saved = document.getElementById("saved");
const toast = document.getElementById("toast");
const undoButton = document.getElementById("undo");
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const cardOf = (element) => element.closest(".item");

let version = items.dataset.version;
let queue = Promise.resolve();
let undo = null;
let toastTimer = 0;

class Refused extends Error {}

// One change at a time: each needs the version that the one before it made.
function send(action, fields) {
  const turn = queue.then(() => post(action, fields));
  queue = turn.catch(() => {});
  return turn;
}

async function post(action, fields) {
  saved.textContent = "正在存……";
  const body = new URLSearchParams(fields);
  body.set("version", version);
  let answer;
  try {
    answer = await fetch(`/studio/material/${material}/items/${action}`, {
      method: "POST",
      body,
      headers: { "x-fragment": "1" },
      redirect: "manual",
    });
  } catch {
    saved.textContent = "没有存上：连不上服务";
    throw new Error("连不上服务，请检查网络再试。");
  }
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    saved.textContent = "没有存上";
    throw new Refused(told.detail || "没有存上，请刷新这一页再试。");
  }
  version = String(told.version);
  saved.textContent = "已存好";
  return told;
}

function show(told, kept = null) {
  const there = new Map(all(".item", items).map((card) => [card.dataset.entry, card]));
  for (const [entry, html] of Object.entries(told.cards)) {
    const made = document.createRange().createContextualFragment(html).querySelector(".item");
    const before = there.get(entry);
    if (before && entry === kept) refresh(before, made);
    else {
      if (before) before.replaceWith(made);
      there.set(entry, made);
    }
  }
  const order = told.order.map(String);
  for (const [entry, card] of there) if (!order.includes(entry)) card.remove();
  let next = null;
  for (const entry of order.reverse()) {
    const card = there.get(entry);
    if (!card) continue;
    if (card.parentElement !== items || card.nextElementSibling !== next) items.insertBefore(card, next);
    next = card;
  }
  order.reverse().forEach((entry, place) => {
    const card = there.get(entry);
    if (card) for (const number of all(".number", card)) number.textContent = String(place + 1);
  });
  document.getElementById("counts").textContent = told.counts;
  document.getElementById("empty").hidden = order.length > 0;
  const dropped = document.getElementById("dropped");
  const wasOpen = dropped.querySelector("details")?.open;
  dropped.innerHTML = told.dropped;
  if (wasOpen && dropped.querySelector("details")) dropped.querySelector("details").open = true;
  filter();
}

// The card of an item whose form is open: what is shown changes, the form stays under the cursor.
function refresh(card, made) {
  for (const part of [".shown", ".item-head"]) card.querySelector(part).replaceWith(made.querySelector(part));
  card.querySelector(".warnings")?.remove();
  const warnings = made.querySelector(".warnings");
  if (warnings) card.querySelector(".item-foot").before(warnings);
}

function tell(words, undoing = null) {
  undo = undoing;
  document.getElementById("said").textContent = words;
  undoButton.hidden = !undoing;
  toast.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(hideToast, TOAST_MS);
}

function hideToast() {
  if (toast.matches(":hover, :focus-within")) {
    toastTimer = setTimeout(hideToast, TOAST_MS);
    return;
  }
  toast.hidden = true;
}

async function act(action, fields, focus = "") {
  const here = focus && document.activeElement;
  try {
    const told = await send(action, fields);
    show(told);
    tell(told.said, told.undo);
    const entry = Object.keys(told.cards)[0] ?? "";
    const card = entry && document.getElementById(`q-${entry}`);
    if (card && here) {
      card.scrollIntoView({ block: "nearest" });
      card.querySelector(focus)?.focus({ preventScroll: true });
    }
    return told;
  } catch (problem) {
    tell(problem.message);
    return null;
  }
}

undoButton.addEventListener("click", () => {
  const undoing = undo;
  toast.hidden = true;
  if (undoing) act(undoing.action, undoing.fields, ".acts button");
});
document.getElementById("close").addEventListener("click", () => {
  toast.hidden = true;
});

// Which items are shown.
const filterForm = document.getElementById("filter");
function filter() {
  if (!filterForm) return;
  const { type, article } = filterForm.elements;
  const cards = all(".item", items);
  for (const card of cards) {
    const isType = !type.value || card.dataset.type === type.value;
    card.hidden = !(isType && (!article.value || card.dataset.article === article.value));
  }
  const shown = cards.filter((card) => !card.hidden).length;
  const isPart = shown < cards.length;
  document.getElementById("shown-count").textContent = isPart ? `这里有 ${shown} 题，共 ${cards.length} 题` : "";
}
filterForm?.addEventListener("change", filter);
filterForm?.addEventListener("submit", (event) => event.preventDefault());

// Buttons under an item.
const visible = () => all(".item:not([hidden])", items);
function neighbour(card, place) {
  const cards = visible();
  const at = cards.indexOf(card);
  if (place === "up") return cards[at - 1]?.dataset.entry;
  if (!cards[at + 1]) return undefined;
  return cards[at + 2]?.dataset.entry ?? "end";
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.action.includes("/items/")) return;
  event.preventDefault();
  const action = (event.submitter?.getAttribute("formaction") || form.action).split("/").pop();
  const fields = { entry: form.elements.entry.value };
  if (form.matches(".wording")) {
    if (action === "reword") finish(form);
    else takeBack(form);
    return;
  }
  if (form.getAttribute("aria-busy") === "true") return;
  if (action === "move") {
    const before = neighbour(cardOf(form), event.submitter.value);
    if (!before) {
      tell(event.submitter.value === "up" ? "已经在最上面了" : "已经在最下面了");
      return;
    }
    const focus = `.acts [value=${event.submitter.value}]`;
    act("move", { ...fields, before }, focus);
    return;
  }
  form.setAttribute("aria-busy", "true");
  if (action === "replace") tell("正在找另一题……");
  const after = action === "drop" && nextTo(cardOf(form));
  act(action, fields, ".acts button").then((told) => {
    form.removeAttribute("aria-busy");
    if (told && after) after.querySelector(".acts [formaction$=drop]")?.focus({ preventScroll: true });
  });
});

function nextTo(card) {
  const cards = visible();
  const at = cards.indexOf(card);
  return cards[at + 1] ?? cards[at - 1];
}

// Rewording: what is typed is kept after a pause, and at once with “改好了”. What could not be kept stays in the browser.
const drafts = `studio-draft-${material}`;
const timers = new Map();

function readDrafts() {
  try {
    return JSON.parse(localStorage.getItem(drafts) || "{}");
  } catch {
    return {};
  }
}

function writeDrafts(change) {
  const known = readDrafts();
  change(known);
  try {
    if (Object.keys(known).length) localStorage.setItem(drafts, JSON.stringify(known));
    else localStorage.removeItem(drafts);
  } catch {
    // The browser keeps nothing: then only the form has it.
  }
}

const fieldsOf = (form) => [...new FormData(form)].filter(([name]) => name !== "version");
const entryOf = (form) => form.elements.entry.value;

async function keep(form, isFinished = false) {
  clearTimeout(timers.get(entryOf(form)));
  timers.delete(entryOf(form));
  const fields = fieldsOf(form);
  const typed = JSON.stringify(fields);
  const note = form.querySelector(".saving");
  note.textContent = "正在存……";
  try {
    const told = await send("reword", fields);
    show(told, isFinished ? null : entryOf(form));
    if (JSON.stringify(fieldsOf(form)) === typed) writeDrafts((known) => delete known[entryOf(form)]);
    note.textContent = "已存好";
    return true;
  } catch (problem) {
    note.textContent = problem.message;
    if (!(problem instanceof Refused)) timers.set(entryOf(form), setTimeout(() => keep(form), RETRY_MS));
    return false;
  }
}

async function finish(form) {
  const { id } = cardOf(form);
  if (!(await keep(form, true))) return;
  document.getElementById(id).querySelector(".edit summary").focus();
  tell("已经存好");
}

async function takeBack(form) {
  clearTimeout(timers.get(entryOf(form)));
  writeDrafts((known) => delete known[entryOf(form)]);
  await act("take-back", { entry: entryOf(form) }, ".edit summary");
}

items.addEventListener("input", (event) => {
  const form = event.target.closest(".wording");
  if (!form) return;
  const entry = entryOf(form);
  writeDrafts((known) => {
    known[entry] = fieldsOf(form);
  });
  form.querySelector(".saving").textContent = "";
  clearTimeout(timers.get(entry));
  timers.set(entry, setTimeout(() => keep(form), TYPING_MS));
});

addEventListener("beforeunload", (event) => {
  if (timers.size) event.preventDefault();
});

// What an earlier visit could not keep is in its form again.
for (const [entry, fields] of Object.entries(readDrafts())) {
  const form = document.querySelector(`#q-${CSS.escape(entry)} .wording`);
  if (!form) {
    writeDrafts((known) => delete known[entry]);
    continue;
  }
  fill(form, fields);
  form.closest("details").open = true;
  form.querySelector(".saving").textContent = "上次没有存上的修改，点“改好了”就存。";
}

function fill(form, fields) {
  const options = fields.filter(([name]) => name === "option").map(([, words]) => words);
  const keys = fields.filter(([name]) => name === "key").map(([, words]) => words);
  all("[name=option]", form).forEach((field, place) => {
    field.value = options[place] ?? "";
  });
  for (const field of all("[name=key]", form)) {
    if (field.matches("textarea")) field.value = keys[0] ?? "";
    else field.checked = keys.includes(field.value);
  }
  for (const [name, words] of fields) {
    if (name === "stem" || name === "explanation") form.elements[name].value = words;
  }
}

// Rename without leaving.
const renaming = document.getElementById("rename");
renaming.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const answer = await fetch(renaming.action, {
      method: "POST",
      body: new URLSearchParams(new FormData(renaming)),
      headers: { "x-fragment": "1" },
    });
    const told = await answer.json();
    if (!answer.ok) throw new Error(told.detail);
    document.getElementById("name").textContent = told.name;
    document.title = document.title.replace(/^.* · /, `${told.name} · `);
    renaming.elements.name.value = told.name;
    renaming.closest("details").open = false;
    tell("名字改好了");
  } catch (problem) {
    tell(problem.message || "名字没有改成，请再试一次。");
  }
});

document.getElementById("answers").addEventListener("click", (event) => {
  const hidden = document.body.classList.toggle("no-answers");
  event.target.setAttribute("aria-pressed", String(hidden));
  event.target.textContent = hidden ? "显示答案" : "隐藏答案";
});

// Dragging by the grip, with a mouse; keyboard and phone have the buttons.
let dragged = null;
items.addEventListener("dragstart", (event) => {
  if (!event.target.matches?.(".grip")) return;
  dragged = cardOf(event.target);
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.entry);
  event.dataTransfer.setDragImage(dragged, 20, 20);
  dragged.classList.add("dragged");
});
items.addEventListener("dragover", (event) => {
  const over = dragged && event.target.closest(".item");
  if (!over) return;
  event.preventDefault();
  mark(over, isBelow(over, event.clientY));
});
items.addEventListener("drop", (event) => {
  const over = dragged && event.target.closest(".item");
  if (!over) return;
  event.preventDefault();
  const cards = visible().filter((card) => card !== dragged);
  const target = isBelow(over, event.clientY) ? cards[cards.indexOf(over) + 1] : over;
  if (over !== dragged) act("move", { entry: dragged.dataset.entry, before: target?.dataset.entry ?? "end" });
});
addEventListener("dragend", () => {
  dragged?.classList.remove("dragged");
  mark(null);
  dragged = null;
});

function isBelow(card, y) {
  const box = card.getBoundingClientRect();
  return y > box.top + box.height / 2;
}

function mark(card, below = false) {
  for (const each of all(".drop-above, .drop-below", items)) each.classList.remove("drop-above", "drop-below");
  card?.classList.add(below ? "drop-below" : "drop-above");
}

// The address keeps what was said by a page without scripts; it is said once.
if (new URLSearchParams(location.search).has("said")) history.replaceState(null, "", location.pathname + location.hash);
filter();

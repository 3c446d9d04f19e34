// What the chat does in the browser beyond Gradio: open a clause beside the chat, copy, keep focus and place.
// One listener on the document, because Gradio draws the conversation anew with each answer.
(() => {
  'use strict';
  const wide = matchMedia('(min-width: 1080px)');
  const touch = matchMedia('(pointer: coarse)');
  const calm = matchMedia('(prefers-reduced-motion: reduce)');
  const panel = () => document.getElementById('panel');
  const box = () => document.querySelector('#question textarea');
  const opened = () => document.body.classList.contains('panel-open');
  let opener = null; // the chip that opened the panel, to return the focus to
  let latest = 0; // number of the newest request for a clause: a slow older one must not overwrite it

  function announce(words) {
    const place = document.getElementById('announcer');
    if (place) place.textContent = words;
  }

  async function openClause(link) {
    const request = ++latest;
    const body = document.getElementById('panel-body');
    if (!link.closest('#panel')) opener = link;
    let words;
    try {
      const response = await fetch(link.href, {headers: {'x-fragment': '1'}});
      words = response.status === 401
        ? '<p class="notice">登录已过期，请<a href="/sign-in">重新登录</a>。</p>' : await response.text();
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // fetch reports every network failure as a TypeError
      words = '<p class="notice">连接不上服务，没有取到条文。请检查网络后再点一次。</p>';
    }
    if (request !== latest) return;
    body.innerHTML = words; // escaped on the server (clauses.py)
    showVariants(link, body);
    showPanel();
    const mark = body.querySelector('mark');
    body.scrollTop = 0;
    if (mark) mark.scrollIntoView({block: 'center', behavior: 'instant'});
    body.querySelector('#clause-title')?.focus({preventScroll: true});
  }

  // The clause lists its own variants (readings.py). A citation of an older conversation may know of some that it does not.
  function showVariants(link, body) {
    const citation = link.closest('.citation');
    const place = body.querySelector('.clause-notices');
    if (!citation || !place || body.querySelector('.readings')) return;
    citation.querySelectorAll('.variant').forEach((note) => place.append(note.cloneNode(true)));
  }

  // From a disputed place to its readings and back, without a step in the history: the back button closes the panel.
  function goTo(link) {
    const target = document.getElementById(link.hash.slice(1));
    if (!target) return;
    target.scrollIntoView({block: 'center', behavior: calm.matches ? 'instant' : 'smooth'});
    target.focus({preventScroll: true});
  }

  function showPanel() {
    panel().hidden = false;
    panel().setAttribute('aria-modal', String(!wide.matches));
    if (opened()) return;
    document.body.classList.add('panel-open');
    history.pushState({...history.state, policyqaPanel: true}, ''); // a phone's back button closes the sheet
  }

  function hidePanel() {
    if (!opened()) return;
    document.body.classList.remove('panel-open');
    panel().hidden = true;
    latest++;
    if (opener?.isConnected) opener.focus({preventScroll: true});
    else box()?.focus({preventScroll: true});
  }

  function closePanel() {
    if (!opened()) return;
    if (history.state?.policyqaPanel) history.back();
    hidePanel();
  }

  async function copy(button) {
    const done = await writeClipboard(button.dataset.copy);
    const before = button.dataset.words || button.textContent;
    button.dataset.words = before;
    button.style.minWidth = `${button.offsetWidth}px`; // its neighbours stay where they are
    button.textContent = done ? '已复制' : '复制失败，请长按选取';
    announce(button.textContent);
    setTimeout(() => { button.textContent = before; }, 1800);
  }

  // navigator.clipboard exists only on https and localhost; an intranet address is neither.
  async function writeClipboard(words) {
    if (navigator.clipboard && window.isSecureContext) {
      try {
        await navigator.clipboard.writeText(words);
        return true;
      } catch (error) {
        if (!(error instanceof DOMException)) throw error; // refused: try the old way
      }
    }
    const focused = document.activeElement;
    const area = document.createElement('textarea');
    area.value = words;
    area.setAttribute('readonly', '');
    area.style.cssText = 'position:fixed;top:0;opacity:0';
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    focused?.focus?.({preventScroll: true});
    return done;
  }

  document.addEventListener('click', (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target) return;
    const copying = target.closest('[data-copy]');
    if (copying) { copy(copying); return; }
    if (target.closest('[data-close]')) { closePanel(); return; }
    const inside = target.closest('a[href^="#reading-"], a[href^="#place-"]');
    if (inside) { event.preventDefault(); goTo(inside); return; }
    const link = target.closest('a[data-clause]');
    const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0;
    if (link && panel() && !elsewhere) {
      event.preventDefault();
      openClause(link);
    }
  });

  // Enter that picks a word in a Chinese input method is not "send".
  function keepComposing(event) {
    if (event.key === 'Enter' && (event.isComposing || event.keyCode === 229)) event.stopPropagation();
  }
  document.addEventListener('keypress', keepComposing, true);
  document.addEventListener('keydown', (event) => {
    keepComposing(event);
    if (event.key === 'Escape' && !event.isComposing && opened()) closePanel();
    // On a phone the sheet covers the page: Tab stays inside it.
    if (event.key === 'Tab' && opened() && !wide.matches) keepInside(event);
  }, true);

  function keepInside(event) {
    const stops = [...panel().querySelectorAll('a[href], button')];
    const [first, last] = [stops[0], stops[stops.length - 1]];
    const inside = panel().contains(document.activeElement);
    if (!inside || (event.shiftKey && document.activeElement === first)) {
      event.preventDefault();
      (event.shiftKey ? last : first).focus();
    } else if (!event.shiftKey && document.activeElement === last) {
      event.preventDefault();
      first.focus();
    }
  }

  addEventListener('popstate', () => { if (opened() && !history.state?.policyqaPanel) hidePanel(); });

  // A new turn: bring its question to the top, so that the answer is read from its beginning.
  let turns = 0;
  let waiting = false;
  let moved = false; // somebody read elsewhere while waiting: their place is theirs
  for (const kind of ['wheel', 'touchmove']) addEventListener(kind, () => { moved = true; }, {passive: true});
  function follow(thread) {
    const all = thread.querySelectorAll('.turn');
    const newest = all[all.length - 1];
    const nowWaiting = Boolean(thread.querySelector('.waiting'));
    if (newest && (all.length > turns || waiting !== nowWaiting)) {
      const reopened = all.length > turns + 1; // a kept conversation: no ride past all of it
      if (all.length > turns) moved = false;
      if (!moved) newest.scrollIntoView({block: 'start', behavior: calm.matches || reopened ? 'instant' : 'smooth'});
      if (waiting && !nowWaiting) announce(`回答已显示。${newest.querySelector('.words')?.textContent || newest.textContent}`);
      const isFree = [document.body, null].includes(document.activeElement); // not writing why an answer was no help
      if (!touch.matches && !opened() && isFree) box()?.focus({preventScroll: true});
    } else if (!newest && turns) {
      scrollTo({top: 0});
      box()?.focus({preventScroll: true});
    }
    turns = all.length;
    waiting = nowWaiting;
    document.body.classList.toggle('talking', all.length > 0);
    document.body.classList.toggle('answering', nowWaiting);
    if (all.length || thread.querySelector('.welcome')) document.getElementById('loading')?.remove();
  }

  // Gradio's own messages have no Chinese (a constant in its source, not a translation file).
  const IN_CHINESE = [
    [/^Error$/, '出错了'],
    [/^Warning$/, '请注意'],
    [/^Info$/, '提示'],
    [/^Connection to the server was lost/, '连接不上服务，正在重试。您的问题还在输入框里。'],
    [/^Connection re-?established/i, '连接已恢复。'],
    [/^Queue is full/, '现在提问的人太多，请稍候再发。'],
  ];
  function speakChinese() {
    for (const place of document.querySelectorAll('.toast-title, .toast-message-text')) {
      const words = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
      while (words.nextNode()) {
        const found = IN_CHINESE.find(([english]) => english.test(words.currentNode.nodeValue.trim()));
        if (found) words.currentNode.nodeValue = found[1];
      }
    }
    document.querySelectorAll('.toast-close[aria-label="Close"]').forEach((each) => each.setAttribute('aria-label', '关闭'));
  }

  // Gradio reloads the page when the server was restarted; what was being typed survives that.
  const DRAFT = 'policyqa-draft';
  function keepDraft() {
    if (box()) stored(() => sessionStorage.setItem(DRAFT, box().value));
  }
  function stored(use) {
    try {
      return use();
    } catch (error) {
      if (!(error instanceof DOMException)) throw error; // the browser keeps nothing
      return null;
    }
  }
  function restoreDraft() {
    const draft = stored(() => sessionStorage.getItem(DRAFT));
    if (!draft || box().value) return;
    box().value = draft;
    box().dispatchEvent(new Event('input', {bubbles: true}));
  }

  window.policyqa = {announce}; // for talk.js

  function start() {
    if (!document.querySelector('gradio-app')) return;
    addEventListener('pagehide', keepDraft);
    // Reloaded while a clause was open: the next press of the back button must close one again.
    if (history.state?.policyqaPanel) history.replaceState({...history.state, policyqaPanel: false}, '');
    // Gradio sets the language of the browser's menus; the page is Chinese whatever these are.
    const inChinese = () => { if (document.documentElement.lang !== 'zh-CN') document.documentElement.lang = 'zh-CN'; };
    new MutationObserver(inChinese).observe(document.documentElement, {attributeFilter: ['lang']});
    const waitForChat = new MutationObserver(() => {
      const thread = document.getElementById('thread');
      if (!thread || !box()) return;
      waitForChat.disconnect();
      setTimeout(() => document.getElementById('loading')?.remove(), 8000); // the box can be used without the welcome
      box().setAttribute('aria-label', '问题');
      restoreDraft();
      new MutationObserver(speakChinese).observe(document.body, {childList: true, subtree: true});
      new MutationObserver(() => follow(thread)).observe(thread, {childList: true, subtree: true});
      follow(thread);
    });
    waitForChat.observe(document.body, {childList: true, subtree: true});
  }
  start();
})();

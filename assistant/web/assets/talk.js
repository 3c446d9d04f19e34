// The conversation in the browser: which documents to look in, buttons that ask, opinions on answers, the conversation
// as a file, the question in the address. chat.js has the clause panel and the clipboard.
(() => {
  'use strict';
  const SCOPE = 'policyqa-documents';
  const OPINIONS = 'policyqa-opinions';
  const CONVERSATION = 'policyqa-conversation'; // written by Gradio (chat.py)
  const MOST_OPINIONS = 400; // localStorage is small, and a conversation has 60 turns
  const MOST_WORDS = 300;
  const REASONS = ['答非所问', '条文不对', '不完整', '看不懂', '其他'];
  const announce = (words) => window.policyqa.announce(words);
  const thread = () => document.getElementById('thread');
  const box = () => document.querySelector('#question textarea');
  const isWaiting = () => Boolean(thread()?.querySelector('.waiting'));

  function read(key, otherwise) {
    try {
      return JSON.parse(localStorage.getItem(key)) ?? otherwise;
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof DOMException)) throw error;
      return otherwise; // something else wrote there, or the browser keeps nothing
    }
  }
  function keep(key, value) {
    try {
      localStorage.setItem(key, JSON.stringify(value));
    } catch (error) {
      if (!(error instanceof DOMException)) throw error; // full, or switched off: it lasts as long as the page
    }
  }

  // Ask ------------------------------------------------------------------------------------------------------------
  function ask(question, everywhere) {
    if (isWaiting()) {
      announce('正在回答上一个问题，请稍候。');
      return;
    }
    const inside = thread()?.querySelector('.welcome, .turn');
    inside?.dispatchEvent(new CustomEvent('policyqa-ask', {bubbles: true, detail: {question, everywhere}}));
  }

  function askFromAddress() {
    const address = new URL(location.href);
    const question = address.searchParams.get('q')?.trim();
    if (!question) return;
    address.searchParams.delete('q'); // a reload must not ask again
    history.replaceState(history.state, '', address);
    ask(question, false);
  }

  function recall(event) {
    if (event.key !== 'ArrowUp' || event.target !== box() || box().value || event.isComposing) return;
    const questions = thread().querySelectorAll('.question');
    const last = questions[questions.length - 1]?.lastChild?.textContent;
    if (!last) return;
    event.preventDefault();
    box().value = last;
    box().dispatchEvent(new Event('input', {bubbles: true}));
    box().setSelectionRange(last.length, last.length);
  }

  // Which documents --------------------------------------------------------------------------------------------------
  const scopeMenu = () => document.getElementById('scope');
  const checks = () => [...(scopeMenu()?.querySelectorAll('input[type=checkbox]') ?? [])];
  let chosen = read(SCOPE, []);
  if (!Array.isArray(chosen)) chosen = [];

  function chooseFromChecks() {
    chosen = checks().filter((each) => each.checked).map((each) => each.value);
    keep(SCOPE, chosen);
    showScope();
  }

  function showScope() {
    const all = checks();
    if (!all.length) return;
    all.forEach((each) => { each.checked = chosen.includes(each.value); });
    const titles = all.filter((each) => each.checked).map((each) => each.dataset.title);
    const words = scopeMenu().querySelector('.scope-words');
    if (!titles.length) words.textContent = '在全部文件中找';
    else words.textContent = titles.length > 1 ? `只在 ${titles.length} 部文件中找` : `只在《${titles[0]}》中找`;
    scopeMenu().classList.toggle('limited', titles.length > 0);
  }

  const MANY = 8; // documents from which on the list has a box to search it
  function searchScope(words) {
    let shown = 0;
    for (const item of scopeMenu().querySelectorAll('li')) {
      item.hidden = !item.textContent.includes(words.trim());
      shown += item.hidden ? 0 : 1;
    }
    scopeMenu().querySelector('.scope-empty').hidden = shown > 0;
  }

  // Menus ------------------------------------------------------------------------------------------------------------
  const openMenus = () => [...document.querySelectorAll('#controls .menu[open]')];
  function closeMenus(refocus) {
    const menus = openMenus();
    for (const menu of menus) {
      menu.open = false;
      if (refocus) menu.querySelector('summary').focus();
    }
    return menus.length > 0;
  }

  async function save(kept, format) {
    closeMenus(false);
    let response;
    try {
      response = await fetch(`/api/conversation?format=${format}`, {
        method: 'POST', headers: {'content-type': 'application/json'}, body: JSON.stringify(kept ?? []),
      });
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      say('连接不上服务，对话没有导出。请检查网络后再试一次。');
      return;
    }
    if (!response.ok) {
      say(await problem(response, '对话没有导出，请再试一次。'));
      return;
    }
    const name = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get('content-disposition') ?? '')?.[1];
    const link = document.createElement('a');
    link.href = URL.createObjectURL(await response.blob());
    link.download = name ? decodeURIComponent(name) : `conversation.${format}`;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    say('已导出，请在下载的文件里查看。');
  }

  async function problem(response, otherwise) {
    try {
      return (await response.json()).detail || otherwise;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return otherwise;
    }
  }

  // A short message to eye and ear, above the question box.
  let fading = 0;
  function say(words, button = null) {
    let place = document.getElementById('said');
    if (!place) {
      place = document.createElement('div');
      place.id = 'said';
      document.getElementById('composer').prepend(place);
    }
    place.replaceChildren(words, ...(button ? [button] : []));
    place.hidden = false;
    announce(words);
    clearTimeout(fading);
    fading = setTimeout(unsay, button ? 15_000 : 5000);
  }
  function unsay() {
    const place = document.getElementById('said');
    if (place) place.hidden = true;
  }

  // “新对话” stands beside “导出”: a slip of the finger must not cost a day's questions.
  function offerBack() {
    const before = keptConversation();
    if (!before || !thread()?.querySelector('.turn')) return;
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'quiet';
    button.textContent = '找回刚才的对话';
    button.addEventListener('click', () => {
      localStorage.setItem(CONVERSATION, before);
      location.reload();
    });
    say('已开始新对话。', button);
  }
  function keptConversation() {
    try {
      return localStorage.getItem(CONVERSATION);
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      return null;
    }
  }

  // Opinions ----------------------------------------------------------------------------------------------------------
  const opinions = new Map(Object.entries(read(OPINIONS, {})));
  const drafts = new Map(); // what is being written about an answer: the thread is drawn anew under it

  const dataOf = (group) => JSON.parse(group.dataset.opinion);
  const keyOf = (data) => `${data.answer_id} ${data.question}`;

  function keepOpinion(key, opinion) {
    opinions.delete(key);
    if (opinion) opinions.set(key, opinion);
    for (const old of [...opinions.keys()].slice(0, Math.max(0, opinions.size - MOST_OPINIONS))) opinions.delete(old);
    keep(OPINIONS, Object.fromEntries(opinions));
  }

  function showOpinions() {
    for (const group of thread()?.querySelectorAll('.rating') ?? []) {
      const key = keyOf(dataOf(group));
      const rating = opinions.get(key)?.rating;
      for (const button of group.querySelectorAll('[data-rate]')) {
        button.setAttribute('aria-pressed', String(button.dataset.rate === rating));
      }
      if (drafts.has(key) && !formOf(group)) openForm(group);
    }
  }

  const formOf = (group) => group.closest('.card').querySelector('form.why-not');

  async function send(group, rating, reason) {
    const data = dataOf(group);
    let response;
    try {
      response = await fetch('/api/feedback', {
        method: 'POST',
        headers: {'content-type': 'application/json'},
        body: JSON.stringify({...data, rating, reason}),
      });
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      say('连接不上服务，评价没有存下。请稍后再试。');
      return false;
    }
    if (!response.ok) {
      say(await problem(response, '评价没有存下，请稍后再试。'));
      return false;
    }
    keepOpinion(keyOf(data), rating === 'none' ? null : {rating, reason});
    showOpinions();
    return true;
  }

  const sending = new Set();
  async function rate(button) {
    const group = button.closest('.rating');
    const key = keyOf(dataOf(group));
    if (sending.has(key)) return; // a double click is one click
    sending.add(key);
    const takesBack = button.getAttribute('aria-pressed') === 'true';
    const rating = takesBack ? 'none' : button.dataset.rate;
    try {
      if (!(await send(group, rating, ''))) return;
      closeForm(group);
      if (rating === 'down') {
        drafts.set(key, {reasons: [], words: ''});
        const form = openForm(group);
        form.querySelector('input').focus({preventScroll: true});
        form.scrollIntoView({block: 'nearest', behavior: 'instant'});
      }
      announce(takesBack ? '已撤回评价' : '已记下，谢谢');
    } finally {
      setTimeout(() => sending.delete(key), 400);
    }
  }

  function openForm(group) {
    const key = keyOf(dataOf(group));
    const draft = drafts.get(key);
    const form = document.createElement('form');
    form.className = 'why-not';
    form.innerHTML = '<fieldset><legend>哪里不好？可多选，也可不选</legend><div class="reason-row"></div></fieldset>'
      + '<label class="reason-words"><span>想说的话（可不填，最多 300 字）</span><textarea rows="2"></textarea></label>'
      + '<div class="reason-foot"><button type="submit" class="quiet strong">提交</button>'
      + '<button type="button" class="quiet" data-reason-close>不用了</button></div>';
    for (const reason of REASONS) {
      const label = document.createElement('label');
      const check = document.createElement('input');
      check.type = 'checkbox';
      check.value = reason;
      check.checked = draft.reasons.includes(reason);
      label.append(check, document.createTextNode(reason));
      form.querySelector('.reason-row').append(label);
    }
    const words = form.querySelector('textarea');
    words.maxLength = MOST_WORDS;
    words.value = draft.words;
    form.addEventListener('input', () => {
      draft.reasons = [...form.querySelectorAll('input:checked')].map((each) => each.value);
      draft.words = words.value;
    });
    form.addEventListener('submit', (event) => { event.preventDefault(); submitReasons(group, form); });
    group.closest('.tools').after(form);
    return form;
  }

  function closeForm(group) {
    drafts.delete(keyOf(dataOf(group)));
    formOf(group)?.remove();
  }

  async function submitReasons(group, form) {
    const draft = drafts.get(keyOf(dataOf(group)));
    const words = draft.words.trim();
    const reason = [draft.reasons.join('、'), words].filter(Boolean).join('：');
    form.querySelector('[type=submit]').disabled = true;
    if (await send(group, 'down', reason)) {
      closeForm(group);
      group.querySelector('[data-rate=down]').focus();
      say('已记下，谢谢。管理员会看到。');
    } else {
      form.querySelector('[type=submit]').disabled = false;
    }
  }

  // Listening ----------------------------------------------------------------------------------------------------------
  document.addEventListener('click', (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target) return;
    const asking = target.closest('[data-ask]');
    if (asking && event.detail < 2) ask(asking.dataset.ask, 'everywhere' in asking.dataset);
    if (target.closest('[data-restart]')) offerBack();
    if (target.closest('summary')) unsay(); // a menu opens where the message stands
    const rating = target.closest('[data-rate]');
    if (rating) rate(rating);
    const closing = target.closest('[data-reason-close]');
    if (closing) {
      const group = closing.closest('.card').querySelector('.rating');
      closeForm(group);
      group.querySelector('[data-rate=down]').focus();
    }
    if (target.closest('[data-scope-clear]')) { chosen = []; keep(SCOPE, chosen); showScope(); closeMenus(true); }
    if (target.closest('[data-menu-close]')) closeMenus(true);
    for (const menu of openMenus()) if (!menu.contains(target)) menu.open = false;
  });
  document.addEventListener('change', (event) => { if (event.target.closest?.('#scope li')) chooseFromChecks(); });
  document.addEventListener('focusin', (event) => { for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false; });
  document.addEventListener('input', (event) => { if (event.target.matches?.('.scope-search')) searchScope(event.target.value); });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && closeMenus(true)) event.stopPropagation();
    if (event.key === 'Enter' && event.target.matches?.('.scope-search')) event.preventDefault();
    recall(event);
  }, true);

  let isReady = false;
  function look() {
    if (!isReady && thread()?.querySelector('.welcome, .turn') && box()) {
      isReady = true;
      askFromAddress();
    }
    if (isWaiting()) unsay();
    showOpinions();
  }
  function lookAtControls() {
    showScope();
    const search = document.querySelector('.scope-search');
    if (search) search.hidden = checks().length < MANY;
  }

  function start() {
    const waitForChat = new MutationObserver(() => {
      const controls = document.getElementById('controls');
      if (!thread() || !controls) return;
      waitForChat.disconnect();
      new MutationObserver((changes) => { if (changes.some((each) => !each.target.closest?.('.scope-words'))) lookAtControls(); })
        .observe(controls, {childList: true, subtree: true});
      new MutationObserver((changes) => {
        if (changes.some((each) => !each.target.closest?.('form.why-not'))) look();
      }).observe(thread(), {childList: true, subtree: true});
      lookAtControls();
      look();
    });
    waitForChat.observe(document.body, {childList: true, subtree: true});
  }

  Object.assign(window.policyqa, {scope: () => chosen, save});
  start();
})();

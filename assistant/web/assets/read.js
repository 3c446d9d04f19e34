// The reading room beyond plain pages: keys, steps from match to match, copying, and the place in the contents.
(() => {
  'use strict';
  const calm = matchMedia('(prefers-reduced-motion: reduce)');
  const phone = matchMedia('(max-width: 860px)');
  const $ = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // Matches of a search inside a document. One match may be several marks, where a disputed place cuts it.
  const tally = $('[data-matches]');
  const count = tally ? Number(tally.dataset.matches) : 0;
  let current = 0;

  function show(number, scroll = true) {
    current = ((number - 1 + count) % count) + 1;
    for (const mark of all('mark.current')) mark.classList.remove('current');
    const marks = all(`mark[data-match="${current}"]`);
    for (const mark of marks) mark.classList.add('current');
    tally.textContent = `第 ${current} 处，共 ${count} 处`;
    if (scroll) marks[0]?.scrollIntoView({block: 'center', behavior: 'instant'});
  }

  // Where a link led to an article, its first match; else the first below the top.
  function showFirst() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const inside = target && ($('mark[data-match]', target) || (target.matches('mark') ? target : null));
    if (inside) show(Number(inside.dataset.match), target === inside);
    else if (!location.hash) show(1);
  }

  const typing = (element) => element.closest?.('input, textarea, select, [contenteditable]');

  document.addEventListener('keydown', (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === '/') {
      const box = $('[data-seek]');
      if (!box) return;
      event.preventDefault();
      box.focus();
      box.select();
    } else if (count && (event.key === 'n' || event.key === 'N')) {
      event.preventDefault();
      show(current + (event.key === 'n' ? 1 : -1));
    }
  });

  // The text as it stands in the document, without the signs that we add to it.
  function wordsOf(article) {
    const copy = $('.words', article).cloneNode(true);
    for (const sign of all('.paragraph-number, .damage', copy)) sign.remove();
    return all('p', copy).map((line) => line.textContent).join('\n');
  }

  // In the capturing phase: the listener of chat.js that copies [data-copy] comes after this one.
  document.addEventListener('click', (event) => {
    const words = event.target.closest?.('[data-copy-article]');
    if (words) words.dataset.copy = `${wordsOf(words.closest('.article'))}\n${words.dataset.copyArticle}`;
    const link = event.target.closest?.('[data-copy-link]');
    if (link) link.dataset.copy = new URL(link.dataset.copyLink, location.href).href;
  }, true);

  document.addEventListener('click', (event) => {
    const step = event.target.closest?.('[data-step]');
    if (step && count) {
      event.preventDefault();
      show(current + Number(step.dataset.step));
      return;
    }
    if (event.target.closest?.('[data-print]')) { window.print(); return; }
    const place = event.target.closest?.('a[href^="#r-"]');
    if (place) document.getElementById(decodeURIComponent(place.hash.slice(1)))?.closest('details')?.setAttribute('open', '');
    if (event.target.closest?.('.fold a')) $('.fold').open = false;
  });

  // The contents follow the reader.
  function follow() {
    const links = new Map(all('.side .toc a').map((link) => [decodeURIComponent(link.hash.slice(1)), link]));
    if (!links.size) return;
    const seen = new Set();
    const side = $('.side');
    let marked = null;
    const observer = new IntersectionObserver((entries) => {
      for (const entry of entries) entry.isIntersecting ? seen.add(entry.target) : seen.delete(entry.target);
      const top = [...seen].sort((a, b) => a.offsetTop - b.offsetTop)[0];
      const link = top && links.get(top.id);
      if (!link || link === marked) return;
      marked?.removeAttribute('aria-current');
      link.setAttribute('aria-current', 'true');
      marked = link;
      const box = link.getBoundingClientRect();
      const frame = side.getBoundingClientRect();
      if (box.top < frame.top || box.bottom > frame.bottom) side.scrollTop += box.top - frame.top - frame.height / 3;
    }, {rootMargin: '-90px 0px -55% 0px'});
    for (const article of all('.full .article')) observer.observe(article);
  }

  // Printings: a place and its note light up together, all tables open at once, one printing alone.
  function pair(element) {
    const own = element.closest?.('.collation :is(.place, .note)');
    return own ? [own, document.getElementById((own.id[0] === 'p' ? 'n' : 'p') + own.id.slice(1))] : [];
  }
  function light(elements) {
    if (!elements.length) return;
    for (const lit of all('.lit')) lit.classList.remove('lit');
    for (const element of elements) element?.classList.add('lit');
  }
  function choosePrinting(name) {
    for (const table of all('.collation table')) {
      const heads = all('th', table);
      all('td', table).forEach((cell, column) => {
        cell.hidden = Boolean(name) && cell.dataset.printing !== name;
        heads[column].hidden = cell.hidden;
      });
    }
  }
  function collate() {
    const choice = $('[data-printing-choice]');
    for (const kind of ['mouseover', 'focusin']) document.addEventListener(kind, (event) => light(pair(event.target)));
    document.addEventListener('click', (event) => {
      const link = event.target.closest?.('.collation :is(.place, .back)');
      if (!link) return;
      const elements = pair(link);
      if (!elements[1]) return;
      event.preventDefault();
      light(elements);
      elements[1].scrollIntoView({block: 'nearest', behavior: calm.matches ? 'instant' : 'smooth'});
    });
    const opener = $('[data-open-all]');
    opener?.addEventListener('click', () => {
      const open = opener.getAttribute('aria-pressed') !== 'true';
      opener.setAttribute('aria-pressed', String(open));
      opener.textContent = open ? '收起全部对照' : '展开全部对照';
      for (const parallel of all('.parallel')) parallel.open = open;
    });
    if (!choice) return;
    choice.addEventListener('change', () => choosePrinting(choice.value));
    if (phone.matches && !choice.value) choice.value = choice.dataset.printingChoice;
    choosePrinting(choice.value);
  }

  if (count) showFirst();
  if ($('.reader')) follow();
  if ($('.collation')) collate();
})();

// The sheet of questions: print it, with or without the passages that answer.
document.querySelector('[data-print]')?.addEventListener('click', () => window.print());
document.querySelector('[data-hide-passages]')?.addEventListener('click', (event) => {
  const hidden = document.body.classList.toggle('no-passages');
  event.target.setAttribute('aria-pressed', String(hidden));
  event.target.textContent = hidden ? '显示答案' : '隐藏答案';
});

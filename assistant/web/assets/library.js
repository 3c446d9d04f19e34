// The library room: files are sent one after the other with their progress, and a rebuild is watched.
// Without this script the same forms work, one page after the other.
(() => {
  'use strict';
  const EVERY = 700; // ms between two questions to the server
  const form = document.querySelector('.drop');
  if (!form) return;
  const input = form.querySelector('input[type="file"]');
  const list = document.getElementById('jobs');
  const stages = list.dataset.stages.split(' ');
  const suffixes = form.dataset.suffixes.split(' ');
  const mostFiles = Number(form.dataset.mostFiles);
  const mostMegabytes = Number(form.dataset.mostMegabytes);
  const waitsFor = (ms) => new Promise((done) => setTimeout(done, ms));
  const queue = [];
  let sending = false;

  form.classList.add('lively');
  input.addEventListener('change', () => { take(input.files); input.value = ''; });
  let depth = 0;
  form.addEventListener('dragenter', (event) => { event.preventDefault(); depth += 1; form.classList.add('over'); });
  form.addEventListener('dragleave', () => { depth -= 1; if (depth <= 0) form.classList.remove('over'); });
  form.addEventListener('drop', (event) => { depth = 0; form.classList.remove('over'); take(event.dataTransfer.files); });
  // A file that misses the area would replace the page, and what else is under way with it.
  for (const kind of ['dragover', 'drop']) window.addEventListener(kind, (event) => event.preventDefault());

  function take(files) {
    const chosen = [...files];
    chosen.slice(0, mostFiles).forEach((file) => {
      const row = addRow(file.name);
      const reason = refuseAtOnce(file);
      if (reason) return refuse(row, reason);
      queue.push([file, row]);
    });
    if (chosen.length > mostFiles) {
      refuse(addRow(`另外 ${chosen.length - mostFiles} 个文件`), `一次最多 ${mostFiles} 个文件，这些没有上传；请等前面的处理完再选一次`);
    }
    if (!sending) sendAll();
  }

  function refuseAtOnce(file) {
    const dot = file.name.lastIndexOf('.');
    const suffix = dot < 0 ? '' : file.name.slice(dot).toLowerCase();
    if (!suffixes.includes(suffix)) return '不能收录这种文件；可以收录 .txt .md .html .docx .pdf';
    if (file.size > mostMegabytes * 1e6) return `文件有 ${(file.size / 1e6).toFixed(1)} MB，最多 ${mostMegabytes} MB；请拆分后再传`;
    return file.size ? '' : '是空文件；请检查是否保存成功';
  }

  async function sendAll() {
    sending = true;
    while (queue.length) {
      const [file, row] = queue.shift();
      const job = await send(file, row);
      if (job) watch(job.id, row);
    }
    sending = false;
  }

  function send(file, row) {
    return new Promise((done) => {
      const request = new XMLHttpRequest();
      const lost = () => { refuse(row, '没有传上去：连接断了，或者服务没有回应。请再传一次'); finish(); done(null); };
      request.open('POST', `/api/library/uploads?name=${encodeURIComponent(wellFormed(file.name))}`);
      request.setRequestHeader('content-type', 'application/octet-stream');
      request.setRequestHeader('x-requested-with', 'library');
      request.upload.onprogress = (event) => {
        if (event.lengthComputable) show(row, '上传', event.loaded / event.total);
      };
      request.onerror = lost;
      request.onload = () => {
        const told = readJson(request.responseText);
        if (request.status === 202 && told) return done(told);
        if (!told) return lost();
        refuse(row, told.detail);
        finish();
        return done(null);
      };
      request.send(file);
    });
  }

  async function watch(id, row) {
    for (;;) {
      await waitsFor(EVERY / 2);
      let response;
      try {
        response = await fetch(`/api/library/uploads/${id}`, {headers: {'x-requested-with': 'library'}});
      } catch (error) {
        if (!(error instanceof TypeError)) throw error; // fetch reports every network failure as a TypeError
        continue; // a moment without a network is no reason to give a file up
      }
      const told = readJson(await response.text());
      if (!response.ok || !told) { refuse(row, told ? told.detail : '不知道这个文件传到哪里了；请刷新页面'); break; }
      if (told.error) { refuse(row, told.error); break; }
      show(row, told.stage, 1);
      if (told.stage === '待确认') { row.remove(); break; }
    }
    finish();
  }

  function finish() {
    document.getElementById('clear-jobs').hidden = !list.querySelector('.refused');
    renew(['waiting']);
  }

  function addRow(name) {
    const row = document.createElement('li');
    row.className = 'job';
    const title = document.createElement('b');
    title.className = 'job-name';
    title.textContent = name.slice(0, 200);
    const bar = document.createElement('progress');
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute('aria-label', `${name.slice(0, 60)} 的进度`);
    const stage = document.createElement('span');
    stage.className = 'job-stage';
    stage.textContent = '等着上传';
    row.append(title, bar, stage);
    list.append(row);
    return row;
  }

  function show(row, stage, share) {
    const place = stages.indexOf(stage);
    const bar = row.querySelector('progress');
    // Sending is half of the bar: it takes longest where the line is slow.
    if (bar) bar.value = place <= 0 ? 50 * (place === 0 ? share : 1) : 50 + (50 * place) / (stages.length - 1);
    row.querySelector('.job-stage').textContent = stages.map((each) => (each === stage ? `${each}……` : each)).join(' → ');
    if (place < 0) row.querySelector('.job-stage').textContent = `${stage}……`;
  }

  function refuse(row, reason) {
    row.classList.add('refused');
    row.querySelector('progress')?.remove();
    row.querySelector('.job-stage').textContent = reason.replace(/。?$/, '。');
    document.getElementById('clear-jobs').hidden = false;
  }

  // Sections as they are now; what the visitor opened or typed elsewhere stays.
  let newest = 0;
  async function renew(names) {
    const request = ++newest;
    let page;
    try {
      page = await (await fetch(location.pathname + location.search)).text();
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      return;
    }
    if (request !== newest) return;
    const fresh = new DOMParser().parseFromString(page, 'text/html');
    for (const name of names) {
      const now = fresh.getElementById(name);
      if (now) document.getElementById(name).replaceWith(document.adoptNode(now));
    }
    const bar = fresh.querySelector('.sections');
    if (bar) document.querySelector('.sections').replaceWith(document.adoptNode(bar));
  }

  async function watchRebuild() {
    const place = document.getElementById('rebuild');
    if (!place || place.dataset.state !== 'running') return;
    for (;;) {
      await waitsFor(EVERY);
      let told;
      try {
        told = readJson(await (await fetch('/api/library/rebuild', {headers: {'x-requested-with': 'library'}})).text());
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
        continue;
      }
      if (!told || told.state !== 'running') break;
      setText('rebuild-stage', told.stage);
      setText('rebuild-seconds', `已用 ${Math.round(told.seconds)} 秒`);
      document.getElementById('rebuild-bar').value = told.percent;
      document.getElementById('rebuild-cancel').hidden = !told.can_cancel;
      for (const each of place.querySelectorAll('.stages li')) each.classList.toggle('now', each.dataset.stage === told.stage);
    }
    renew(['waiting', 'changes', 'documents', 'removed', 'state']);
  }

  function setText(id, words) {
    const place = document.getElementById(id);
    if (place && place.textContent !== words) place.textContent = words;
  }

  function readJson(text) {
    try {
      return JSON.parse(text);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return null;
    }
  }

  // Half a surrogate pair, which some systems allow in file names, cannot be sent.
  function wellFormed(text) {
    return text.toWellFormed ? text.toWellFormed() : text.replace(/[\ud800-\udfff]/g, '');
  }

  // A button that was pressed once is not pressed again while the page changes.
  document.addEventListener('submit', (event) => {
    if (event.target.dataset.sent) event.preventDefault();
    event.target.dataset.sent = '1';
    setTimeout(() => delete event.target.dataset.sent, 5000);
  });
  window.addEventListener('beforeunload', (event) => { if (queue.length || sending) event.preventDefault(); });
  for (const row of list.querySelectorAll('.job:not(.refused)')) watch(row.dataset.job, row);
  watchRebuild();
})();

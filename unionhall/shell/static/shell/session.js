// Five minutes before the session ends, ask; one click extends it. All open pages share the time of the last request.
(() => {
  const dialog = document.getElementById('session');
  if (!dialog || !dialog.showModal) return;
  const idle = Number(dialog.dataset.idle) * 1000;
  const warn = idle - 300000;
  const shown = dialog.querySelector('[data-left]');
  const key = 'unionhall-last';
  let last = Date.now();
  const touch = () => { last = Date.now(); try { localStorage.setItem(key, String(last)); } catch (error) { /* private mode */ } };
  window.addEventListener('storage', (event) => { if (event.key === key) { last = Number(event.newValue); if (dialog.open) dialog.close(); } });
  document.addEventListener('htmx:afterRequest', touch);
  touch();
  const token = () => JSON.parse(document.body.getAttribute('hx-headers'))['X-CSRFToken'];
  dialog.querySelector('[data-stay]').addEventListener('click', () => {
    fetch(dialog.dataset.extend, { method: 'POST', headers: { 'X-CSRFToken': token(), 'HX-Request': 'true' }, credentials: 'same-origin' })
      .then((answer) => { if (answer.ok) { touch(); dialog.close(); } else window.location.reload(); });
  });
  setInterval(() => {
    const passed = Date.now() - last;
    if (passed >= idle) { window.location.href = dialog.dataset.lapsed; return; }
    if (passed < warn) return;
    const seconds = Math.max(0, Math.round((idle - passed) / 1000));
    shown.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
    if (!dialog.open) dialog.showModal();
  }, 1000);
})();

// Single keys for people who do this all day: / j k x Enter ?, and whatever a page marks with data-key (a r d e).
(() => {
  const rows = () => [...document.querySelectorAll('[data-row]')];
  let at = -1;
  const stand = (place) => {
    const all = rows();
    if (!all.length) return;
    if (all[at]) all[at].classList.remove('row-here');
    at = Math.max(0, Math.min(all.length - 1, place));
    all[at].classList.add('row-here');
    const link = all[at].querySelector('a[href]');
    if (link) link.focus({ preventScroll: true });
    all[at].scrollIntoView({ block: 'nearest' });
  };
  document.addEventListener('keydown', (event) => {
    const where = event.target;
    const typing = where.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(where.nodeName) && where.type !== 'checkbox';
    if (typing || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
    const row = rows()[at];
    const act = {
      '/': () => { const box = document.querySelector('[data-search]'); if (box) { box.focus(); box.select(); } },
      j: () => stand(at + 1),
      k: () => stand(at - 1),
      x: () => { const box = row && row.querySelector('input[name="pick"]'); if (box) box.click(); },
      '?': () => { const help = document.getElementById('shortcuts'); if (help) help.showModal(); },
    }[event.key];
    if (act) { event.preventDefault(); act(); return; }
    if (event.key === 'Enter' && row && where === document.body) { const link = row.querySelector('a[href]'); if (link) link.click(); return; }
    const marked = /^[a-z]$/.test(event.key) && document.querySelector(`[data-key="${event.key}"]`);
    if (marked) { event.preventDefault(); marked.click(); }
  });
})();

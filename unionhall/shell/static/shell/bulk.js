// Selecting rows: the header box takes this page, "all" every matching row, Shift a range; the bar says how many.
(() => {
  const wire = (form) => {
    const bar = form.querySelector('[data-bulkbar]');
    if (!bar || form.dataset.ready) return;
    form.dataset.ready = '1';
    const page = bar.querySelector('[data-pick-page]');
    const every = bar.querySelector('[data-pick-all]');
    const said = bar.querySelector('[data-picked]');
    const boxes = () => [...form.querySelectorAll('input[name="pick"]')];
    let last = null;
    const tell = () => {
      const all = boxes(); const ticked = all.filter((box) => box.checked).length;
      all.forEach((box) => { const row = box.closest('tr, li'); if (row) row.classList.toggle('picked', box.checked); });
      page.checked = ticked > 0 && ticked === all.length; page.indeterminate = ticked > 0 && ticked < all.length;
      const whole = every && every.checked;
      const count = whole ? Number(every.dataset.total) - (all.length - ticked) : ticked;
      const words = whole ? said.dataset.every : (count ? said.dataset.some : said.dataset.none);
      said.textContent = words.replace('{n}', count.toLocaleString('en'));
      bar.classList.toggle('bulkbar-on', count > 0);
    };
    page.addEventListener('change', () => { boxes().forEach((box) => { box.checked = page.checked; }); if (every && !page.checked) every.checked = false; tell(); });
    if (every) every.addEventListener('change', () => { if (every.checked) boxes().forEach((box) => { box.checked = true; }); tell(); });
    form.addEventListener('click', (event) => {
      const box = event.target;
      if (box.name !== 'pick') return;
      const all = boxes();
      if (event.shiftKey && last) {
        const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
        all.slice(from, to + 1).forEach((one) => { one.checked = box.checked; });
      }
      last = box;
    });
    form.addEventListener('change', (event) => { if (event.target.name === 'pick') tell(); });
    tell();
  };
  const all = () => document.querySelectorAll('form[data-bulk]').forEach(wire);
  all();
  document.addEventListener('htmx:afterSwap', all);
  window.addEventListener('pageshow', () => document.querySelectorAll('input[name="pick"]:checked').forEach((box) => box.dispatchEvent(new Event('change', { bubbles: true }))));
})();

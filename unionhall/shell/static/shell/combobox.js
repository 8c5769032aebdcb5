// A select with data-combobox becomes a type-ahead picker (ARIA combobox); the select stays the form's field.
(() => {
  const build = (select) => {
    if (select.dataset.ready) return;
    select.dataset.ready = '1';
    if (select.nextElementSibling && select.nextElementSibling.matches('.typed')) select.nextElementSibling.remove(); // the plain field
    const id = `${select.id}-list`;
    const input = document.createElement('input');
    const list = document.createElement('ul');
    const shown = () => (select.value ? select.options[select.selectedIndex].text : '');
    Object.entries({ type: 'text', role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': id, autocomplete: 'off', spellcheck: 'false', class: 'form-control combobox', placeholder: select.options[0] ? select.options[0].text : '' }).forEach(([key, value]) => input.setAttribute(key, value));
    ['aria-describedby', 'aria-invalid'].forEach((name) => { if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name)); });
    input.value = shown();
    input.id = select.id;
    select.id += '-value';
    select.hidden = true;
    list.id = id; list.className = 'combobox-list'; list.hidden = true; list.setAttribute('role', 'listbox');
    list.setAttribute('aria-label', input.labels && input.labels[0] ? input.labels[0].textContent : '');
    select.after(input, list);
    const wrap = input.parentNode; wrap.classList.add('combobox-wrap');
    let at = -1; let timer; let asked = 0;
    const close = () => { list.hidden = true; at = -1; input.setAttribute('aria-expanded', 'false'); input.removeAttribute('aria-activedescendant'); };
    const pick = (item) => {
      const value = item.dataset.value;
      if (![...select.options].some((option) => option.value === value)) select.add(new Option(item.dataset.label, value));
      select.value = value; input.value = item.dataset.label; close();
      select.dispatchEvent(new Event('change', { bubbles: true }));
    };
    const show = (options) => {
      list.textContent = '';
      options.forEach((option, place) => {
        const item = document.createElement('li');
        item.id = `${id}-${place}`; item.setAttribute('role', 'option'); item.setAttribute('aria-selected', 'false');
        item.dataset.value = option.value; item.dataset.label = option.hint && options.some((other) => other !== option && other.label === option.label) ? `${option.label}（${option.hint}）` : option.label; // namesakes stay told apart once chosen
         item.textContent = option.label;
        if (option.hint) { const hint = document.createElement('small'); hint.textContent = option.hint; item.append(hint); }
        item.addEventListener('mousedown', (event) => { event.preventDefault(); pick(item); });
        list.append(item);
      });
      list.hidden = !options.length; at = -1;
      input.setAttribute('aria-expanded', String(!!options.length));
    };
    const recents = () => [...select.options].filter((option) => option.value).map((option) => ({ value: option.value, label: option.text }));
    const ask = () => {
      const text = input.value.trim(); const turn = ++asked;
      if (!text) { select.value = ''; show(recents()); return; }
      fetch(`${select.dataset.combobox}?q=${encodeURIComponent(text)}`, { headers: { Accept: 'application/json' } })
        .then((answer) => answer.json()).then((data) => { if (turn === asked) show(data.options); }).catch(close);
    };
    const later = () => { clearTimeout(timer); timer = setTimeout(ask, 150); };
    input.addEventListener('input', (event) => { if (!event.isComposing) later(); });
    input.addEventListener('compositionend', later);
    input.addEventListener('focus', () => { if (!input.value) show(recents()); });
    input.addEventListener('blur', () => { close(); input.value = shown(); });
    input.addEventListener('keydown', (event) => {
      const items = [...list.children];
      if (event.isComposing || (event.key !== 'ArrowDown' && list.hidden)) return;
      if (event.key === 'Escape') { close(); return; }
      if (event.key === 'Enter' && at >= 0) { event.preventDefault(); pick(items[at]); return; }
      if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
      event.preventDefault();
      if (list.hidden) { ask(); return; }
      at = (at + (event.key === 'ArrowDown' ? 1 : items.length - 1 + (at < 0))) % items.length;
      items.forEach((item, place) => item.setAttribute('aria-selected', String(place === at)));
      input.setAttribute('aria-activedescendant', items[at].id); items[at].scrollIntoView({ block: 'nearest' });
    });
  };
  const all = (root) => root.querySelectorAll('select[data-combobox]').forEach(build);
  all(document);
  document.addEventListener('htmx:afterSwap', (event) => all(event.target));
})();

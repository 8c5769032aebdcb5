// Menus that close, the menu folded on a phone, and the drawer: a link with data-drawer opens its own page beside the list.
(() => {
  const fold = document.querySelector('[data-sidefold]');
  if (fold && window.matchMedia('(max-width: 62em)').matches) fold.open = false;
  const shut = (except) => document.querySelectorAll('details[data-menu][open]').forEach((menu) => {
    if (menu !== except) menu.open = false;
  });
  document.addEventListener('click', (event) => {
    shut(event.target.closest('details[data-menu]'));
    const closer = event.target.closest('[data-close]');
    if (closer) closer.closest('dialog').close();
    if (event.target.nodeName === 'DIALOG') event.target.close();
    const opener = event.target.closest('a[data-drawer]');
    const drawer = document.getElementById('drawer');
    if (!opener || !drawer || !drawer.showModal || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    fetch(opener.href, { headers: { 'HX-Request': 'true', 'HX-Target': 'drawer-body' }, credentials: 'same-origin' })
      .then((answer) => (answer.ok ? answer.text() : Promise.reject()))
      .then((html) => {
        if (/<html/i.test(html)) throw new Error('a whole page');
        const body = document.getElementById('drawer-body');
        body.innerHTML = html;
        drawer.querySelector('[data-drawer-page]').href = opener.href;
        if (window.htmx) window.htmx.process(body);
        drawer.showModal();
      })
      .catch(() => { window.location.href = opener.href; });
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    const open = document.querySelector('details[data-menu][open]');
    if (open) { open.open = false; open.querySelector('summary').focus(); }
  });
})();

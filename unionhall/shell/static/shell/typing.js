// Typing Chinese safely, sending once, and the focus after an error.
(() => {
  let composing = false;
  document.addEventListener('compositionstart', () => { composing = true; }, true);
  document.addEventListener('compositionend', () => { setTimeout(() => { composing = false; }, 0); }, true);
  // Enter that picks a candidate must not send the form (keyCode 229: older Safari).
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.isComposing || composing || event.keyCode === 229)) event.stopImmediatePropagation();
    if (event.key === 'Enter' && (event.isComposing || composing || event.keyCode === 229)) event.preventDefault();
  }, true);
  // Live search waits until the word is whole.
  document.addEventListener('htmx:confirm', (event) => { if (composing) event.preventDefault(); });
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== 'post') return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = '1';
    setTimeout(() => { delete form.dataset.sent; }, 8000);
  });
  window.addEventListener('pageshow', () => document.querySelectorAll('form[data-sent]').forEach((form) => { delete form.dataset.sent; }));
  const attend = (root) => {
    const wanted = root.querySelector && root.querySelector('[data-focus]');
    if (wanted) wanted.focus();
  };
  attend(document);
  document.addEventListener('htmx:afterSwap', (event) => attend(event.target));
})();

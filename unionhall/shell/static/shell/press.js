// A form marked data-press is sent once by itself when its page stands whole. The address forgets why: a reload asks for nothing.
(() => {
  const form = document.querySelector('form[data-press]');
  if (!form) return;
  window.history.replaceState(null, '', window.location.pathname);
  window.addEventListener('load', () => form.requestSubmit());
})();

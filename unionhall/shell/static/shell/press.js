// A form marked data-press is sent once by itself when its page stands whole. The address forgets why: a reload asks for nothing.
// data-press may name the page's own address, where it stands in the place of another one that asked for the password.
(() => {
  const form = document.querySelector('form[data-press]');
  if (!form) return;
  window.history.replaceState(null, '', form.dataset.press || window.location.pathname);
  window.addEventListener('load', () => form.requestSubmit());
})();

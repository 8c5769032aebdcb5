// A notice with undo stays for its seconds (longer while somebody points at it), then leaves only the words.
(() => {
  const start = (line) => {
    if (line.dataset.ready) return;
    line.dataset.ready = '1';
    let left = Number(line.dataset.undo);
    let held = false;
    ['mouseenter', 'focusin'].forEach((name) => line.addEventListener(name, () => { held = true; }));
    ['mouseleave', 'focusout'].forEach((name) => line.addEventListener(name, () => { held = false; }));
    const timer = setInterval(() => {
      if (held) return;
      left -= 1;
      if (left > 0) return;
      clearInterval(timer);
      const form = line.querySelector('form');
      if (form) form.remove();
    }, 1000);
  };
  // A sealed value that was shown leaves the page after its seconds, also from a page that lies open behind another.
  const hide = (value) => {
    if (value.dataset.ready) return;
    value.dataset.ready = '1';
    setTimeout(() => value.replaceWith('••••••'), Number(value.dataset.hideAfter) * 1000);
  };
  const all = () => {
    document.querySelectorAll('[data-undo]').forEach(start);
    document.querySelectorAll('[data-hide-after]').forEach(hide);
  };
  all();
  document.addEventListener('htmx:afterSwap', all);
})();

// Keeps the page where it is: whatever asks it to go elsewhere (a meta refresh, a form, a link that clicks itself) is refused. The page
// policy has no word for that; the desktop app refuses it once more. What a person opens in another window is not touched.
(() => {
  if (!('navigation' in window)) return;
  window.navigation.addEventListener('navigate', (event) => {
    if (!event.cancelable || event.navigationType === 'traverse') return;
    let to;
    try {
      to = new URL(event.destination.url);
    } catch {
      event.preventDefault();
      return;
    }
    // Downloads of what the page made itself.
    if (to.protocol === 'blob:' && event.downloadRequest !== null) return;
    if (to.protocol !== location.protocol || to.host !== location.host) event.preventDefault();
  });
})();

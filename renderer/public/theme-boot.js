// Runs before the first paint, so that a dark window never flashes light. shell/theme.ts keeps the attribute right afterwards.
(() => {
  let wanted = 'system';
  try {
    wanted = localStorage.getItem('orrery.theme') ?? 'system';
  } catch {
    // Storage is switched off: the system's choice holds.
  }
  const isDark = wanted === 'dark' || (wanted !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
})();

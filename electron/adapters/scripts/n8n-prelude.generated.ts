export const n8nPrelude = '';

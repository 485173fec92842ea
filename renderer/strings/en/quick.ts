export const quick = {
  title: 'Quick',
} as const;

export const agents = {
  title: 'Agents',
} as const;

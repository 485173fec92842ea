export const workflow = {
  title: 'Workflow',
} as const;

export const vault = {
  title: 'Vault',
} as const;

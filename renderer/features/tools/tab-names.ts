/** The tabs of a server's page, in their order. */
export const tabNames = ['overview', 'tools', 'resources', 'prompts', 'log', 'permissions', 'connections'] as const;
export type TabName = (typeof tabNames)[number];

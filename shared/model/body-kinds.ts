// Nodes that run what hangs on one of their ports: while such a step goes, nothing of it may be going but the steps of its body.

const kinds: ReadonlySet<string> = new Set(['flow.for-each', 'flow.repeat', 'flow.try', 'flow.clean-up']);

export const hasBody = (kind: string | undefined): boolean => kind !== undefined && kinds.has(kind);

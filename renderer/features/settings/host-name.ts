/** A host as the settings keep it: a name, an address, or `*.name`; null when it is not one. */
export function cleanHost(text: string): string | null {
  const host = text.trim().toLowerCase();
  const isName = /^(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(host);
  const isAddress = /^\[?[0-9a-f:]+\]?$/.test(host) && host.includes(':');
  return host.length <= 253 && (isName || isAddress) ? host : null;
}

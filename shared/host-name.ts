// Hosts as people write them into lists.

/** A host as the settings keep it: a name, an address, or `*.name`; null when it is not one. */
export function cleanHost(text: string): string | null {
  const host = text.trim().toLowerCase();
  const isName = /^(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(host);
  const isAddress = /^\[?[0-9a-f:]+\]?$/.test(host) && host.split(':').length > 2;
  return host.length <= 253 && (isName || isAddress) ? host : null;
}

/** The same with or without a port, as the list of allowed hosts takes it: `example.org:8443`. */
export function hostEntry(text: string): string | null {
  const [, name = '', port] = /^(.*?[^:]|\[[^\]]*\])(?::(\d{1,5}))?$/.exec(text.trim()) ?? [];
  const whole = cleanHost(text);
  if (whole !== null) return whole;
  const host = cleanHost(name);
  const isPort = port !== undefined && Number(port) > 0 && Number(port) < 65_536;
  return host === null || !isPort ? null : `${host}:${Number(port)}`;
}

// Our own origin, and what may leave it. Addresses are compared after parsing, never by how they begin.

export const APP_SCHEME = 'app';
export const APP_HOST = 'bundle';
export const APP_ORIGIN = `${APP_SCHEME}://${APP_HOST}`;

const parse = (address: string): URL | undefined => (URL.canParse(address) ? new URL(address) : undefined);

export function isOwnAddress(address: string): boolean {
  const url = parse(address);
  return url !== undefined && url.protocol === `${APP_SCHEME}:` && url.host === APP_HOST && url.username === '' && url.password === '';
}

/** Some mail programs attach a file that the address names (`?attach=`): only words and receivers may be given. */
const mailParts = new Set(['subject', 'body', 'cc', 'bcc', 'to', 'in-reply-to']);

/** What the system may be asked to open: a web page or a mail, nothing that starts a program. */
export function isOpenableLink(address: string): boolean {
  const url = parse(address);
  if (url === undefined || url.username !== '' || url.password !== '') return false;
  if (url.protocol === 'mailto:') return [...url.searchParams.keys()].every((name) => mailParts.has(name.toLowerCase()));
  return url.protocol === 'http:' || url.protocol === 'https:';
}

/** What people call a resource by: the last part of its address, in at most 200 characters; the address itself where it has no such part. */
export const resourceName = (uri: string): string =>
  uri
    .replace(/[?#].*$/s, '')
    .split('/')
    .findLast((part) => part !== '')
    ?.slice(0, 200) ?? uri;

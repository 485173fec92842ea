// How a text names a secret: `${secret:NAME}`, or `${secret:NAME/field}` for a field of one.

/** For `matchAll` and `replace` only: it is global, so `test` would remember where it was. */
export const secretHandle = /\$\{secret:([A-Za-z][A-Za-z0-9_.-]{0,63})(?:\/([a-z]{1,20}))?\}/g;

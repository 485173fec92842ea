// Each page is a file of its own. That it could not be fetched says every engine in its own words, with an address no person needs.

/** Did loading the page fail, and not the page itself? */
export const isNotLoaded = (message: string): boolean =>
  /dynamically imported module|Importing a module script|Unable to preload CSS/i.test(message);

/** “1 file”, “2 files”: for words outside of the page, whose own catalogue knows plurals by itself. */
export const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

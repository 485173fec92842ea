/** Where the text of a question names one web address, alone on its line: all up to it, and what is said after it. */
export interface AddressParts {
  address: string;
  before: string;
  after: string;
}

/** Undefined where there is no address, or more than one. */
export function addressParts(text: string): AddressParts | undefined {
  const lines = text.split('\n');
  const found = lines.flatMap((line, at) => (/^https?:\/\/\S+$/.test(line) && URL.canParse(line) ? [at] : []));
  const [at] = found;
  if (at === undefined || found.length > 1) return undefined;
  return {
    address: lines[at] ?? '',
    before: lines
      .slice(0, at + 1)
      .join('\n')
      .trim(),
    after: lines
      .slice(at + 1)
      .join('\n')
      .trim(),
  };
}

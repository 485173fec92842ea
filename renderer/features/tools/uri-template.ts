// Places in a resource template (RFC 6570, as far as servers use it). Pure.

const expression = /\{([+#./;?&]?)([^{}]+)\}/g;
const namesOf = (list: string): string[] => list.split(',').map((name) => name.replace(/(\*|:\d+)$/, ''));

export const placesIn = (template: string): string[] => [
  ...new Set([...template.matchAll(expression)].flatMap(([, , list = '']) => namesOf(list))),
];

/** The address with the values put in, each made fit for its place. */
export function filled(template: string, values: Record<string, string>): string {
  return template.replace(expression, (_whole, operator: string, list: string) => {
    const given = namesOf(list).filter((name) => (values[name] ?? '') !== '');
    const text = (name: string): string => {
      const value = values[name] ?? '';
      return operator === '+' || operator === '#' ? encodeURI(value) : encodeURIComponent(value);
    };
    if (given.length === 0) return '';
    if (operator === '?' || operator === '&' || operator === ';')
      return `${operator}${given.map((name) => `${name}=${text(name)}`).join(operator === ';' ? ';' : '&')}`;
    const between = operator === '/' || operator === '.' ? operator : ',';
    return `${operator === '+' ? '' : operator}${given.map(text).join(between)}`;
  });
}

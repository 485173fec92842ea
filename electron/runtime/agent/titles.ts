// Names conversations without a model: the first words of the first message.

export const newTitle = 'New conversation';
const maxLength = 50;

export function titleFrom(text: string): string {
  const line = text
    .replace(/[#*_`>]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  if (line === '') return newTitle;
  if (line.length <= maxLength) return line;
  const cut = line.slice(0, maxLength + 1);
  const space = cut.lastIndexOf(' ');
  const kept = space > maxLength / 2 ? cut.slice(0, space) : Array.from(line).slice(0, maxLength).join('');
  return `${kept.replace(/[,;:.\-–]+$/, '')}…`;
}

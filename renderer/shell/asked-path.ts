// A path that somebody waits for.

export interface PathWish {
  kind: 'folder' | 'file';
  title: string;
  start?: string | undefined;
}
export interface AskedPath extends PathWish {
  answer(path: string | null): void;
}

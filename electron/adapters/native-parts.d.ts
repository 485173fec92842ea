// What is used of the two native parts that may be missing: where they could not be built, their own types are not there either.

declare module 'node-pty' {
  export interface IPty {
    onData(listener: (data: string) => void): unknown;
    onExit(listener: (end: { exitCode: number; signal?: number }) => void): unknown;
    write(data: string): void;
    resize(columns: number, rows: number): void;
    kill(signal?: string): void;
  }
  export function spawn(
    file: string,
    args: string[],
    options: { name?: string; cols?: number; rows?: number; cwd?: string; env?: Record<string, string | undefined> },
  ): IPty;
}

declare module 'keytar' {
  export function getPassword(service: string, account: string): Promise<string | null>;
  export function setPassword(service: string, account: string, password: string): Promise<void>;
  export function deletePassword(service: string, account: string): Promise<boolean>;
}

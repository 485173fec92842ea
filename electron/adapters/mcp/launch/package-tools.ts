// What installs packages on this machine: full paths of programs.

export interface NpmTool {
  /** The Node that runs npm. */
  node: string;
  /** npm-cli.js. */
  npm: string;
}

/** At least one of them is there. */
export interface PythonTool {
  uv?: string;
  python?: string;
}

/** Asked for only when something must be installed. Both throw StartError `not-found`. */
export interface PackageTools {
  npm(): Promise<NpmTool>;
  python(): Promise<PythonTool>;
}

// Sets Electron's fuses in the packed program, before it is signed: switches in the binary itself, which nobody can turn back
// by an environment variable or a command line. electron-builder calls it for each program it packs.

const path = require('node:path');

/** By name, so that a list of them can be read; every fuse must be decided. */
const wanted = {
  RunAsNode: false,
  EnableCookieEncryption: true,
  EnableNodeOptionsEnvironmentVariable: false,
  EnableNodeCliInspectArguments: false,
  EnableEmbeddedAsarIntegrityValidation: true,
  OnlyLoadAppFromAsar: true,
  LoadBrowserProcessSpecificV8Snapshot: false,
  GrantFileProtocolExtraPrivileges: false,
  WasmTrapHandlers: true,
};

/** Throws when the program has a fuse that is not decided here: a newer Electron brought it. */
async function setFuses(program, isArm64Mac) {
  const { FuseV1Options, FuseVersion, flipFuses } = await import('@electron/fuses');
  await flipFuses(program, {
    version: FuseVersion.V1,
    strictlyRequireAllFuses: true,
    // An ad-hoc signature does not survive the change; without any, the program does not start on Apple silicon.
    resetAdHocDarwinSignature: isArm64Mac,
    ...Object.fromEntries(Object.entries(wanted).map(([name, value]) => [FuseV1Options[name], value])),
  });
}

/** What is in the program now, by name. */
async function readFuses(program) {
  const { FuseState, FuseV1Options, getCurrentFuseWire } = await import('@electron/fuses');
  const wire = await getCurrentFuseWire(program);
  return Object.fromEntries(Object.keys(wanted).map((name) => [name, wire[FuseV1Options[name]] === FuseState.ENABLE]));
}

function programIn({ appOutDir, electronPlatformName, packager }) {
  const name = packager.appInfo.productFilename;
  if (electronPlatformName === 'darwin' || electronPlatformName === 'mas') return path.join(appOutDir, `${name}.app`);
  if (electronPlatformName === 'win32') return path.join(appOutDir, `${name}.exe`);
  return path.join(appOutDir, packager.executableName);
}

module.exports = async function afterPack(context) {
  // The halves of a universal program are joined first; the whole is set.
  if (/-(x64|arm64)-temp$/.test(context.appOutDir)) return;
  const program = programIn(context);
  await setFuses(program, context.electronPlatformName === 'darwin');
  const state = await readFuses(program);
  console.log(
    `  • fuses  ${Object.entries(state)
      .map(([name, isOn]) => `${name}=${isOn ? 'on' : 'off'}`)
      .join(' ')}`,
  );
};
module.exports.setFuses = setFuses;
module.exports.readFuses = readFuses;
module.exports.wanted = wanted;

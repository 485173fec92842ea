// Where keys, passwords, mail and what browsers keep lie in a home folder. They stay shut when a folder around them is granted, unless
// they are granted by name. Reads names of the home folder only; a place that is not there costs nothing.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const keys = [
  ...[
    '.ssh',
    '.gnupg',
    '.password-store',
    '.local/share/password-store',
    '.local/share/gopass',
    '.config/gopass',
    '.config/sops',
    '.config/age',
  ],
  ...['.local/share/keyrings', '.gnome2/keyrings', '.local/share/kwalletd', '.kde/share/apps/kwallet', '.kde4/share/apps/kwallet', '.pki'],
  ...['.config/op', '.1password', '.config/1Password', '.config/Bitwarden', '.config/Bitwarden CLI', '.lastpass', '.local/share/lpass'],
  ...[
    '.config/keepassxc',
    '.cache/keepassxc',
    '.config/KeePass',
    '.local/share/KeePass',
    '.keepass',
    '.config/Yubico',
    '.local/share/step',
  ],
  ...['.vault-token', '.step/secrets', '.putty', '.local/share/remmina', '.config/remmina', '.config/rclone', '.config/syncthing'],
];
const clouds = [
  ...['.aws', '.azure', '.kube', '.docker', '.config/gh', '.config/glab-cli', '.config/hub', '.config/gcloud', '.config/doctl', '.oci'],
  ...['.config/hcloud', '.config/containers/auth.json', '.terraform.d/credentials.tfrc.json', '.terraformrc', '.config/heroku', '.fly'],
  ...['.config/.wrangler', '.wrangler', '.config/netlify', '.netlify', '.config/vercel', '.local/share/com.vercel.cli', '.config/flyctl'],
  ...['.config/scw', '.config/linode-cli', '.config/stripe', '.snowflake', '.databrickscfg', '.kaggle', '.huggingface/token', '.s3cfg'],
  ...['.cache/huggingface/token', '.cache/huggingface/stored_tokens', '.config/helm/registry', '.boto', '.passwd-s3fs', '.config/tea'],
];
const registries = [
  ...['.netrc', '_netrc', '.git-credentials', '.config/git/credentials', '.pgpass', '.my.cnf', '.mylogin.cnf', '.npmrc', '.yarnrc'],
  ...['.yarnrc.yml', '.bunfig.toml', '.config/pnpm/auth.ini', '.pypirc', '.config/pip', '.pip', '.config/uv/credentials'],
  ...['.local/share/uv/credentials', '.config/pypoetry', '.cargo/credentials', '.cargo/credentials.toml', '.m2/settings.xml'],
  ...['.m2/settings-security.xml', '.gradle/gradle.properties', '.gem/credentials', '.bundle/config', '.composer/auth.json'],
  ...[
    '.config/composer/auth.json',
    '.nuget/NuGet',
    '.config/NuGet',
    '.config/hatch',
    '.sbt/.credentials',
    '.ivy2/.credentials',
    '.condarc',
  ],
];
const browsers = [
  ...['.mozilla', '.librewolf', '.waterfox', '.zen', '.tor-browser', '.local/share/torbrowser', '.config/mozilla', '.cache/mozilla'],
  ...['.config/google-chrome', '.config/google-chrome-beta', '.config/google-chrome-unstable', '.config/chromium', '.config/BraveSoftware'],
  ...['.config/microsoft-edge', '.config/microsoft-edge-beta', '.config/microsoft-edge-dev', '.config/vivaldi', '.config/vivaldi-snapshot'],
  ...['.config/opera', '.config/opera-beta', '.config/yandex-browser', '.local/share/epiphany', '.local/share/falkon', '.config/falkon'],
  ...['.local/share/qutebrowser', '.config/qutebrowser'],
  // Applications of Snap and Flatpak keep all that is theirs here: browsers, mail and password managers too.
  ...['snap', '.var/app'],
];
const mail = [
  ...[
    '.thunderbird',
    '.icedove',
    '.local/share/evolution',
    '.config/evolution',
    '.local/share/kmail2',
    '.local/share/local-mail',
    '.claws-mail',
  ],
  ...['.local/share/geary', '.mutt', '.config/mutt', '.config/neomutt', '.muttrc', '.neomuttrc', '.msmtprc', '.config/msmtp', '.mbsyncrc'],
  ...['.fetchmailrc', '.offlineimaprc', '.config/Signal', '.config/Element', '.config/Slack', '.config/discord', '.purple'],
  ...['.local/share/TelegramDesktop', '.config/goa-1.0'],
];
const wallets = [
  ...[
    '.bitcoin',
    '.litecoin',
    '.dogecoin',
    '.ethereum',
    '.electrum',
    '.electron-cash',
    '.monero',
    '.bitmonero',
    'Monero',
    '.config/Exodus',
  ],
  ...['.config/Ledger Live', '.config/@trezor', '.config/solana', '.config/atomic', '.near-credentials', '.walletwasabi', '.sparrow'],
];
const histories = [
  ...['.bash_history', '.zsh_history', '.zhistory', '.local/share/fish/fish_history', '.python_history', '.node_repl_history'],
  ...['.psql_history', '.mysql_history', '.sqlite_history', '.rediscli_history', '.local/share/atuin'],
];
const apple = [
  ...['Keychains', 'Cookies', 'Mail', 'Messages', 'Safari', 'Accounts', 'Containers', 'Group Containers', 'Thunderbird'],
  ...[
    'Google/Chrome',
    'Chromium',
    'BraveSoftware',
    'Microsoft Edge',
    'Vivaldi',
    'Firefox',
    'Arc',
    'LibreWolf',
    '1Password',
    'Bitwarden',
  ].map((each) => `Application Support/${each}`),
  ...['Bitcoin', 'Ethereum', 'Exodus', 'Ledger Live', 'Signal', 'Slack', 'gopass', 'KeePassXC', 'rclone', 'sops', 'com.apple.TCC'].map(
    (each) => `Application Support/${each}`,
  ),
].map((each) => `Library/${each}`);

const places = [...keys, ...clouds, ...registries, ...browsers, ...mail, ...wallets, ...histories, ...apple];
/** Where people keep a database of KeePass, whatever they call it. */
const databaseFolders = ['', 'Documents', 'Desktop', 'Passwords', 'KeePass', 'Dropbox', 'Nextcloud', 'Sync', 'OneDrive', 'ownCloud'];

/** Full paths, whether they are there or not. */
export function personalPlaces(home: string): string[] {
  const databases = databaseFolders.flatMap((folder) =>
    names(join(home, folder))
      .filter((name) => /\.kdbx?$/i.test(name))
      .map((name) => join(home, folder, name)),
  );
  return [...places.map((each) => join(home, each)), ...databases];
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // not there, or shut already
  }
}

// src/server/tls/install-words.ts - what the install page says, in three languages. The page works without a script and before
// anything is trusted, so its words lie here and not in the web page.

/** A way to install, for one system. Commands are the same in every language. */
export type InstallWay = { readonly title: string; readonly steps: readonly string[]; readonly command?: string };

/** All words of the install page. */
export type InstallWords = {
  readonly name: string;
  readonly title: string;
  readonly missingTitle: string;
  readonly missing: string;
  readonly trusted: string;
  readonly go: string;
  readonly why: string;
  readonly fingerprint: string;
  readonly compare: string;
  readonly get: string;
  readonly ways: Readonly<Record<'windows' | 'mac' | 'ios' | 'android' | 'linux' | 'firefox', InstallWay>>;
  readonly after: string;
  readonly bounds: string;
};

const WINDOWS = 'certutil -addstore -f Root nearcade-ca.crt';
const MAC = 'sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain nearcade-ca.crt';
const LINUX = 'certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n Nearcade -i nearcade-ca.crt';

const en: InstallWords = {
  name: 'English',
  title: 'Trust this hub',
  missingTitle: 'This address is not encrypted',
  missing:
    'A browser gives a page on a plain address of the LAN no gamepad, no clipboard and no keyboard lock, so nothing is played here. Install the certificate below once on this device; from then on the encrypted address works.',
  trusted: 'This device trusts the hub already.',
  go: 'Open the encrypted address',
  why: 'The hub has a certificate authority of its own. A device that has its certificate opens the hub without a warning.',
  fingerprint: 'Fingerprint (SHA-256)',
  compare:
    'Compare it with the one that the hub shows when it starts, or with the one that your café gave you. If they differ, somebody stands between: install nothing.',
  get: 'Download the certificate',
  ways: {
    windows: {
      title: 'Windows: Chrome, Edge',
      steps: [
        'Open the downloaded file and choose "Install Certificate".',
        'Choose "Local Machine", then "Place all certificates in the following store" and "Trusted Root Certification Authorities".',
        'Finish, and start the browser anew. For many PCs, run this as administrator:',
      ],
      command: WINDOWS,
    },
    mac: {
      title: 'macOS: Safari, Chrome, Edge',
      steps: [
        'Open the downloaded file; it goes into Keychain Access, keychain "System".',
        'Double-click it there, open "Trust" and choose "Always Trust".',
        'Or in a terminal:',
      ],
      command: MAC,
    },
    ios: {
      title: 'iPhone and iPad',
      steps: [
        'Download with Safari and allow the profile.',
        'Settings, "Profile Downloaded", "Install".',
        'Settings, General, About, "Certificate Trust Settings": switch it on.',
      ],
    },
    android: {
      title: 'Android: Chrome',
      steps: [
        'Settings, Security, "Encryption & credentials", "Install a certificate", "CA certificate".',
        'Choose "Install anyway" and the downloaded file.',
      ],
    },
    linux: {
      title: 'Linux: Chrome, Chromium, Edge',
      steps: ['In a terminal, in the folder of the file (Debian: package libnss3-tools):'],
      command: LINUX,
    },
    firefox: {
      title: 'Firefox, on every system',
      steps: [
        'Settings, Privacy & Security, "View Certificates", "Authorities", "Import".',
        'Choose the file and tick "Trust this CA to identify websites".',
      ],
    },
  },
  after: 'Then open',
  bounds:
    'This certificate can vouch for private addresses and names of a LAN only, not for sites of the internet. It can be removed in the same place where it was installed.',
};

const hant: InstallWords = {
  name: '繁體中文',
  title: '信任這個主站',
  missingTitle: '這個網址沒有加密',
  missing:
    '在區域網路的一般網址上，瀏覽器不給網頁使用手把、剪貼簿與鍵盤鎖定，所以這裡不能遊玩。請在這台裝置上安裝一次下面的憑證，之後就能用加密網址。',
  trusted: '這台裝置已經信任這個主站。',
  go: '打開加密網址',
  why: '這個主站有自己的憑證授權單位。裝了它的憑證，裝置打開主站時就不會出現警告。',
  fingerprint: '指紋（SHA-256）',
  compare: '請和主站啟動時顯示的指紋，或店家給您的指紋比對。如果不同，表示中間有人：什麼都不要安裝。',
  get: '下載憑證',
  ways: {
    windows: {
      title: 'Windows：Chrome、Edge',
      steps: [
        '打開下載的檔案，選「安裝憑證」。',
        '選「本機電腦」，再選「將所有憑證放入以下的存放區」與「受信任的根憑證授權單位」。',
        '完成後重新啟動瀏覽器。電腦很多時，以系統管理員身分執行：',
      ],
      command: WINDOWS,
    },
    mac: {
      title: 'macOS：Safari、Chrome、Edge',
      steps: [
        '打開下載的檔案，放入「鑰匙圈存取」的「系統」鑰匙圈。',
        '在那裡按兩下憑證，打開「信任」，選「永遠信任」。',
        '或在終端機執行：',
      ],
      command: MAC,
    },
    ios: {
      title: 'iPhone 與 iPad',
      steps: [
        '用 Safari 下載並允許描述檔。',
        '「設定」、「已下載描述檔」、「安裝」。',
        '「設定」、「一般」、「關於本機」、「憑證信任設定」：打開開關。',
      ],
    },
    android: {
      title: 'Android：Chrome',
      steps: ['「設定」、「安全性」、「加密與憑證」、「安裝憑證」、「CA 憑證」。', '選「仍要安裝」與下載的檔案。'],
    },
    linux: {
      title: 'Linux：Chrome、Chromium、Edge',
      steps: ['在檔案所在的資料夾打開終端機（Debian：套件 libnss3-tools）：'],
      command: LINUX,
    },
    firefox: {
      title: 'Firefox（所有系統）',
      steps: [
        '「設定」、「隱私權與安全性」、「檢視憑證」、「憑證機構」、「匯入」。',
        '選取檔案，勾選「信任此憑證機構以識別網站」。',
      ],
    },
  },
  after: '然後打開',
  bounds: '這張憑證只能為私有位址與區域網路的名稱作證，不能為網際網路上的網站作證。它可以在安裝的地方移除。',
};

const hans: InstallWords = {
  name: '简体中文',
  title: '信任这个主站',
  missingTitle: '这个网址没有加密',
  missing:
    '在局域网的普通网址上，浏览器不给网页使用手柄、剪贴板与键盘锁定，所以这里不能游玩。请在这台设备上安装一次下面的证书，之后就能用加密网址。',
  trusted: '这台设备已经信任这个主站。',
  go: '打开加密网址',
  why: '这个主站有自己的证书颁发机构。装了它的证书，设备打开主站时就不会出现警告。',
  fingerprint: '指纹（SHA-256）',
  compare: '请和主站启动时显示的指纹，或店家给您的指纹比对。如果不同，说明中间有人：什么都不要安装。',
  get: '下载证书',
  ways: {
    windows: {
      title: 'Windows：Chrome、Edge',
      steps: [
        '打开下载的文件，选“安装证书”。',
        '选“本地计算机”，再选“将所有的证书都放入下列存储”与“受信任的根证书颁发机构”。',
        '完成后重新启动浏览器。电脑很多时，以管理员身份运行：',
      ],
      command: WINDOWS,
    },
    mac: {
      title: 'macOS：Safari、Chrome、Edge',
      steps: [
        '打开下载的文件，放入“钥匙串访问”的“系统”钥匙串。',
        '在那里双击证书，打开“信任”，选“始终信任”。',
        '或在终端运行：',
      ],
      command: MAC,
    },
    ios: {
      title: 'iPhone 与 iPad',
      steps: [
        '用 Safari 下载并允许描述文件。',
        '“设置”、“已下载描述文件”、“安装”。',
        '“设置”、“通用”、“关于本机”、“证书信任设置”：打开开关。',
      ],
    },
    android: {
      title: 'Android：Chrome',
      steps: ['“设置”、“安全”、“加密与凭据”、“安装证书”、“CA 证书”。', '选“仍然安装”与下载的文件。'],
    },
    linux: {
      title: 'Linux：Chrome、Chromium、Edge',
      steps: ['在文件所在的文件夹打开终端（Debian：软件包 libnss3-tools）：'],
      command: LINUX,
    },
    firefox: {
      title: 'Firefox（所有系统）',
      steps: [
        '“设置”、“隐私与安全”、“查看证书”、“证书颁发机构”、“导入”。',
        '选取文件，勾选“信任由此证书颁发机构来标识网站”。',
      ],
    },
  },
  after: '然后打开',
  bounds: '这张证书只能为私有地址与局域网的名称作证，不能为互联网上的网站作证。它可以在安装的地方移除。',
};

/** The page's words by language tag. */
export const installWords = { en, 'zh-Hant': hant, 'zh-Hans': hans } as const;

/** A language that the page has. */
export type InstallLanguage = keyof typeof installWords;

/** The language to answer in: the one asked for, else the browser's first that we have, else English. */
export function languageOf(asked: string | null, accepted: string | undefined): InstallLanguage {
  for (const tag of [asked ?? '', ...(accepted ?? '').split(',')]) {
    const name = tag.trim().toLowerCase();
    if (/^zh(-|;|$)/.test(name)) return /hans|-cn|-sg/.test(name) ? 'zh-Hans' : 'zh-Hant';
    if (/^en(-|;|$)/.test(name)) return 'en';
  }
  return 'en';
}

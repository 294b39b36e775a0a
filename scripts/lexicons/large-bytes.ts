/**
 * Byte fields over 20 KiB, each with the decision behind it. AT Protocol keeps large binary data in
 * blobs, which are public and live in an account's repository: MLS messages are neither, and one
 * message is accepted or refused together with the fields around it.
 */
export const LARGE_BYTES: Record<string, string> = {
  ...reason(64, 'a key package with post-quantum keys and a full leaf', [
    'defs#leasedKeyPackage.keyPackage',
    'publishKeyPackage#main.input.keyPackage',
    'publishKeyPackages#main.input.keyPackages.items',
    'registerDevice#main.input.keyPackages.items',
  ]),
  ...reason(64, 'the messages that a report is about, with their context, in one encrypted piece', [
    'defs#reportView.encryptedContent',
    'reportMember#main.input.encryptedContent',
  ]),
  ...reason(256, 'one encrypted chat message with its padding; attachments are uploaded apart', [
    'sendMessage#main.input.ciphertext',
    'subscribeConvoEvents#ephemeralEvent.ciphertext',
  ]),
  ...reason(4096, 'grows with the group: 2,000 leaves with post-quantum keys in one tree or path', [
    'createConvo#main.input.genesis',
    'defs#change.commit',
    'defs#change.groupInfo',
    'defs#change.welcome',
    'defs#messageView.ciphertext',
    'defs#welcomeView.welcome',
    'getGroupInfo#main.output.groupInfo',
    'getGroupInfo#main.output.ratchetTree',
    'previewInvite#main.output.groupInfo',
    'previewInvite#main.output.ratchetTree',
    'resetConvo#main.input.genesis',
  ]),
}

function reason(kib: number, why: string, paths: string[]): Record<string, string> {
  return Object.fromEntries(paths.map((path) => [path, `up to ${kib} KiB: ${why}`]))
}

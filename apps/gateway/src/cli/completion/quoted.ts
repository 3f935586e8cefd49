/** As one word for bash, zsh and fish, whatever is in it. */
export function quoted(text: string): string {
  // Outside of the quotes all three read a backslash alike; inside of them fish does not.
  return `'${text.replace(/['\\]/g, "'\\$&'")}'`;
}

/** `13:55:36`, in this machine's zone. */
export function clockTime(atMs: number): string {
  return new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' }).format(atMs);
}
